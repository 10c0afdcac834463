"""Every scene, in the order in which they are played."""

import adapters
import checks
import faults
import figures
import kills
import package
import power
import rental
from scene import Scene

ALL = [
    Scene("checks", checks.checks),
    Scene("board", adapters.board, is_of_every_guest=True),
    Scene("bus", adapters.bus, is_of_every_guest=True),
    Scene("rental", rental.rental, is_of_every_guest=True),
    Scene("kills", kills.kills, is_of_every_guest=True),
    Scene("keypad", faults.keypad),
    Scene("car-bus", faults.bus),
    Scene("storage", faults.storage),
    Scene("clock", faults.clock),
    Scene("watchdog", faults.watchdog),
    Scene("cuts", power.cuts),
    Scene("crash-states", power.crash_states),
    Scene("figures", figures.figures),
    Scene("package", package.package),
]
