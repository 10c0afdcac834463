"""What goes wrong around a box: keypad, bus, disk, clock, a machine that hangs."""

import subprocess

from box import BUS, KEYPAD, STATE, Box
from drive import Drive
from rental import FIRST_ODOMETER_M, booted, box_disk
from report import Failed
from scene import Stage


def keypad(stage: Stage):
    """Unplugged and plugged in again: a fault, and no more."""
    box = booted(stage)
    with stage.step("unplugged") as step:
        begun = box.guest.mark()
        box.guest.ask("unplug_keypad", path=KEYPAD)
        told = box.fault_begins("keypad.absent", begun)
        step.saw(told["text"].split(": ", 1)[1])
    with stage.step("plugged") as step:
        begun = box.guest.mark()
        box.guest.ask("plug_keypad", path=KEYPAD)
        told = box.fault_ends("keypad.absent", begun)
        step.saw("taken again, under the same name")
    with stage.step("code") as step:
        rent = box.book()
        half = box.guest.mark()
        box.guest.ask("type", path=KEYPAD, keys=rent.digits[:6])
        box.guest.ask("unplug_keypad", path=KEYPAD)
        box.fault_begins("keypad.absent", half)
        box.guest.ask("plug_keypad", path=KEYPAD)
        box.fault_ends("keypad.absent", half)
        box.answer("*" + rent.digits, "opened")
        box.pulse("door.unlock", half)
        step.saw("a code that was cut in two by the plug opens once it is typed whole")
    finish(box)


def bus(stage: Stage):
    """Turned off, gone, made again, off the bus: the rental goes on."""
    box = booted(stage)
    rent = box.book()
    box.answer(rent.digits, "opened")
    for what, order, undo, fault in [
        ("down", f"ip link set {BUS} down", f"ip link set {BUS} up", "bus.down"),
        ("vanished", f"ip link del {BUS}",
         f"ip link add {BUS} type vcan; ip link set {BUS} mtu 16; ip link set {BUS} up",
         "bus.down"),
    ]:
        with stage.step(what) as step:
            begun = box.guest.mark()
            box.guest.run(order)
            box.fault_begins(fault, begun)
            state = box.status()["buses"][0]["state"]
            box.answer(rent.digits, "reopened")
            box.guest.run(undo)
            box.fault_ends(fault, begun)
            step.saw(f"{fault} ({state}), the code of the rental still opens; it comes back")
    with stage.step("heard") as step:
        heard = _drive_a_little(box)
        step.saw(f"frames are heard again: the odometer shows {heard} m")
    with stage.step("bus-off") as step:
        begun = box.guest.mark()
        # CAN_ERR_FLAG with CAN_ERR_BUSOFF, as a driver tells it: linux/can/error.h.
        box.guest.run(["cansend", BUS, "20000040#0000000000000000"])
        told = box.fault_begins("bus.off", begun)
        if box.relay_is_blocked():
            raise Failed("the starter is inhibited by a bus that is off")
        box.answer(rent.digits, "reopened")
        # CAN_ERR_RESTARTED: a controller that came back by itself.
        box.guest.run(["cansend", BUS, "20000100#0000000000000000"])
        box.fault_ends("bus.off", begun)
        step.saw(told["text"].split(": ", 1)[1])
    finish(box)


def _drive_a_little(box: Box) -> int:
    drive = Drive(FIRST_ODOMETER_M).go(0, 3).go(40, 8).go(0, 3)
    begun = box.begin_drive(drive)
    box.end_drive(begun, 60)
    status = box.status()
    odometer = status["work"]["odometerM"]
    if odometer is None:
        raise Failed("the odometer is not heard; the last frame was heard "
                     f"{status['buses'][0]['heardAgoMs']} ms ago")
    return odometer


