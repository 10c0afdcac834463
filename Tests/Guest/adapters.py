"""Boards, buses, clocks and watchdogs on a real kernel, without the box: the checks of adapters."""

import re

from machine import Guest
from report import Failed
from scene import Stage


def board(stage: Stage):
    """Tests/LinuxCheck: lines of gpio-sim, pulses and their guard, keypads of uinput."""
    stage.run.programs.check("linuxcheck")
    guest = stage.boot()
    stage.say("boot", f"{guest.boot_seconds:.1f} s")
    with stage.step("contract") as step:
        done = guest.ask("run", 320, words=["linuxcheck"], seconds=300)
        lines = done["output"].strip().splitlines()
        broken = [line.strip() for line in lines if line.startswith("  FAIL")]
        if done["status"] != 0:
            raise Failed("\n".join(broken or lines[-5:] or ["it said nothing"]))
        step.saw(f"{lines[0]}: {lines[-1].removeprefix('linuxcheck: ')}")


# Each in a process of its own: some set the clock that others read.
TARGETS = ["LinuxCANTests", "LinuxTimeTests", "LinuxSerialTests", "LinuxHostTests"]


def bus(stage: Stage):
    """The tests of the package that need CAN, controllers, a clock to set or a watchdog."""
    bundle = stage.run.programs.bundle()
    guest = stage.boot(
        shows_host=True, memory=1024, rtc="2031-02-03T04:05:06",
        devices=["-object", "can-bus,id=bus", "-device", "kvaser_pci,canbus=bus",
                 "-device", "kvaser_pci,canbus=bus", "-device", "i6300esb",
                 "-action", "watchdog=reset"])
    stage.say("boot", f"{guest.boot_seconds:.1f} s")
    for module in ["kvaser_pci", "rtc_cmos", "i6300esb"]:
        guest.ask("load", module=module)
    show_host(guest)
    for target in TARGETS:
        with stage.step(target) as step:
            step.saw(run_tests(guest, bundle, target))


def show_host(guest: Guest):
    """This machine's files at /host, read-only below a layer of memory."""
    guest.run(
        "set -e; mkdir -p /run/lower /run/layer; "
        "mount -t 9p -o trans=virtio,version=9p2000.L,msize=262144,ro,cache=loose "
        "host /run/lower; mount -t tmpfs memory /run/layer; "
        "mkdir /run/layer/upper /run/layer/work; "
        "mount -t overlay -o lowerdir=/run/lower,upperdir=/run/layer/upper,"
        "workdir=/run/layer/work overlay /host; "
        "for folder in proc sys dev; do mount -o rbind /$folder /host/$folder; done; "
        "mount -t tmpfs memory /host/tmp; mount -t tmpfs memory /host/run")


def run_tests(guest: Guest, bundle, target: str) -> str:
    """Runs the tests of one target, and gives the sum of them."""
    package = bundle.parents[3]
    words = ["busybox", "chroot", "/host", "/usr/bin/env", "-C", str(package),
             "CITYZENBOX_GUEST=1", "NO_COLOR=1", "LLVM_PROFILE_FILE=/dev/null",
             "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", str(bundle),
             "--testing-library", "swift-testing", "--filter", target]
    done = guest.ask("run", 320, words=words, seconds=300)
    said = [line.strip() for line in done["output"].splitlines()]
    if done["status"] != 0:
        failed = [line for line in said if re.search("✘|Fatal error|recorded an issue", line)]
        raise Failed("\n".join(failed[:10] or said[-5:]))
    told = [line for line in said if re.search("^load:|Test run with", line)]
    skipped = sum(1 for line in said if line.startswith("➜"))
    words = "; ".join(re.sub("^. ", "", line) for line in told)
    return f"{words}{f', {skipped} skipped' if skipped else ''}"
