"""kill -9 of the box in every state, while a second process watches the starter's lines."""

from box import KEYPAD, NAME, Box
from drive import Drive
from rental import FIRST_ODOMETER_M, booted
from report import Failed
from scene import Stage
from trip_log import TripLog


def kills(stage: Stage):
    """At rest, behind the code, in a pulse, while driving, behind END: what latches stays."""
    victim = Victim(stage, booted(stage))
    with stage.step("at rest") as step:
        step.saw(victim.die())
    with stage.step("half a code") as step:
        rent = victim.next_rental()
        victim.box.guest.ask("type", path=KEYPAD, keys=rent.digits[:7])
        step.saw(victim.die())
    for delay in _delays(stage, 6):
        with stage.step("behind the code") as step:
            step.saw(f"{delay:.0f} ms behind it: " + victim.die_behind(delay))
    for line in ["door.unlock", "starter.inhibit.reset"]:
        with stage.step(f"in a pulse of {line}") as step:
            step.saw(victim.die_in_pulse(line))
    for _ in range(2):
        with stage.step("driving") as step:
            step.saw(victim.die_driving())
    for delay in _delays(stage, 4):
        with stage.step("behind END") as step:
            step.saw(f"{delay:.0f} ms behind it: " + victim.die_behind(delay, ends=True))
    with stage.step("in a pulse of starter.inhibit.set") as step:
        step.saw(victim.die_in_inhibit())
    box = victim.box
    box.look()
    box.stop()
    log = box.log()
    log.check()
    box.witness.hold_against(log)
    stage.say("log", f"{len(log)} records hold over {victim.deaths} kills, "
                     f"{len(log.of('trip.open'))} trips")


def _delays(stage: Stage, count: int) -> list[float]:
    """Milliseconds behind a key: more of them early, where the records are written."""
    return sorted(60 * stage.random.random() ** 2 for _ in range(count))


class Victim:
    """A box that is killed and started again."""

    def __init__(self, stage: Stage, box: Box):
        self.stage = stage
        self.box = box
        self.deaths = 0
        self._before = TripLog([])
        self._odometer = FIRST_ODOMETER_M

    def die(self) -> str:
        """kill -9, then what must be true of lines and log; then the next start."""
        begun = self.box.guest.mark()
        self.box.guest.ask("kill", name=NAME)
        self.box.guest.event("end", begun, program=NAME)
        return self._autopsy()

    def _autopsy(self) -> str:
        """Looks at lines and log of a dead box, and starts it again."""
        box = self.box
        self.deaths += 1
        box.wait_for_rest()
        box.look()
        blocked = box.relay_is_blocked()
        log = box.log(f"log-{self.deaths}")
        log.check()
        box.witness.hold_against(log)
        if not log.begins_with(self._before):
            raise Failed("records that were there are lost or changed")
        self._before = log
        begun = box.guest.mark()
        box.start()
        box.status()
        for event in box.guest.seen("relay", begun):
            trip = len(log.of("trip.open")) > len(log.of("trip.close"))
            if not event["blocked"] and not trip:
                raise Failed("the starter is released at a start without an open trip")
        box.look()
        now = "inhibited" if blocked else "released"
        return f"no output stays active, starter {now}, {len(log)} records hold"

    def next_rental(self):
        """Ends what is open, blocks the relay as a minute of standing would, and books anew."""
        box = self.box
        if box.status()["work"]["rental"] != "none":
            box.answer(box.rental.digits, "opened", "reopened")
            box.end_rental()
            box.look()
        box.guest.ask("move_relay", blocked=True)
        return box.book()

    def die_behind(self, milliseconds: float, ends: bool = False) -> str:
        """Killed so long after the code, or END, was entered; then the code is typed again."""
        rent = self.next_rental()
        digits = rent.digits
        if ends:
            begun = self.box.guest.mark()
            self.box.answer(digits, "opened")
            self.box.guest.event("relay", begun, blocked=False)
            digits = "363"
        begun = self.box.guest.mark()
        self.box.guest.ask("type", path=KEYPAD, keys=digits + "#", kill=NAME,
                           after=milliseconds)
        self.box.guest.event("end", begun, program=NAME)
        said = self._autopsy()
        answer = self.box.answer(rent.digits)
        if rent.generation in self._before.closed():
            wanted = "refused."
        else:
            wanted = "reopened" if rent.generation in self._before.redeemed() else "opened"
        if not answer.startswith(wanted):
            raise Failed(f"typed again the code is {answer}, wanted is {wanted}")
        return f"{said}; typed again the code is {answer}"

    def die_in_pulse(self, line: str) -> str:
        rent = self.next_rental()
        begun = self.box.guest.mark()
        self.box.guest.ask("kill_in_pulse", name=NAME, line=line)
        self.box.type(rent.digits)
        self.box.guest.event("end", begun, program=NAME)
        _, width = self.box.pulse(line, begun)
        return f"the pulse ended after {width:.0f} ms; " + self._autopsy()

    def die_driving(self) -> str:
        box = self.box
        rent = self.next_rental()
        begun = box.guest.mark()
        box.answer(rent.digits, "opened")
        box.guest.event("relay", begun, blocked=False)
        drive = Drive(self._odometer).go(0, 2).go(80, 9).go(0, 2)
        self._odometer = drive.odometer_m
        begun = box.begin_drive(drive)
        box.guest.run(f"sleep {self.stage.random.uniform(4, 9):.2f}")
        said = self.die()
        box.end_drive(begun, 60)
        box.look()
        if box.relay_is_blocked():
            raise Failed("the starter is inhibited after a kill in the drive")
        return said

    def die_in_inhibit(self) -> str:
        """A minute after the end: the one pulse that blocks."""
        box = self.box
        rent = self.next_rental()
        begun = box.guest.mark()
        box.answer(rent.digits, "opened")
        box.guest.event("relay", begun, blocked=False)
        drive = Drive(self._odometer).go(0, 3)
        box.end_drive(box.begin_drive(drive), 60)
        box.end_rental()
        begun = box.guest.mark()
        box.guest.ask("kill_in_pulse", name=NAME, line="starter.inhibit.set")
        box.guest.event("end", begun, 120, program=NAME)
        said = self._autopsy()
        if not box.relay_is_blocked():
            raise Failed("the relay did not latch")
        return said
