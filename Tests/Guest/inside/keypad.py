"""A keypad of the kernel's uinput: a telephone matrix, as the device-tree overlay describes it."""

import fcntl
import os
import struct
import time

# Of linux/uinput.h and linux/input-event-codes.h.
UI_SET_EVBIT, UI_SET_KEYBIT = 0x40045564, 0x40045565
UI_DEV_SETUP, UI_DEV_CREATE, UI_DEV_DESTROY = 0x405C5503, 0x5501, 0x5502
EV_SYN, EV_KEY = 0, 1
NUMERIC = {**{str(digit): 0x200 + digit for digit in range(10)}, "*": 0x20A, "#": 0x20B}


class Keypad:
    """A keypad that is plugged in while this lives."""

    plugged = 0

    def __init__(self, path: str, name: str | None = None):
        Keypad.plugged += 1
        is_named_by_udev = name is not None
        name = name or f"cityzenbox keypad {Keypad.plugged}"
        self._path = None if is_named_by_udev else path
        self._file = os.open("/dev/uinput", os.O_WRONLY | os.O_CLOEXEC)
        fcntl.ioctl(self._file, UI_SET_EVBIT, EV_KEY)
        for code in NUMERIC.values():
            fcntl.ioctl(self._file, UI_SET_KEYBIT, code)
        setup = struct.pack("<4H80sI", 3, 0, 0, 0, name.encode(), 0)
        fcntl.ioctl(self._file, UI_DEV_SETUP, setup)
        fcntl.ioctl(self._file, UI_DEV_CREATE)
        if is_named_by_udev:
            return
        # What the udev rules do where udev runs.
        if os.path.lexists(path):
            os.unlink(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(self._device(name), path)

    @staticmethod
    def _device(name: str) -> str:
        root = "/sys/class/input"
        for event in os.listdir(root):
            if event.startswith("event"):
                with open(f"{root}/{event}/device/name") as file:
                    if file.read().strip() == name:
                        return f"/dev/input/{event}"
        raise FileNotFoundError(f"the kernel made no device for {name}")

    def type(self, keys: str) -> float:
        """Presses and releases each key; answers the boot time of the last press, in ms."""
        pressed = 0.0
        for place, key in enumerate(keys, 1):
            pressed = time.clock_gettime(time.CLOCK_BOOTTIME) * 1000
            self._tell(NUMERIC[key], 1)
            self._tell(NUMERIC[key], 0)
            # A hand leaves time between keys; the kernel keeps 64 events for who reads late.
            if place < len(keys):
                time.sleep(0.01)
        return pressed

    def _tell(self, code: int, value: int):
        for kind, what, how in [(EV_KEY, code, value), (EV_SYN, 0, 0)]:
            os.write(self._file, struct.pack("<qqHHi", 0, 0, kind, what, how))

    def unplug(self):
        fcntl.ioctl(self._file, UI_DEV_DESTROY)
        os.close(self._file)
        if self._path and os.path.lexists(self._path):
            os.unlink(self._path)
