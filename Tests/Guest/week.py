"""A week of a shared car through the real daemon, in a machine whose idle time is skipped."""

from box import BUS, STATE, Box
from drive import Drive
from rental import FIRST_ODOMETER_M, box_disk, megabytes
from report import Failed
from scene import Stage

DAYS = 7
RENTALS_A_DAY = 3
RESIDENT_MAXIMUM = 16
# How long waiting for the machine may take out here, however long it waits in there.
PATIENCE = 1800


def week(stage: Stage):
    """Rentals by day and night, each with its code, drive and END; then how much memory is used."""
    box = _booted(stage)
    begun = box.guest.ask("time")
    before, ways, odometer = 0.0, [], FIRST_ODOMETER_M
    for number in range(DAYS * RENTALS_A_DAY):
        with stage.step(f"rental {number + 1}") as step:
            drive = _drive(stage, odometer)
            odometer = drive.odometer_m
            _rent(box, drive)
            ways.append(drive.way_m)
            resident = megabytes(box, "Rss")
            before = before or resident
            _sleep_until(box, begun, (number + 1) * 24 / RENTALS_A_DAY)
            step.saw(f"{drive.way_m / 1000:.1f} km in {drive.seconds / 60:.0f} min, starter "
                     f"inhibited again; {resident:.1f} MB resident")
    with stage.step("memory") as step:
        now, after = box.guest.ask("time"), megabytes(box, "Rss")
        own = megabytes(box, "Anonymous")
        days = [(now[clock] - begun[clock]) / unit / 86400
                for clock, unit in [("boot", 1000), ("utc", 1)]]
        stage.figure(f"resident after {days[0]:.1f} days, {len(ways)} rentals",
                     f"{after:.1f} MB, {own:.1f} MB of them its own; {before:.1f} MB after the "
                     "first rental", f"{RESIDENT_MAXIMUM} MB", after <= RESIDENT_MAXIMUM)
        if min(days) < DAYS - 0.01:
            raise Failed(f"{days[0]:.2f} days by the time since the start, {days[1]:.2f} by UTC")
        if after > RESIDENT_MAXIMUM:
            raise Failed(f"{after:.1f} MB are resident")
        step.saw(f"{after:.1f} MB resident after {days[1]:.2f} days of UTC, {before:.1f} MB after "
                 "the first rental")
    with stage.step("log") as step:
        step.saw(_read(box, ways))


def _booted(stage: Stage) -> Box:
    """A box at work whose disk is in the machine's memory: while the machine waits for this one,
    hours could pass in it."""
    box = Box(stage, stage.boot(data=box_disk(stage), skips_idle_time=True))
    box.guest.run(
        f"set -e; mkdir /tmp/disk; cp -a {STATE}/. /tmp/disk; umount {STATE}; "
        f"mount -t tmpfs memory {STATE}; cp -a /tmp/disk/. {STATE}; chmod 700 {STATE}")
    box.start()
    box.tell_time()
    return box


def _drive(stage: Stage, odometer: float) -> Drive:
    out = stage.random.randrange(30, 90)
    return Drive(odometer).go(0, 5).go(50, 20).go(0, 5).go(100, out).go(50, 20).go(0, 5)


def _rent(box: Box, drive: Drive):
    """One rental, up to the pulse that blocks the starter a minute later."""
    begun = box.guest.mark()
    box.guest.ask("watch_car", seconds=0.005)
    # No rental overlaps another, so each is the first of its time: the box looks for no later ones.
    box.fleet.forget_rentals()
    rent = box.book()
    box.answer(rent.digits, "opened")
    box.pulse("door.unlock", begun)
    box.guest.event("relay", begun, blocked=False)
    box.ignition(True)
    box.guest.write("/tmp/drive.log", drive.text)
    since = box.guest.ask("time")["boot"]
    # A pulse lasts longer than that.
    box.guest.ask("watch_car", seconds=0.04)
    # It looks at the time every 50 ms, instead of a thousand times a second.
    box.guest.ask("hurry", PATIENCE, words=[
        "canplayer", "-g", "50", "-I", "/tmp/drive.log", f"{BUS}=car"])
    box.moving.append((since, box.guest.ask("time")["boot"]))
    box.ignition(False)
    box.end_rental()
    box.guest.ask("hurry", PATIENCE, words=["busybox", "sleep", "90"])
    box.guest.event("relay", begun, blocked=True)
    box.look()


def _sleep_until(box: Box, begun: dict, hours: float):
    """The car stands where it is until so long after the beginning."""
    left = hours * 3600 - (box.guest.ask("time")["boot"] - begun["boot"]) / 1000
    if left < 0:
        raise Failed(f"this rental ended {-left:.0f} s behind the begin of the next")
    # Nothing moves in that time: its wires need no look.
    box.guest.ask("watch_car", seconds=60)
    box.guest.ask("hurry", PATIENCE, words=["busybox", "sleep", f"{left:.0f}"])


def _read(box: Box, ways: list[float]) -> str:
    box.look()
    box.stop()
    log = box.log()
    log.check()
    box.witness.hold_against(log)
    closed = [record["body"] for record in log.of("trip.close")]
    if len(closed) != len(ways) or len(log.of("trip.open")) != len(ways):
        raise Failed(f"{len(ways)} rentals, {len(log.of('trip.open'))} trips were opened and "
                     f"{len(closed)} closed")
    for number, (body, way) in enumerate(zip(closed, ways), 1):
        if abs(body["distM"] - way) > body["distErrM"] + 20:
            raise Failed(f"rental {number}: {body['distM']} m are billed, {way:.0f} m were driven")
    billed = sum(body["distM"] for body in closed)
    return (f"{len(log)} records hold, {len(closed)} trips, {billed / 1000:.1f} km billed, "
            f"{sum(ways) / 1000:.1f} km driven")
