"""What is promised in numbers, measured in the guest: wake-ups at rest, and a bus that is full."""

from box import BUS, Box
from drive import busy
from rental import FIRST_ODOMETER_M, booted
from report import Failed
from scene import Stage

RATE = 4000  # frames a second
LOOP_SECONDS = 10


def figures(stage: Stage):
    """A box at rest, then one that hears 4,000 frames a second."""
    box = booted(stage)
    _rest(stage, box)
    _busy(stage, box)
    box.stop()
    box.log().check()


def _rest(stage: Stage, box: Box):
    with stage.step("rest") as step:
        seconds = stage.options.rest_seconds
        # What the start had to do is over: the bus counts as asleep after a minute of silence.
        before = _switches(box)
        box.guest.run(f"sleep {seconds}", seconds + 60)
        wakes = (_switches(box) - before) / seconds
        stage.figure("wake-ups at rest", f"{wakes:.2f} a second", "1 a second",
                     wakes < 1)
        if wakes >= 1:
            raise Failed(f"{wakes:.2f} wake-ups a second at rest")
        step.saw(f"{wakes:.2f} wake-ups a second over {seconds} s")


def _switches(box: Box) -> int:
    """How often all threads of the program went to wait."""
    said = box.guest.run(f"cat /proc/{box.pid}/task/*/status")
    return sum(int(line.split()[1]) for line in said.splitlines()
               if line.startswith("voluntary_ctxt_switches"))


def _busy(stage: Stage, box: Box):
    with stage.step("busy bus") as step:
        seconds = stage.options.bus_seconds
        loops = -(-seconds // LOOP_SECONDS)
        box.guest.write("/tmp/busy.log", busy(LOOP_SECONDS, RATE, FIRST_ODOMETER_M))
        spent = _processor_seconds(box)
        received = _received(box)
        begun = box.guest.ask("time")["boot"]
        box.guest.run(["canplayer", "-I", "/tmp/busy.log", "-l", str(loops), f"{BUS}=car"],
                      loops * LOOP_SECONDS * 3 + 60)
        took = (box.guest.ask("time")["boot"] - begun) / 1000
        sent = loops * LOOP_SECONDS * RATE
        status = box.status()["buses"][0]
        passed = _received(box) - received
        spent = _processor_seconds(box) - spent
        if passed < sent:
            raise Failed(f"the kernel had {passed} frames of {sent}")
        if status["lost"]:
            raise Failed(f"{status['lost']} of {sent} frames were lost")
        stage.figure("4,000 frames a second", f"{took:.0f} s, none of {sent} lost")
        stage.figure("processor at 4,000 frames a second", f"{100 * spent / took:.0f} % of one")
        step.saw(f"{sent} frames in {took:.1f} s, none lost, {spent:.1f} s of processor time")


def _received(box: Box) -> int:
    return int(box.guest.read(f"/sys/class/net/{BUS}/statistics/rx_packets"))


def _processor_seconds(box: Box) -> float:
    fields = box.guest.read(f"/proc/{box.pid}/stat").decode().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
