"""Every scene, in the order in which they are played."""

import adapters
import faults
import figures
import kills
import power
import rental
from scene import Scene

ALL = [
    Scene("board", adapters.board),
    Scene("bus", adapters.bus),
    Scene("rental", rental.rental),
    Scene("keypad", faults.keypad),
    Scene("car-bus", faults.bus),
    Scene("storage", faults.storage),
    Scene("clock", faults.clock),
    Scene("watchdog", faults.watchdog),
    Scene("kills", kills.kills),
    Scene("cuts", power.cuts),
    Scene("crash-states", power.crash_states),
    Scene("figures", figures.figures),
]
