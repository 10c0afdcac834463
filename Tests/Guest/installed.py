"""The box as its package installs it: a service of systemd, told about by its journal."""

import datetime
import json
import re
import subprocess
import time
from pathlib import Path

from box import KEYPAD, NAME, Box, board_lines
from fleet import BOX
from machine import Guest
from report import Failed
from scene import Stage
from trip_log import Witness

UNIT = f"{NAME}.service"
CONFIGURATION = f"/etc/cityzenbox/{NAME}.json5"
# What the package takes for granted is left out: interfaces, keypad, clock, folders, sockets.
CONFIGURED = """// Written by hand.
{
    version: 1,
    board: "bench",
    car: { profile: "renault_broadcast" },
    battery: { sensor: "ltc4151" },
}
"""
# Two controllers on one bus: the box's, which systemd-networkd brings up, and the car's. The
# battery is measured by a sensor on an I2C bus that is a table of registers.
DEVICES = ["-object", "can-bus,id=bus", "-device", "kvaser_pci,canbus=bus",
           "-device", "kvaser_pci,canbus=bus", "-device", "i6300esb"]
SENSOR = 0x6F
CAR_BUS = "can1"
# The driver of the DS3231 is in no Debian kernel for this machine, so the clock of the PC is made
# the box's, as who has another clock than ours would do it.
CLOCK_RULE = ('SUBSYSTEM=="rtc", KERNEL=="rtc0", SYMLINK+="cityzenbox-rtc", GROUP:="cityzenbox", '
              'MODE:="0660"\n')


def machine_clock(ahead_s: float = 0) -> str:
    """The time at which a machine's clock starts, as QEMU takes it."""
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=ahead_s)
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


class InstalledBox(Box):
    """One box in one power-on of a machine with systemd."""

    car_bus = CAR_BUS

    def __init__(self, stage: Stage, guest: Guest, witness: Witness | None = None,
                 blocked: bool = True):
        self.stage = stage
        self.guest = guest
        self.fleet = stage.fleet
        self.witness = witness or Witness()
        self.moving: list[tuple[float, float]] = []
        self.rental = None
        self._seen = 0
        self._plug_in(blocked)
        guest.ask("start", name=NAME, words=["python3", "/programs/guest/journal.py", UNIT])

    def _plug_in(self, blocked: bool):
        guest = self.guest
        for module in ["kvaser_pci", "i2c_dev", "i6300esb"]:
            guest.ask("load", module=module)
        guest.ask("load", module="i2c_stub", parameters=[f"chip_addr={SENSOR:#x}"])
        guest.ask("load", module="ltc4151")
        self._adapter = guest.run(
            "grep -l 'SMBus stub' /sys/bus/i2c/devices/i2c-*/name").split("/")[-2]
        guest.run(f"echo ltc4151 {SENSOR:#x} > /sys/bus/i2c/devices/{self._adapter}/new_device")
        self.set_battery(12_600)
        guest.run(f"ip link set {CAR_BUS} txqueuelen 1000 up type can bitrate 500000")
        guest.ask("car_begin", lines=board_lines(), blocked=blocked)
        guest.ask("plug_keypad", path=KEYPAD, name="cityzenbox-keypad")

    def set_battery(self, millivolts: int):
        """What the sensor measures from now on: two registers of 25 mV, twelve bits."""
        steps = millivolts // 25
        number = self._adapter.removeprefix("i2c-")
        for register, value in [(2, steps >> 4), (3, (steps & 15) << 4)]:
            self.guest.run(f"i2cset -f -y {number} {SENSOR:#x} {register} {value}")

    # The service.

    def property(self, name: str) -> str:
        return self.guest.run(["systemctl", "show", "--property", name, "--value", UNIT]).strip()

    def provision(self):
        """As docs/operations.md says: keys in memory, then the command, by root."""
        for name, content in self.fleet.box_keys.items():
            self.guest.write(f"/run/box-keys/{name}", content, 0o600)
        self.guest.run("chmod 700 /run/box-keys; "
                       f"{NAME} provision --box {BOX} --keys /run/box-keys; rm -r /run/box-keys")

    def start(self, environment: dict | None = None, **words) -> float:
        """Starts the service; answers how many milliseconds it took until it said READY=1."""
        self.guest.run(["systemctl", "start", UNIT], 120)
        self.pid = self._active_pid()
        begun, ready = (int(self.property(name)) for name in [
            "ExecMainStartTimestampMonotonic", "ActiveEnterTimestampMonotonic"])
        return (ready - begun) / 1000

    def _active_pid(self) -> int:
        state, pid = self.property("ActiveState"), int(self.property("MainPID"))
        if state != "active" or pid == 0:
            raise Failed(f"{UNIT} is {state}, process {pid}: {self.last_words()}")
        return pid

    def last_words(self) -> str:
        return self.guest.run(
            f"journalctl --unit={UNIT} --lines=6 --no-pager --output=cat").replace("\n", " | ")

    def is_anew(self, seconds: float = 120) -> float:
        """Waits until another process of the service is ready; answers how long that took."""
        begun, old = time.monotonic(), self.pid
        while time.monotonic() < begun + seconds:
            state, pid = self.property("ActiveState"), int(self.property("MainPID"))
            if state == "active" and pid not in [0, old]:
                self.pid = pid
                return time.monotonic() - begun
        raise Failed(f"{UNIT} was not started anew within {seconds:.0f} s: {self.last_words()}")

    def stop(self):
        self.guest.run(["systemctl", "stop", UNIT])
        ended = [self.property(name) for name in ["ActiveState", "Result", "ExecMainStatus"]]
        if ended != ["inactive", "success", "0"]:
            raise Failed(f"{UNIT} was stopped and is {' '.join(ended)}: {self.last_words()}")

    def signal(self, name: str):
        """Sends a signal to the main process alone."""
        self.guest.run(["kill", f"-{name}", str(self.pid)])

    # Its journal.

    def line(self, pattern: str, since: int, seconds: float = 30) -> dict:
        """The first message with a pattern in its event and text, with its fields."""
        def fits(line: str) -> bool:
            return re.search(pattern, line.split("\t")[0]) is not None
        found = self.guest.event("line", since, seconds, program=NAME, text=fits)
        text, fields = found["text"].split("\t")
        return {**found, "text": text, "fields": json.loads(fields)}


def unpacked_tool(deb: Path, folder: Path) -> Path:
    """cityzenbox-sim of the package, for this machine."""
    subprocess.run(["dpkg-deb", "--extract", deb, folder], check=True)
    return folder / "usr/bin/cityzenbox-sim"
