"""Another version of the package over the one that works, and the package taken away."""

from box import STATE
from fleet import BOX
from installed import CONFIGURATION, UNIT, InstalledBox
from machine import Guest
from report import Failed
from scene import Stage

LATER = "99.0"
# A configuration that was changed by hand is kept without being asked about.
NO_QUESTIONS = ["dpkg", "--force-confdef", "--force-confold"]
INSTALL_SECONDS = 180


def remembered(guest: Guest) -> str:
    """The sums of what a box is, and what was written by hand."""
    return guest.run(f"sha256sum {STATE}/box.json {STATE}/keys/* {CONFIGURATION}")


def upgrade(stage: Stage, box: InstalledBox, digits: str):
    guest = box.guest
    with stage.step("upgrade") as step:
        before, records = remembered(guest), box.status()["work"]["records"]
        begun, old = guest.mark(), box.pid
        guest.run([*NO_QUESTIONS, "--install", "/programs/later.deb"], INSTALL_SECONDS)
        box.is_anew()
        has(guest, LATER)
        if remembered(guest) != before:
            raise Failed("identity, keys or configuration changed")
        guest.run(f"grep -q 'later version brought' {CONFIGURATION}.dpkg-dist; "
                  f"rm {CONFIGURATION}.dpkg-dist")
        if box.status()["work"]["records"] <= records:
            raise Failed("the log did not go on")
        if guest.seen("relay", begun):
            raise Failed("the relay of the starter moved")
        box.answer(digits, "reopened")
        box.wait_for_rest()
        step.saw(f"to {LATER} in a rental: another process ({old}, now {box.pid}), the same box, "
                 "log and configuration; the relay did not move and the code still opens")


def has(guest: Guest, version: str):
    found = guest.run(["dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Version}", "cityzenbox"])
    if found.split() != ["ii", version]:
        raise Failed(f"dpkg has {found}, wanted is {version}")


def remove(stage: Stage, box: InstalledBox, digits: str):
    guest = box.guest
    with stage.step("remove") as step:
        before = remembered(guest)
        guest.run("apt-get remove --yes --quiet=2 cityzenbox", INSTALL_SECONDS)
        left = guest.run("pgrep -l cityzenboxd; ls -d /run/cityzenbox 2> /dev/null; true").split()
        if left:
            raise Failed(f"there is still {' '.join(left)}")
        if guest.ask("run", words=["systemctl", "cat", UNIT])["status"] == 0:
            raise Failed("systemd still knows the unit")
        if remembered(guest) != before:
            raise Failed("identity, keys or configuration changed")
        if [name for name, active in guest.ask("car_state")["active"].items() if active]:
            raise Failed(f"outputs are active: {guest.ask('car_state')['active']}")
        step.saw("the service has ended, trips, keys and configuration stay")
    with stage.step("reinstall") as step:
        guest.run([*NO_QUESTIONS, "--install", "/programs/later.deb"], INSTALL_SECONDS)
        box.is_anew()
        if remembered(guest) != before or box.status()["box"] != BOX:
            raise Failed("it is another box")
        begun = guest.mark()
        box.answer(digits, "reopened")
        box.pulse("door.unlock", begun)
        box.end_rental()
        box.wait_for_rest()
        box.look()
        step.saw("the same box goes on by itself: the code reopens the door, then the rental ends")
