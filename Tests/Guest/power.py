"""Power cuts: a machine that is killed at any moment, and every disk a cut could have left."""

import shutil
import subprocess
import time

from box import Box, fetch_log
from drive import Drive
from rental import FIRST_ODOMETER_M, box_disk
from report import Failed
from scene import Stage
from trip_log import TripLog, Witness
from write_log import WriteLog


def cuts(stage: Stage):
    """The machine is killed at random moments of a rental, and looked at after each start."""
    disk = box_disk(stage)
    witness, before, blocked = Witness(), TripLog([]), True
    rent, odometer, found = None, FIRST_ODOMETER_M, set()
    count = stage.options.cuts
    if not stage.run.is_main:
        count = max(1, count // 4)
    for number in range(count + 1):
        guest = stage.boot(data=disk)
        box = Box(stage, guest, witness, blocked)
        box.rental = rent
        with stage.step(f"boot {number}") as step:
            log = fetch_log(stage, guest, f"log-{number}")
            log.check()
            witness.hold_against(log)
            if not log.begins_with(before):
                raise Failed(f"of {len(before)} records that were there some are lost or changed")
            before = log
            recovered = guest.run("dmesg | grep -c 'EXT4-fs (vdc): recovery' || true").strip()
            step.saw(f"{len(log)} records hold, nothing that was seen is lost; up in "
                     f"{guest.boot_seconds:.1f} s, journal replayed {recovered} times")
        box.start()
        box.tell_time()
        if number == count:
            _end_whatever(box)
            break
        moment, odometer = _cut_somewhere(stage, box, odometer)
        guest.cut_power()
        box.look()
        rent, blocked = box.rental, box.last_relay(blocked)
        found.add(moment.split(" ms ")[-1])
        stage.say(f"cut {number + 1}", moment)
    stage.figure("power cuts survived", f"{count}, {len(found)} kinds of moment")


def _end_whatever(box: Box):
    if box.status()["work"]["rental"] != "none":
        box.answer(box.rental.digits, "opened", "reopened")
        box.end_rental()
    box.look()
    box.stop()
    log = box.log()
    log.check()
    box.witness.hold_against(log)
    opens, closes = len(log.of("trip.open")), len(log.of("trip.close"))
    if opens != closes:
        raise Failed(f"{opens} trips were opened and {closes} closed")
    box.stage.say("log", f"{len(log)} records, {opens} trips opened and closed, "
                         f"{len(log.of('boot'))} starts")


def _cut_somewhere(stage: Stage, box: Box, odometer: float) -> tuple[str, float]:
    """Plays a rental up to a random moment; answers which, and the odometer there."""
    chance = stage.random
    active = box.status()["work"]["rental"] != "none"
    if not active and (box.rental is None or box.rental.generation in box.witness.unlocked):
        box.book()
    moment = chance.choice(
        ["code", "code", "door", "starter", "drive", "end", "end", "lock", "rest"])
    # More of them early, where the records are written.
    delay = 0.12 * chance.random() ** 2
    if moment == "rest":
        time.sleep(delay)
        return f"{delay * 1000:.0f} ms behind the start", odometer
    begun = box.guest.mark()
    box.type(box.rental.digits)
    if moment == "code":
        time.sleep(delay)
        return f"{delay * 1000:.0f} ms behind the code", odometer
    if moment == "door":
        box.guest.event("wire", begun, line="door.unlock", active=True)
        return "in the pulse of the door", odometer
    if moment == "starter" and box.relay_is_blocked():
        box.guest.event("wire", begun, line="starter.inhibit.reset", active=True)
        return "in the pulse of the starter", odometer
    box.line("signal: (opened|reopened)", begun)
    if moment == "drive":
        drive = Drive(odometer).go(0, 3).go(120, chance.uniform(1, 9))
        begun = box.begin_drive(drive)
        time.sleep(chance.uniform(0, drive.seconds))
        return "in the drive", drive.odometer_m
    # A box that has heard nothing yet does not know whether the car stands.
    drive = Drive(odometer).go(0, 3)
    box.end_drive(box.begin_drive(drive), 60)
    begun = box.guest.mark()
    if moment == "lock":
        box.end_rental()
        box.guest.event("wire", begun, line="door.lock", active=True)
        return "in the pulse that locks", odometer
    box.type("363")
    time.sleep(delay)
    return f"{delay * 1000:.0f} ms behind END", odometer


def crash_states(stage: Stage):
    """One run with every write kept: no disk that a cut could have left loses what was seen."""
    with stage.step("synced") as step:
        count, lost, bad = _states(stage, "synced", {}, stage.options.states)
        if bad:
            raise Failed(f"{len(bad)} of {count} disks: {bad[0]}")
        stage.figure("disks a cut could have left", f"{count}, all hold")
        step.saw(f"{count} disks, {lost} writes lost among them, every one holds")
    with stage.step("control") as step:
        library = stage.run.store.library("libeatmydata.so")
        count, lost, bad = _states(
            stage, "control", {"LD_PRELOAD": library}, max(20, stage.options.states // 10))
        if not bad:
            raise Failed("without a sync no promise is broken: this check sees nothing")
        step.saw(f"with fsync taken away {len(bad)} of {count} disks fail, as they must: {bad[0]}")


def _states(stage: Stage, name: str, environment: dict, count: int) -> tuple[int, int, list[str]]:
    disk, base, log = (stage.folder / f"{name}.{part}" for part in ["ext4", "base", "writes"])
    shutil.move(box_disk(stage), disk)
    shutil.copyfile(disk, base)
    WriteLog.make(log)
    guest = stage.boot(data=disk, write_log=log)
    box = Box(stage, guest)
    box.start(environment)
    box.tell_time()
    writes = WriteLog(log, base)
    promises = _promises(box, writes)
    guest.cut_power()
    total, lost, bad = writes.read_on(), 0, []
    moments = writes.moments(promises[0][0])
    for _ in range(count):
        upto = stage.random.choice(moments)
        lost += writes.crash(upto, stage.folder / "crash.ext4", stage.random)
        witness = Witness()
        for position, what, number in promises:
            if position <= upto:
                getattr(witness, what).add(number)
        try:
            _check_disk(stage, witness)
        except Failed as error:
            bad.append(f"behind write {upto} of {total}: {error}")
    return count, lost, bad


def _promises(box: Box, writes: WriteLog) -> list[tuple[int, str, int]]:
    """Three rentals; each thing that was seen, with how much had been written when it was."""
    promises, odometer = [], FIRST_ODOMETER_M

    def seen(what: str):
        promises.append((writes.read_on(), what, box.rental.generation))

    for _ in range(3):
        rent = box.book()
        box.guest.ask("move_relay", blocked=True)
        begun = box.guest.mark()
        box.type(rent.digits)
        box.guest.event("wire", begun, line="door.unlock", active=True)
        seen("unlocked")
        box.guest.event("wire", begun, line="starter.inhibit.reset", active=True)
        seen("started")
        drive = Drive(odometer).go(0, 2).go(100, 3).go(0, 2)
        odometer = drive.odometer_m
        box.end_drive(box.begin_drive(drive), 60)
        box.end_rental()
        seen("ended")
    return promises


def _check_disk(stage: Stage, witness: Witness):
    """Repairs a disk as a start does, and reads the log on it."""
    disk, place = stage.folder / "crash.ext4", stage.folder / "crash"
    repaired = subprocess.run(["e2fsck", "-fy", disk], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    if repaired.returncode > 1:
        raise Failed(f"the file system does not hold: e2fsck says {repaired.returncode}")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for file in ["trip.db", "trip.db-wal"]:
        subprocess.run(["debugfs", "-R", f"dump /{file} {place / file}", disk], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    log = stage.fleet.read(place / "trip.db")
    log.check()
    witness.hold_against(log)