def storage(stage: Stage):
    """A full disk, a disk that takes no writes: no door without a durable redemption."""
    disk = box_disk(stage)
    box = booted(stage, disk)
    first = box.book()
    with stage.step("full") as step:
        left = box.guest.run(
            f"dd if=/dev/zero of={STATE}/filler bs=64k 2> /dev/null; "
            f"dd if=/dev/zero of={STATE}/rest bs=1k 2> /dev/null; df -k {STATE} | tail -n 1")
        answer = box.answer(first.digits, "opened")
        step.saw(f"{left.split()[3]} kB left: {answer}, for the log has its room already")
    with stage.step("no room") as step:
        entries = _type_until(box, first.digits, "storageFailed")
        box.look()
        second = box.book()
        answer = _refused(box, second.digits)
        box.rental = first
        step.saw(f"the log's room is used up after {entries} entries: a new rental is {answer}, "
                 "the door stays shut")
    with stage.step("driver within") as step:
        box.wait_for_rest()
        begun = box.guest.mark()
        box.answer(first.digits, "storageFailed")
        box.pulse("door.unlock", begun)
        box.answer("363", "storageFailed")
        step.saw("the driver of the open rental gets in; its end is not shown as it is not written")
    with stage.step("room") as step:
        box.guest.run(f"rm {STATE}/filler {STATE}/rest; sync")
        _type_until(box, "363", "ended")
        box.look()
        box.rental = second
        box.answer(second.digits, "opened")
        step.saw("with room again the rental ends, and the next one begins")
    with stage.step("read-only") as step:
        # As ext4 does it itself to a card with an error; whoever has a file open keeps it.
        box.guest.run("echo 1 > /sys/fs/ext4/vdc/trigger_fs_error")
        box.guest.run("until dmesg | grep -q 'vdc.*Remounting filesystem read-only'; "
                      "do sleep 0.1; done")
        box.wait_for_rest()
        begun = box.guest.mark()
        box.answer(second.digits, "storageFailed")
        box.pulse("door.unlock", begun)
        box.look()
        answer = _refused(box, box.book().digits)
        box.look()
        step.saw(f"the driver of the open rental gets in; a new rental is {answer}")
    box.guest.cut_power()
    with stage.step("next start") as step:
        subprocess.run(["e2fsck", "-fy", disk], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        later = Box(stage, stage.boot(data=disk), box.witness, blocked=False)
        later.rental = second
        later.start()
        later.tell_time()
        later.answer(second.digits, "reopened")
        later.end_rental()
        finish(later)
        step.saw("the rental is known and ends")


def _refused(box: Box, digits: str) -> str:
    box.wait_for_rest()
    begun = box.guest.mark()
    answer = box.answer(digits, "storageFull", "storageFailed")
    if box.guest.seen("wire", begun, line="door.unlock", active=True):
        raise Failed(f"the door moved although the answer is {answer}")
    if box.guest.seen("relay", begun, blocked=False):
        raise Failed(f"the starter was released although the answer is {answer}")
    return answer


def _type_until(box: Box, digits: str, wanted: str) -> int:
    """Types something until the answer is the wanted one; says how often."""
    usual = {"reopened", "storageFull", "storageFailed", wanted}
    for entries in range(1, 401):
        if box.answer(digits, *usual) == wanted:
            return entries
    raise Failed(f"after {entries} entries the answer is still another than {wanted}")


def clock(stage: Stage):
    """UTC of the kernel is stepped: the box has its own, and a rental outlives it."""
    box = booted(stage)
    rent = box.book()
    box.answer(rent.digits, "opened")
    for hours in [5, -7, 24 * 400]:
        with stage.step(f"step {hours:+} h") as step:
            before, time = box.status()["work"]["clock"], box.guest.ask("time")
            box.guest.ask("set_clock", seconds=time["utc"] + hours * 3600)
            after, later = box.status()["work"]["clock"], box.guest.ask("time")
            box.guest.ask("set_clock", seconds=time["utc"])
            if before is None or after is None:
                raise Failed("the clock is lost")
            moved = after["timeMs"] - before["timeMs"] - (later["boot"] - time["boot"])
            if abs(moved) > 1000:
                raise Failed(f"the clock of the box moved by {moved:.0f} ms")
            box.answer(rent.digits, "reopened")
            step.saw(f"the clock of the box moved by {moved:.0f} ms, the code still opens")
    finish(box)


def watchdog(stage: Stage):
    """A box that hangs lets the machine start again; one that works, or ends in order, does not."""
    seconds = 10
    words = f'watchdog: {{ device: "/dev/watchdog", seconds: {seconds} }},'
    disk = box_disk(stage)

    def boot() -> Box:
        guest = stage.boot(data=disk, devices=["-device", "i6300esb", "-action",
                                               "watchdog=reset"])
        guest.ask("load", module="i6300esb")
        box = Box(stage, guest, watchdog=words)
        box.start()
        return box

    for what, stops in [("stopped", "STOP"), ("killed", "KILL")]:
        box = boot()
        if stops == "STOP":
            with stage.step("held off") as step:
                if "watchdog.absent" in box.faults():
                    raise Failed("the watchdog is not in use")
                before = box.guest.ask("time")["boot"]
                # Signs of life hold it off: more than twice its time passes.
                box.guest.run(f"sleep {2.5 * seconds}")
                box.status()
                held = (box.guest.ask("time")["boot"] - before) / 1000
                step.saw(f"for {held:.0f} s by a box that works (set to {seconds} s)")
        with stage.step(what) as step:
            if "watchdog.absent" in box.faults():
                raise Failed("the watchdog is not in use")
            box.guest.run(["busybox", "kill", f"-{stops}", str(box.pid)])
            took = box.guest.wait_for_end(8 * seconds)
            step.saw(f"the machine starts again {took:.1f} s after SIG{stops} (set to {seconds} s)")
    box = boot()
    with stage.step("in order") as step:
        box.stop()
        box.guest.run(f"sleep {2.5 * seconds}")
        step.saw(f"after an orderly stop the machine runs on for {2.5 * seconds:.0f} s")
    box.log().check()


def finish(box: Box):
    """Whatever happened, the log holds, and what was seen is in it."""
    box.look()
    box.stop()
    log = box.log()
    log.check()
    box.witness.hold_against(log)
    box.stage.say("log", f"{len(log)} records hold, {len(log.redeemed())} redeemed")
