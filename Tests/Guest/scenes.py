"""Every scene, in the order in which they are played."""

import adapters
from scene import Scene

ALL = [
    Scene("board", adapters.board),
    Scene("bus", adapters.bus),
]
