"""A new box, installed over a serial port: from an empty disk to a car that opens."""

import os
import random
import re
import time

from box import BUS, KEYPAD, NAME, PROFILE, STATE, Box
from drive import Drive
from rental import DISK_MB, FIRST_ODOMETER_M
from report import Failed
from scene import Stage
from store import write_file_system
from technician import Cable, Installation, Technician, Terminal

KEYPAD_KEY = "1"


def console(stage: Stage):
    """Claims, enrols, pairs and tests a new box by the fleet's own program, cables pulled."""
    stage.run.programs.built(NAME)
    disk = stage.folder / "box.ext4"
    disk.parent.mkdir(parents=True, exist_ok=True)
    with open(disk, "wb") as file:
        file.truncate(DISK_MB << 20)
    write_file_system(disk)
    guest = stage.boot(data=disk, serial_ports=1)
    box = Box(stage, guest, blocked=False)
    box.configure(
        f'bench: true, interfaces: {{ car: "{BUS}", vehicle: "{BUS}" }}', console=_port(box))
    _begin(stage, box)
    _disturb(stage, Terminal(guest.serial[0]))
    technician = Technician(
        stage.run.programs.host_tool("cityzenbox-fleet"), stage.folder / "technician")
    _pull(stage, guest, technician)
    cable = Cable(guest.serial[0])
    _install(stage, box, technician.install(cable.path, PROFILE))
    cable.pull()
    _look(stage, box, technician)


def _port(box: Box) -> str:
    """The device of the port beside the console of the kernel."""
    found = box.guest.run(
        "cd /sys/class/tty; for port in ttyS*; do"
        " if [ \"$(cat $port/type)\" != 0 ] && ! grep -qw $port console/active;"
        " then echo $port; fi; done").split()
    if not found:
        raise Failed("the machine has no second serial port")
    return f"/dev/{found[0]}"


def _begin(stage: Stage, box: Box):
    with stage.step("new box") as step:
        made = box.guest.run([NAME, "provision"])
        box.start({"CITYZENBOX_PROFILES": "/programs/Profiles"})
        faults = box.faults()
        missing = {"keys.missing", "car.unpaired"} - faults
        if missing:
            raise Failed(f"{missing} is not told of a new box: {sorted(faults)}")
        step.saw(f"{made.splitlines()[0]}; it says {', '.join(sorted(faults))}")


def _disturb(stage: Stage, terminal: Terminal):
    with stage.step("noise") as step:
        terminal.say(b"\r", "box> ")
        drawn = random.Random(f"{stage.options.seed} noise").randbytes(4096)
        # ^S would stop a terminal, not this line; ^C ends whatever the noise began.
        terminal.say(drawn + b"\x03\r", "box> ")
        terminal.say(b"x" * 65_536 + b"\r", "(lineTooLong)")
        said = terminal.say(b"version\r", "firmware")
        terminal.say(b"keys show\r", "(needsClaim)")
        step.saw(f"{len(drawn)} bytes of noise and a line of 64 KiB change nothing; "
                 f"version: {re.search(r'box +([0-9a-f]{16})', said)[1]}")


def _pull(stage: Stage, guest, technician: Technician):
    """The cable is pulled while the box is being enrolled."""
    with stage.step("cable pulled") as step:
        cable = Cable(guest.serial[0])
        installation = technician.install(cable.path, PROFILE)
        installation.wait(r"\[x\] claimed")
        cable.pull()
        status = installation.end()
        if status == 0:
            raise Failed("an installation without a cable ends well")
        step.saw(f"behind the claim: status {status}, {installation.said.splitlines()[-1]}")


def _install(stage: Stage, box: Box, work: Installation):
    try:
        with stage.step("enrolled") as step:
            begun = time.monotonic()
            work.wait(r"\[x\] keys")
            work.wait(r"\[x\] clock")
            step.saw("the same command goes on: enrolled, keys installed, profile and clock set, "
                     f"{time.monotonic() - begun:.1f} s")
        _confirm(stage, box, work)
        _relays(stage, box, work)
        with stage.step("keypad") as step:
            work.wait(r"Press a key")
            box.guest.ask("type", path=KEYPAD, keys=KEYPAD_KEY)
            work.wait(r"\[x\] keypad")
            step.saw("a key is heard")
        with stage.step("code") as step:
            # What was typed for the step before is cleared after 30 s, or by the star.
            box.guest.ask("type", path=KEYPAD, keys="*")
            told = work.wait(r"within its half hour: ([0-9 ]{14}) #")
            marked = box.guest.mark()
            box.type(told[1].replace(" ", ""))
            _, width = box.pulse("door.unlock", marked)
            work.wait(r"\[x\] code")
            step.saw(f"the code that the laptop shows pulses the door for {width:.0f} ms")
        with stage.step("report") as step:
            status = work.end()
            if status != 0:
                raise Failed(f"status {status}: {work.said[-600:]!r}")
            step.saw(work.said.strip().splitlines()[-1])
    finally:
        work.kill()


def _confirm(stage: Stage, box: Box, work: Installation):
    with stage.step("odometer") as step:
        work.wait(r"Km on the dashboard")
        standing = Drive(FIRST_ODOMETER_M).go(0, 20)
        begun = box.begin_drive(standing)
        end = time.monotonic() + 60
        while box.status()["work"]["odometerM"] is None:
            if time.monotonic() > end:
                raise Failed("the box does not hear the odometer")
        work.type(f"{FIRST_ODOMETER_M / 1000:.0f}")
        work.wait(r"\[x\] odometer")
        box.end_drive(begun, 90)
        step.saw(f"{FIRST_ODOMETER_M / 1000:.0f} km, as the car says")


def _relays(stage: Stage, box: Box, work: Installation):
    with stage.step("relays") as step:
        work.wait(r"Ignition off and the car at rest")
        end = time.monotonic() + 180
        while box.status()["work"]["interlock"] is not None:
            if time.monotonic() > end:
                raise Failed(f"the interlock: {box.status()['work']['interlock']}")
            # A minute has to pass: here passing time is the point.
            time.sleep(0.5)
        marked = box.guest.mark()
        work.type("")
        work.wait(r"\[x\] relays")
        for line in ["starter.inhibit.reset", "starter.inhibit.set", "door.lock"]:
            box.pulse(line, marked)
        step.saw("both coils and the lock are pulsed, the relay is read back")


def _look(stage: Stage, box: Box, technician: Technician):
    with stage.step("installed") as step:
        faults = box.faults()
        if faults:
            raise Failed(f"it says {sorted(faults)}")
        box.stop()
        log = box.log()
        actions = [record["body"]["did"] for record in log.of("technician")]
        for wanted in ["claim 7", "login", "keys install", "board test"]:
            if wanted not in actions:
                raise Failed(f"{wanted} is not in the log: {actions}")
        folder = stage.folder / "log"
        for secret in [b"4711"]:
            if any(secret in path.read_bytes() for path in folder.iterdir()):
                raise Failed("the PIN is in the log")
        if not os.path.getsize(technician.report):
            raise Failed("there is no report")
        kept = box.guest.run(f"ls {STATE}").split()
        step.saw(f"no fault; {len(actions)} actions of the technician in the log, which holds; "
                 f"{', '.join(kept)}")
