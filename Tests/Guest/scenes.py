"""Every scene, in the order in which they begin: those that take long do not come last."""

import adapters
import checks
import console
import faults
import figures
import here
import kills
import package
import power
import rental
import week
from scene import Scene

ALL = [
    Scene("checks", checks.checks),
    Scene("here", here.here),
    Scene("cuts", power.cuts, is_of_every_processor=True),
    Scene("kills", kills.kills, is_of_every_kernel=True, is_of_every_processor=True),
    Scene("rental", rental.rental, is_of_every_kernel=True, is_of_every_processor=True),
    Scene("crash-states", power.crash_states),
    Scene("bus", adapters.bus, is_of_every_kernel=True, is_of_this_processor=True),
    Scene("package", package.package, is_of_this_processor=True),
    Scene("figures", figures.figures, is_of_every_processor=True),
    Scene("console", console.console),
    Scene("watchdog", faults.watchdog),
    Scene("storage", faults.storage),
    Scene("board", adapters.board, is_of_every_kernel=True, is_of_every_processor=True),
    Scene("car-bus", faults.bus),
    Scene("clock", faults.clock),
    Scene("keypad", faults.keypad),
    Scene("week", week.week, is_on_demand=True),
]
