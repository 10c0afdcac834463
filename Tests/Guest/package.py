"""The package in a Debian with systemd: installed, used, upgraded, removed, gone."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import sandbox_unit
import upgrades
from box import NAME, STATE, USUAL_FAULTS
from drive import Drive
from fleet import BOX, Fleet
from installed import (CLOCK_RULE, CONFIGURATION, CONFIGURED, DEVICES, UNIT, InstalledBox,
                       machine_clock, unpacked_tool)
from machine import Guest
from rental import FIRST_ODOMETER_M
from report import Failed
from scene import Stage
from store import HERE, write_file_system
from system import copy_of, system_disk
from upgrades import INSTALL_SECONDS, NO_QUESTIONS

# What changes by itself, and what says that something was there once.
PASSING = ["/proc", "/sys", "/dev", "/run", "/tmp", "/programs", "/modules", "/var/log",
           "/var/cache", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd/timers",
           "/var/lib/systemd/catalog", "/var/lib/private", "/var/tmp"]
# The user stays, and with it what systemd-sysusers keeps of the files before.
OF_THE_USER = re.compile(
    r"/etc/\.?(passwd|group|g?shadow|sub[gu]id|pwd)|/var/lib/systemd/random-seed")


def package(stage: Stage):
    """From the first installation to the last file removed, in two power-ons."""
    deb = stage.run.programs.package()
    disk = copy_of(system_disk(stage.store.lane, stage.options.fetch, stage.report),
                   stage.folder / "system.ext4")
    programs = programs_disk(stage, deb)
    # Codes are issued, and logs read, by the tool of the package.
    stage.fleet = Fleet(unpacked_tool(deb, stage.folder / "unpacked"), stage.folder / "fleet")
    guest = boot(stage, disk, programs)
    files = files_of(guest)
    guest.write("/etc/udev/rules.d/65-clock.rules", CLOCK_RULE)
    box = InstalledBox(stage, guest)
    install(stage, box, deb)
    begin(stage, box)
    digits = rental(stage, box)
    sandbox_unit.sandbox(stage, box)
    restarts(stage, box, digits)
    upgrades.upgrade(stage, box, digits)
    upgrades.remove(stage, box, digits)
    power_off(stage, box)
    again(stage, disk, programs, box, files)


def programs_disk(stage: Stage, deb: Path) -> Path:
    """What the guest is given: the agent, the package, and a later version of it."""
    tree, later = stage.folder / "programs", stage.folder / "later"
    shutil.copytree(HERE / "inside", tree / "guest")
    shutil.copy(deb, tree / "first.deb")
    subprocess.run(["dpkg-deb", "--raw-extract", deb, later], check=True)
    control = later / "DEBIAN/control"
    version = f"Version: {upgrades.LATER}"
    control.write_text(re.sub(r"(?m)^Version: .*$", version, control.read_text()))
    with open(later / CONFIGURATION.lstrip("/"), "a") as file:
        file.write("// A line that the later version brought.\n")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", later,
                    tree / "later.deb"], check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(later)
    size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
    disk = stage.folder / "programs.ext4"
    with open(disk, "wb") as file:
        file.truncate(size * 5 // 4 + (16 << 20))
    write_file_system(disk, tree)
    shutil.rmtree(tree)
    return disk


def boot(stage: Stage, disk: Path, programs: Path, ahead_s: float = 0) -> Guest:
    guest = stage.boot(programs=programs, system=disk, devices=DEVICES, memory=768,
                       rtc=machine_clock(ahead_s))
    system = guest.run("systemctl --version | head -n 1").strip()
    state = guest.run("timeout 120 systemctl is-system-running --wait; true", 130).strip()
    stage.say("boot", f"{guest.boot_seconds:.1f} s, {system}: {state}")
    return guest


def files_of(guest: Guest) -> set[str]:
    """Every file of the system but what changes by itself."""
    pruned = " -o ".join(f"-path {path}" for path in PASSING)
    listed = guest.run(rf"find / -xdev \( {pruned} \) -prune -o -print", 120)
    return {path for path in listed.splitlines() if not OF_THE_USER.match(path)}


def install(stage: Stage, box: InstalledBox, deb: Path):
    guest = box.guest
    with stage.step("install") as step:
        said = guest.run([*NO_QUESTIONS, "--install", "/programs/first.deb"], INSTALL_SECONDS)
        for word in ["warning", "error", "Failed", "invalid"]:
            if word in said:
                raise Failed(f"dpkg says: {said.strip()[-600:]}")
        owned(guest, STATE, "cityzenbox:cityzenbox 700")
        owned(guest, f"{STATE}/keys", "cityzenbox:cityzenbox 700")
        groups = guest.run(["id", "-Gn", "cityzenbox"]).strip()
        if groups != "cityzenbox":
            raise Failed(f"the user cityzenbox is in the groups {groups}")
        step.saw("user and folders are there, dpkg has no complaint")
    with stage.step("waits") as step:
        states = [box.property(name) for name in
                  ["UnitFileState", "ActiveState", "Result", "ConditionResult"]]
        if states != ["enabled", "inactive", "success", "no"]:
            raise Failed(f"before it is provisioned the unit is {' '.join(states)}")
        step.saw("enabled, not active, not failed: its condition is not met")
    with stage.step("devices") as step:
        guest.run("udevadm settle")
        places = {"the chip": guest.run("grep -l . /sys/bus/gpio/devices/*/dev; ls -d "
                                        "/sys/devices/platform/gpio-sim*/gpiochip*").split()[-1]}
        chip = f"/dev/{places['the chip'].rsplit('/', 1)[1]}"
        given = [chip, "/dev/input/cityzenbox-keypad", "/dev/cityzenbox-rtc", "/dev/watchdog",
                 "/dev/watchdog0"]
        for path in given:
            owned(guest, path, "root:cityzenbox 660")
        step.saw(f"{', '.join(given)} belong to the group, of nodes that were there before")


def owned(guest: Guest, path: str, wanted: str):
    found = guest.run(["stat", "--dereference", "-c", "%U:%G %a", path]).strip()
    if found != wanted:
        raise Failed(f"{path} is {found}, wanted is {wanted}")


def begin(stage: Stage, box: InstalledBox):
    guest = box.guest
    with stage.step("provision") as step:
        guest.write(CONFIGURATION, CONFIGURED)
        guest.run([NAME, "check-config"])
        box.provision()
        owned(guest, f"{STATE}/box.json", "cityzenbox:cityzenbox 600")
        ready = box.start()
        step.saw(f"provisioned by root, started, READY=1 after {ready:.0f} ms")
        stage.figure("start to ready by systemd, emulated", f"{ready:.0f} ms")
    with stage.step("process") as step:
        step.saw(process(box))
    with stage.step("clock") as step:
        # An hour away from the battery-backed one, which the service has to set then.
        utc = guest.ask("time")["utc"]
        guest.ask("set_clock", seconds=utc + 3600)
        box.tell_time()
        shown = int(guest.run("cat /sys/class/rtc/rtc0/since_epoch"))
        away = abs(shown - guest.ask("time")["utc"])
        # A TIME code counts in steps of some minutes.
        if away > 900:
            raise Failed(f"the battery-backed clock is {away:.0f} s away from the TIME code")
        step.saw("a TIME code moved the battery-backed clock by an hour")
    with stage.step("at work") as step:
        # The kernel's controller is brought up by systemd-networkd, which the unit wants.
        shown = guest.run("ip -details link show can0")
        for word in ["state UP", "bitrate 500000", "LISTEN-ONLY"]:
            if word not in shown:
                raise Failed(f"can0 is not {word}: {' '.join(shown.split())}")
        faults = box.faults()
        if faults != USUAL_FAULTS:
            raise Failed(f"faults at rest: {box.status()['faults']}")
        millivolts = box.status()["work"]["batteryMv"]
        if millivolts != 12_600:
            raise Failed(f"the battery has {millivolts} mV, wanted are 12600")
        step.saw("can0 up at 500 kbit/s, listen-only; lines, keypad, clock, battery without fault")
    with stage.step("status") as step:
        step.saw(status_by(box))


def process(box: InstalledBox) -> str:
    """As whom, and with what, each process of the service runs."""
    guest = box.guest
    user = guest.run("id -u cityzenbox; id -g cityzenbox").split()
    pids = guest.run(f"cat /sys/fs/cgroup/system.slice/{UNIT}/cgroup.procs").split()
    for pid in pids:
        text = guest.run(["cat", f"/proc/{pid}/status"])
        shown = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        wanted = {"Uid": [user[0]] * 4, "Gid": [user[1]] * 4, "Groups": [user[1]],
                  "NoNewPrivs": ["1"], "Seccomp": ["2"],
                  # CAP_NET_ADMIN is 12, CAP_SYS_TIME 25.
                  **{name: [f"{1 << 12 | 1 << 25:016x}"]
                     for name in ["CapEff", "CapPrm", "CapBnd", "CapAmb"]}}
        for name, values in wanted.items():
            if shown[name].split() not in [values, [] if name == "Groups" else values]:
                raise Failed(f"process {pid} has {name} {shown[name]}, wanted is {values}")
    open_files = guest.run(f"ls -l /proc/{box.pid}/fd")
    for what in ["/dev/input/event", "gpio", "trip.db"]:
        if what not in open_files:
            raise Failed(f"{what} is not open: {open_files}")
    return (f"{len(pids)} processes as cityzenbox with its group alone, CAP_NET_ADMIN and "
            "CAP_SYS_TIME, seccomp, no new privileges; lines, keypad and log are open")


def status_by(box: InstalledBox) -> str:
    """Who may ask: root, and the group."""
    guest = box.guest
    if box.status()["box"] != BOX:
        raise Failed(f"status is that of {box.status()['box']}")
    for name, groups, may in [("technician", "--groups=cityzenbox", True), ("guest", "", False)]:
        guest.run(f"useradd --no-create-home {groups} {name}")
        ask = f"setpriv --reuid={name} --regid={name} --init-groups {NAME} status"
        done = guest.ask("run", words=ask)
        guest.run(f"userdel {name}")
        if (done["status"] == 0) != may:
            raise Failed(f"{name} asks for the status: {done['status']}, {done['output'].strip()}")
        said = done["output"].strip().splitlines()
    return f"root and a member of the group may ask; anybody else is told: {said[-1][:90]}"


def rental(stage: Stage, box: InstalledBox) -> str:
    digits = box.book().digits
    with stage.step("door") as step:
        begun = box.guest.mark()
        pressed = box.type(digits)
        moved, width = box.pulse("door.unlock", begun)
        relay = box.guest.event("relay", begun, blocked=False)
        if relay["at"] < moved:
            raise Failed("the starter was released before the door moved")
        if not 450 <= width <= 1000:
            raise Failed(f"the pulse lasts {width:.0f} ms, wanted are 500")
        step.saw(f"pulse of {width:.0f} ms on the line {moved - pressed:.0f} ms after the last "
                 f"key, the starter released {relay['at'] - moved:.0f} ms behind it")
    with stage.step("journal") as step:
        told = [box.line(pattern, begun)["fields"] for pattern in
                ["^signal: opened$", "^door: ", "^record: trip.open$"]]
        for fields in told:
            wanted = {"_SYSTEMD_UNIT": UNIT, "SYSLOG_IDENTIFIER": NAME, "_PID": str(box.pid),
                      "_TRANSPORT": "journal"}
            if any(fields.get(name) != value for name, value in wanted.items()):
                raise Failed(f"the journal has {fields}")
        if told[2].get("CITYZENBOX_RECORD") != "trip.open" or "PRIORITY" not in told[2]:
            raise Failed(f"the journal has {told[2]}")
        if digits in json.dumps(told) or digits in box.guest.run("journalctl --no-pager"):
            raise Failed("the journal shows a code")
        step.saw("CITYZENBOX_EVENT signal, door, record with CITYZENBOX_RECORD trip.open; no code")
    with stage.step("drive") as step:
        drive = Drive(FIRST_ODOMETER_M).go(0, 3).go(40, 6).go(0, 3)
        begun = box.begin_drive(drive)
        box.end_drive(begun, drive.seconds + 60)
        odometer = box.status()["work"]["odometerM"]
        if odometer is None:
            raise Failed("the odometer is not heard on can0")
        step.saw(f"heard on can0 from another controller: the odometer shows {odometer} m")
    box.look()
    return digits


def restarts(stage: Stage, box: InstalledBox, digits: str):
    guest = box.guest
    with stage.step("kill -9") as step:
        box.signal("KILL")
        took = box.is_anew()
        box.answer(digits, "reopened")
        box.wait_for_rest()
        step.saw(f"at work again after {took:.1f} s; the code of the rental still opens")
    with stage.step("watchdog") as step:
        begun = guest.mark()
        box.signal("STOP")
        box.line(r"systemd: .*[Ww]atchdog timeout", begun, 60)
        took = box.is_anew()
        box.answer(digits, "reopened")
        box.wait_for_rest()
        step.saw(f"stopped by SIGSTOP: ended by systemd, at work again {took:.1f} s later")
    with stage.step("restart count") as step:
        count = box.property("NRestarts")
        if count != "2":
            raise Failed(f"systemd counts {count} restarts, wanted are 2")
        step.saw("two restarts, and no more")
    with stage.step("stop") as step:
        box.stop()
        if [name for name, active in guest.ask("car_state")["active"].items() if active]:
            raise Failed(f"outputs are active: {guest.ask('car_state')['active']}")
        left = guest.run(f"ls -d /run/cityzenbox /sys/fs/cgroup/system.slice/{UNIT} 2> /dev/null; "
                         "true").split()
        if left:
            raise Failed(f"there is still {' '.join(left)}")
        box.start()
        step.saw("ends in order, no output active, nothing left in /run")
    box.look()


def power_off(stage: Stage, box: InstalledBox):
    with stage.step("exit 40") as step:
        box.set_battery(11_000)
        box.guest.run(["systemctl", "restart", UNIT], 60)
        begun = box.guest.mark()
        # Whatever other way the service ends, the machine stays on, as `stop` and `kill -9` show.
        box.line(r"^power\.off: ", begun, 150)
        took = box.guest.wait_for_end(120)
        step.saw(f"a battery of 11 V, four times: the box ended, and the machine was off "
                 f"{took:.1f} s later")


def again(stage: Stage, disk: Path, programs: Path, first: InstalledBox, files: set[str]):
    """The machine is turned on again: the service starts by itself, and is then destroyed."""
    guest = boot(stage, disk, programs, 3600)
    box = InstalledBox(stage, guest, first.witness, first.last_relay(True))
    with stage.step("next start") as step:
        ready = box.start()
        begun = box.property("ActiveEnterTimestampMonotonic")
        # The devices are plugged in later than the service starts; a battery that could not be
        # measured then is tried again after ten minutes.
        for fault in sorted(box.faults() - USUAL_FAULTS - {"battery.unmeasured"}):
            box.fault_ends(fault, 0)
        box.tell_time()
        step.saw(f"started by itself {int(begun) / 1e6:.0f} s after power on ({ready:.0f} ms to "
                 "READY=1), takes its devices as they come")
    with stage.step("log") as step:
        box.stop()
        log = box.log()
        log.check()
        box.witness.hold_against(log)
        step.saw(f"{len(log)} records, the chain holds to {log.head()[:12]}")
    with stage.step("purge") as step:
        guest.run(["dpkg", "--purge", "cityzenbox"], INSTALL_SECONDS)
        guest.run("rm /etc/udev/rules.d/65-clock.rules")
        left = files_of(guest) - files
        lost = files - files_of(guest)
        if left or lost:
            raise Failed(f"left: {sorted(left)[:8]}, lost: {sorted(lost)[:8]}")
        failed = guest.run("systemctl list-units --all --no-legend 'cityzenbox*'").strip()
        if failed:
            raise Failed(f"systemd still has {failed}")
        step.saw(f"the same {len(files)} files as before the first installation")
