"""A whole Debian with systemd for a guest: installed by mmdebstrap, kept as a disk."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

from lanes import Lane
from packages import KEYRING, MIRROR, cache_folder
from report import Unavailable, Voice

SIZE_MB = 900
# Of the disk; one that was made in another form is made again.
FORM = "form 1"
# What systemd would do beside the point: timers, terminals, the mounts of kernel modules.
MASKED = [
    "apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "e2scrub_all.timer",
    "e2scrub_reap.service", "fstrim.timer", "getty@tty1.service", "serial-getty@ttyS0.service",
    "proc-sys-fs-binfmt_misc.automount", "systemd-binfmt.service", "systemd-pcrlock.socket",
]
AGENT_UNIT = """[Unit]
Description=The way to the host
RequiresMountsFor=/programs
After=sys-kernel-config.mount

[Service]
ExecStart=/usr/bin/python3 /programs/guest/agent.py
StandardOutput=journal+console
StandardError=journal+console
# What it starts belongs to nobody's sandbox and ends with nobody's restart.
KillMode=process

[Install]
WantedBy=multi-user.target
"""


def packages(lane: Lane) -> list[str]:
    """What the system has: what the package depends on, so that it installs without a network,
    and what looks at it."""
    return [
        lane.library, "can-utils", "i2c-tools", "iproute2", "kmod", "libsqlite3-0",
        "libssl3t64" if lane.suite == "trixie" else "libssl3", "libstdc++6", "python3",
        "procps", "systemd", "systemd-sysv", "udev", "util-linux",
    ]


def system_disk(lane: Lane, fetches: bool, report: Voice) -> Path:
    """The disk of a lane's Debian, made where it is not there or `fetches` says so. It is to be
    copied: nothing writes to it."""
    disk = cache_folder() / f"system-{lane.arch}-{lane.suite}.ext4"
    note = disk.with_suffix(".made-of")
    disk.parent.mkdir(parents=True, exist_ok=True)
    with open(disk.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made_of = "\n".join([*packages(lane), *MASKED, AGENT_UNIT, str(SIZE_MB), FORM])
        if fetches or not disk.exists() or not note.exists() or note.read_text() != made_of:
            for tool in ["mmdebstrap", "mke2fs", "unshare"]:
                if shutil.which(tool) is None:
                    raise Unavailable(f"there is no {tool}: a Debian with systemd is made by it")
            report.say(f"fetch: Debian {lane.suite} with systemd, about 90 MB")
            note.unlink(missing_ok=True)
            _make(lane, disk)
            note.write_text(made_of)
    return disk


def _make(lane: Lane, disk: Path):
    archive, fresh = disk.with_suffix(".tar"), disk.with_suffix(".new")
    # As root, or in a user namespace of its own where this is not root.
    _run(["mmdebstrap", "--quiet", "--variant=minbase", f"--architectures={lane.arch}",
          f"--include={','.join(packages(lane))}",
          "--aptopt=APT::Install-Recommends \"false\"",
          "--aptopt=Acquire::Check-Valid-Until \"false\"",
          f"--keyring={KEYRING}", lane.suite, str(archive), f"deb {MIRROR} {lane.suite} main"])
    tree = disk.with_suffix(".tree")
    words = ["sh", "-euc", _UNPACK, "sh", str(archive), str(tree), str(fresh), str(SIZE_MB),
             AGENT_UNIT, *MASKED]
    if os.geteuid() != 0:
        words = ["unshare", "--map-root-user", "--map-auto", "--", *words]
    try:
        _run(words)
    finally:
        archive.unlink(missing_ok=True)
    fresh.rename(disk)


# Owners are those of the archive, so this is root's, if only in a namespace.
_UNPACK = r"""
archive=$1 tree=$2 disk=$3 size=$4 unit=$5
shift 5
rm -rf "$tree"
mkdir -p "$tree"
tar -x -f "$archive" -C "$tree" --numeric-owner --exclude='./dev/*'
mkdir -p "$tree/programs" "$tree/modules"
units=$tree/etc/systemd/system
printf '%s' "$unit" > "$units/guest-agent.service"
mkdir -p "$units/multi-user.target.wants"
ln -s ../guest-agent.service "$units/multi-user.target.wants/"
for masked; do ln -sf /dev/null "$units/$masked"; done
# Without a name of its own systemd takes this for the first start, and enables what it likes.
echo 0b0c00010000002a0b0c00010000002a > "$tree/etc/machine-id"
echo cityzenbox-guest > "$tree/etc/hostname"
: > "$tree/etc/fstab"
truncate -s "${size}M" "$disk"
mke2fs -q -F -t ext4 -m 0 -E lazy_itable_init=0,lazy_journal_init=0 -d "$tree" "$disk" > /dev/null
rm -rf "$tree"
"""


def _run(words: list[str]):
    done = subprocess.run(words, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)
    if done.returncode != 0:
        said = " ".join(done.stdout.split())[-600:]
        raise Unavailable(f"{words[0]} makes no Debian with systemd: {said}")


def copy_of(disk: Path, to: Path) -> Path:
    """A copy that takes only the room of what is written on it."""
    to.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["cp", "--sparse=always", "--reflink=auto", disk, to], check=True)
    return to
