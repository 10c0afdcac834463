"""What the sandbox of the service refuses, tried by a program in the same sandbox."""

import json
import re

from installed import UNIT, InstalledBox
from machine import Guest
from report import Failed
from scene import Stage

PROBE = "cityzenbox-sandbox"
SAID = f"/run/{PROBE}.json"
# Of the unit of the box; everything else is taken as it stands there.
OTHERS = {
    "Type": "oneshot", "ExecStart": "/usr/bin/python3 /programs/guest/sandbox.py",
    "RuntimeDirectory": PROBE, "Restart": "no", "NotifyAccess": None, "ExecReload": None,
    "WatchdogSec": None, "ExecStopPost": None, "WantedBy": None,
}


def sandbox(stage: Stage, box: InstalledBox):
    """The unit of the box with another program in it, as its user, as root, and without."""
    guest = box.guest
    unit = guest.run(["cat", f"/usr/lib/systemd/system/{UNIT}"])
    as_user = tried(guest, probing(unit))
    with stage.step("sandbox") as step:
        denied = hold(as_user, "the user of the box")
        step.saw(f"may {', '.join(as_user['may'])}; may not {denied}")
    with stage.step("sandbox as root") as step:
        # Not for want of the right to read a file: these belong to root.
        as_root = tried(guest, probing(unit).replace("User=cityzenbox", "User=root"))
        hold({**as_root, "may": {}}, "root in the sandbox")
        for what in ["/dev/mem", "a disk", "I2C", "uinput"]:
            if as_root["may not"][what] != "EPERM":
                raise Failed(f"{what}: {as_root['may not'][what]}, not refused by DeviceAllow")
        for what in ["/etc", "/usr", "/root"]:
            if as_root["may not"][what] not in ["EROFS", "EACCES", "EPERM"]:
                raise Failed(f"{what}: {as_root['may not'][what]}")
        step.saw("the same for root: " + ", ".join(
            f"{what} {as_root['may not'][what]}"
            for what in ["/dev/mem", "a disk", "/etc", "an Internet socket"]))
    with stage.step("no sandbox") as step:
        outside = json.loads(guest.run(["python3", "/programs/guest/sandbox.py"]))
        refused = [what for what, end in outside["may not"].items() if end != "ok"]
        if refused:
            raise Failed(f"outside of the sandbox, too, fails {', '.join(refused)}")
        step.saw(f"outside of it all {len(outside['may not'])} work, so the sandbox refuses them")


def probing(unit: str) -> str:
    """The unit of the box, with the program that tries."""
    lines = []
    for line in unit.splitlines():
        name = line.split("=")[0]
        if name.startswith("Condition") or name in OTHERS and OTHERS[name] is None:
            continue
        lines.append(f"{name}={OTHERS[name]}" if name in OTHERS else line)
    text = "\n".join(lines) + "\n"
    return re.sub(r"(?m)^Type=", f"StandardOutput=truncate:{SAID}\nType=", text)


def tried(guest: Guest, unit: str) -> dict:
    guest.write(f"/run/systemd/system/{PROBE}.service", unit)
    guest.run(f"systemctl daemon-reload; systemctl start {PROBE} || "
              f"{{ journalctl --unit={PROBE} --no-pager | tail -n 15; false; }}", 120)
    said = json.loads(guest.read(SAID))
    guest.run(f"rm /run/systemd/system/{PROBE}.service {SAID}; systemctl daemon-reload")
    return said


def hold(said: dict, who: str) -> str:
    """Fails where something is not as it should be; says what was refused, and how."""
    for what, end in said["may"].items():
        if end != "ok":
            raise Failed(f"{who} must have {what}, and gets {end}")
    for what, end in said["may not"].items():
        if end == "ok":
            raise Failed(f"{who} gets {what}, which nobody in the sandbox may have")
    return ", ".join(f"{what} ({end})" for what, end in said["may not"].items())
