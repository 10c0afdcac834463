"""The box, proven in a guest kernel: Tools/guest.sh runs this, docs/guest.md explains it."""

import argparse
import os
import random
import shlex
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import plan
import scenes
from lanes import LANES
from report import Report


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="Tools/guest.sh", description="Boots Debian kernels in QEMU and runs the box there.",
        epilog="scenes: " + ", ".join(scene.name for scene in scenes.ALL)
        + "; played only where they are named: "
        + ", ".join(scene.name for scene in scenes.ALL if scene.is_on_demand))
    parser.add_argument("--kernel", metavar="VERSION", default="",
                        help="only guests whose kernel begins so: 6.12 or 7")
    parser.add_argument("--arch", choices=["amd64", "arm64"],
                        help="only these machines; of the guests that are left the last plays "
                             "every scene")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() + 1, metavar="N",
                        help="how many scenes are played at once (one more than processors)")
    parser.add_argument("--linux", metavar="PACKAGE",
                        help="this kernel, such as linux-image-7.3.4+deb13-amd64; needs --kernel")
    parser.add_argument("--fetch", action="store_true", help="fetch the newest packages anew")
    parser.add_argument("--programs", type=Path, metavar="PATH",
                        help="a folder of programs that are built already, or a .deb with them; "
                             "for amd64 unless --arch says otherwise")
    parser.add_argument("--bundle", type=Path, metavar="FILE",
                        help="the tests of the package that are built already")
    parser.add_argument("--only", metavar="WORDS", default="",
                        help="only scenes with one of these words, divided by commas")
    parser.add_argument("--seed", type=int, help="what is random comes from this number")
    parser.add_argument("--cuts", type=int, default=24, metavar="N",
                        help="power cuts (24); a quarter of them on another processor")
    parser.add_argument("--states", type=int, default=200, metavar="N",
                        help="disks that a power cut could have left (200)")
    parser.add_argument("--bus-seconds", type=int, default=20, metavar="N",
                        help="how long 4,000 frames a second are sent (20)")
    parser.add_argument("--rest-seconds", type=int, default=60, metavar="N",
                        help="how long wake-ups at rest are counted (60)")
    parser.add_argument("--keep", action="store_true", help="keep disks and logs of what passed")
    parser.add_argument("--allow-skip", action="store_true",
                        help="status 0 although something was skipped")
    options = parser.parse_args()
    if options.linux and not options.kernel:
        parser.error("--linux names one kernel: --kernel says for which guest")
    for name in ["jobs", "cuts", "states", "bus_seconds", "rest_seconds"]:
        if getattr(options, name) < 1:
            parser.error(f"--{name.replace('_', '-')} takes a whole number above 0")
    if options.programs and not options.arch:
        options.arch = "amd64"
    return options


def main() -> int:
    options = arguments()
    report = Report()
    lanes = [lane for lane in LANES
             if lane.arch == (options.arch or lane.arch) and lane.kernel.startswith(options.kernel)]
    if not lanes:
        print(f"guest: no guest of {options.arch or 'any processor'} has a kernel "
              f"{options.kernel}", file=sys.stderr)
        return 2
    chosen = plan.parts(lanes, scenes.ALL, options.only)
    if not chosen:
        print(f"guest: no scene there has '{options.only}' in its name; there are "
              + ", ".join(scene.name for scene in scenes.ALL), file=sys.stderr)
        return 2
    if options.seed is None:
        options.seed = random.randrange(1_000_000)
    given = [word for word in sys.argv[1:] if not word.startswith("--seed=")]
    if "--seed" in given:
        place = given.index("--seed")
        del given[place : place + 2]
    report.say(f"seed {options.seed}, replay with: "
               f"Tools/guest.sh {shlex.join([*given, '--seed', str(options.seed)])}")
    # A socket's name has about a hundred bytes: not below the tree, which may lie deep.
    folder = Path(tempfile.mkdtemp(prefix="cityzenbox-guest."))
    # At once: the scenes that are being played need not be waited for, their machines end with us.
    for number in [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]:
        signal.signal(number, lambda *_: os._exit(130))
    plan.Cast(options, report, folder, plan.main_lane(lanes)).play(chosen)
    if options.keep or report.failures:
        report.say(f"disks, consoles and logs: {folder}")
    else:
        shutil.rmtree(folder)
    return report.conclude([lane.name for lane in LANES], [scene.name for scene in scenes.ALL],
                           options.allow_skip)


if __name__ == "__main__":
    sys.exit(main())
