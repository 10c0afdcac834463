"""Tries what the service of the box may do and what it may not, and tells how each ended.

Run by a unit with the same sandbox. One JSON object: "ok", or the name of the error.
"""

import errno
import json
import mmap
import os
import socket
import subprocess
import sys
import time

STATE = "/var/lib/cityzenbox"


def opened(path: str, flags: int = os.O_RDONLY):
    os.close(os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK))


def written(folder: str):
    path = f"{folder}/cityzenbox-was-here"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    os.unlink(path)


def asked(family: int, kind: int, protocol: int = 0):
    socket.socket(family, kind, protocol).close()


def run(*words: str):
    done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if done.returncode != 0:
        raise OSError(errno.EPERM, "it does not work")


def kept_hostname():
    with open("/proc/sys/kernel/hostname", "r+") as file:
        name = file.read()
        file.seek(0)
        file.write(name)


def mounted():
    run("mount", "-t", "tmpfs", "nothing", "/mnt")
    run("umount", "/mnt")


def chip() -> str:
    """The chip of the board; the first there is where none is the box's."""
    for name in sorted(os.listdir("/sys/bus/gpio/devices")):
        if "gpio-sim" in os.path.realpath(f"/sys/bus/gpio/devices/{name}"):
            return f"/dev/{name}"
    return "/dev/gpiochip0"


MAY = {
    "the chip": lambda: opened(chip(), os.O_RDWR),
    "the keypad": lambda: opened("/dev/input/cityzenbox-keypad"),
    "the clock": lambda: opened("/dev/cityzenbox-rtc"),
    # Opening it would arm it.
    "the watchdog": lambda: os.access("/dev/watchdog", os.W_OK) or run("false"),
    "a CAN socket": lambda: asked(socket.AF_CAN, socket.SOCK_RAW, socket.CAN_RAW),
    "a socket of this machine": lambda: asked(socket.AF_UNIX, socket.SOCK_STREAM),
    "its folder": lambda: written(STATE),
    "the name of this boot": lambda: opened("/proc/sys/kernel/random/boot_id"),
}
MAY_NOT = {
    "/dev/mem": lambda: opened("/dev/mem"),
    "a disk": lambda: opened("/dev/vda"),
    "I2C": lambda: opened("/dev/i2c-0", os.O_RDWR),
    "uinput": lambda: opened("/dev/uinput", os.O_WRONLY),
    "the kernel's log": lambda: opened("/dev/kmsg"),
    "an Internet socket": lambda: asked(socket.AF_INET, socket.SOCK_DGRAM),
    "an Internet socket, version 6": lambda: asked(socket.AF_INET6, socket.SOCK_STREAM),
    "packets": lambda: asked(socket.AF_PACKET, socket.SOCK_RAW),
    "/etc": lambda: written("/etc"),
    "/usr": lambda: written("/usr"),
    "/var/lib": lambda: written("/var/lib"),
    "/root": lambda: written("/root"),
    "/run": lambda: written("/run"),
    "the clock of the system": lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    "memory to write and run": lambda: mmap.mmap(
        -1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close(),
    "a namespace": lambda: run("unshare", "--user", "--mount", "true"),
    "a mount": mounted,
    "the kernel's name of the machine": kept_hostname,
    "other processes": lambda: opened("/proc/1/status"),
}


def tried(probes: dict) -> dict[str, str]:
    ends = {}
    for name, probe in probes.items():
        try:
            probe()
            ends[name] = "ok"
        except OSError as error:
            ends[name] = errno.errorcode.get(error.errno, str(error))
    return ends


if __name__ == "__main__":
    json.dump({"may": tried(MAY), "may not": tried(MAY_NOT), "uid": os.getuid()}, sys.stdout)
