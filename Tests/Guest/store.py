"""What a lane keeps between runs: kernel, files of Debian as a disk, headers to build with."""

import fcntl
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import gpio_sim
from first_files import FirstFiles, KernelModules
from lanes import Lane
from packages import Archive, cache_folder
from report import Unavailable, Voice

HERE = Path(__file__).resolve().parent

# Of the folder of a lane; what is kept in another form is made again.
FORM = "form 2"
# What init loads. ext4 asks for crc32c by name, where it is no part of the kernel.
MODULES = [
    "virtio_pci", "virtio_blk", "virtio_console", "crc32c_generic", "ext4", "overlay", "9p",
    "9pnet_virtio", "gpio-sim", "uinput", "evdev", "can_raw", "vcan",
]
# Devices that only some machines have, each loaded where a step asks for it.
EXTRA_MODULES = {
    "amd64": ["kvaser_pci", "rtc_cmos", "i6300esb", "softdog", "can_isotp", "i2c_dev", "i2c_stub",
              "ltc4151"],
    "arm64": ["i6300esb", "softdog", "can_isotp"],
}


@dataclass(frozen=True)
class Store:
    """The files of one lane, all there."""

    lane: Lane
    folder: Path

    @property
    def kernel(self) -> Path:
        return sorted(self.tree.rglob("vmlinuz*"))[-1]

    @property
    def kernel_version(self) -> str:
        return self.modules.name

    @property
    def modules(self) -> Path:
        return next(self.tree.rglob("modules.builtin")).parent

    @property
    def tree(self) -> Path:
        """The kernel, unpacked."""
        return self.folder / "kernel"

    @property
    def files(self) -> Path:
        """The files of the guest, unpacked."""
        return self.folder / "files"

    @property
    def disk(self) -> Path:
        """The files of the guest as a file system."""
        return self.folder / "files.ext4"

    @property
    def header(self) -> Path:
        """The folder with the header of the guest's libgpiod."""
        return self.folder / "include"

    def library(self, name: str) -> str:
        """Where a library lies in the guest."""
        return "/" + str(next(self.files.rglob(name)).relative_to(self.files))

    @property
    def first_files(self) -> Path:
        """The archive that the kernel starts from."""
        return self.folder / "first-files"

    def make_first_files(self):
        """Makes the archive that the kernel starts from, again when what makes it is newer."""
        path = self.first_files
        inits = ["init", "system-init"]
        makers = [*(HERE / "inside" / name for name in inits), HERE / "first_files.py",
                  Path(__file__)]
        if path.exists() and all(maker.stat().st_mtime < path.stat().st_mtime for maker in makers):
            return
        files = FirstFiles()
        for name in inits:
            files.add(name, (HERE / "inside" / name).read_bytes(), 0o755)
        files.add("bin/busybox", (self.files / "usr/bin/busybox").read_bytes(), 0o755)
        KernelModules(self.modules).add(MODULES, files, EXTRA_MODULES[self.lane.arch])
        path.with_suffix(".new").write_bytes(files.content())
        path.with_suffix(".new").rename(path)


def opened(lane: Lane, linux: str | None, fetches: bool, report: Voice) -> Store:
    """The store of a lane, fetched where it is not there or `fetches` says so."""
    named = f"{lane.name}-{linux.removeprefix('linux-image-')}" if linux else lane.name
    store = Store(lane, cache_folder() / named)
    done = store.folder / "complete"
    store.folder.parent.mkdir(parents=True, exist_ok=True)
    with open(store.folder.parent / f"{named}.lock", "w") as lock:
        # Two runs at once: the second waits for what the first one fetches.
        fcntl.flock(lock, fcntl.LOCK_EX)
        # A lane that is made of other packages now is another lane.
        made_of = "\n".join([*lane.packages, FORM, ""])
        if fetches or not done.exists() or done.read_text() != made_of:
            for tool in ["apt-get", "dpkg-deb", "mke2fs"]:
                if shutil.which(tool) is None:
                    raise Unavailable(f"there is no {tool}: guests are made of Debian packages")
            # What is there stays until the new one is whole.
            fresh = Store(lane, store.folder.with_name(f"{named}.new"))
            shutil.rmtree(fresh.folder, ignore_errors=True)
            _fetch(fresh, linux, report)
            (fresh.folder / done.name).write_text(made_of)
            shutil.rmtree(store.folder, ignore_errors=True)
            fresh.folder.rename(store.folder)
        store.make_first_files()
    return store


def _fetch(store: Store, linux: str | None, report: Voice):
    archive = Archive(store.folder / "archive", store.lane)
    archive.update()
    parts = archive.kernel_parts(linux)
    report.say(f"fetch: {parts[0]}")
    archive.unpack_alone(parts, store.tree)
    if store.lane.builds_gpio_sim:
        report.say("fetch: gpio-sim, built from the source of the same version")
        gpio_sim.build(archive, parts[0], store.tree, store.folder / "work")
    report.say(f"fetch: files of Debian {store.lane.suite}")
    archive.unpack(store.lane.packages, store.files)
    _merge(store.files)
    archive.unpack_alone(["libgpiod-dev"], store.folder / "work")
    store.header.mkdir()
    shutil.copy(next((store.folder / "work").rglob("gpiod.h")), store.header)
    shutil.rmtree(store.folder / "work")
    shutil.rmtree(archive.folder)
    _write_disk(store)


def _merge(files: Path):
    """Packages may still name /bin and /lib, which an installed Debian has merged into /usr."""
    for name in ["bin", "sbin", "lib", "lib64"]:
        place = files / name
        (files / "usr" / name).mkdir(parents=True, exist_ok=True)
        if place.is_dir() and not place.is_symlink():
            shutil.copytree(place, files / "usr" / name, symlinks=True, dirs_exist_ok=True)
            shutil.rmtree(place)
        if not place.is_symlink():
            place.symlink_to(f"usr/{name}")
    for name in ["dev", "proc", "run", "sys", "tmp", "var/lib", "root", "programs", "host"]:
        (files / name).mkdir(parents=True, exist_ok=True)
    shell = files / "usr/bin/sh"
    if not shell.exists():
        shell.symlink_to("busybox")
    for name in ["doc", "man", "locale"]:
        shutil.rmtree(files / "usr/share" / name, ignore_errors=True)


def _write_disk(store: Store):
    size = int(subprocess.run(
        ["du", "-sm", store.files], check=True, text=True, stdout=subprocess.PIPE
    ).stdout.split()[0])
    with open(store.disk, "wb") as file:
        file.truncate((size + size // 4 + 32) << 20)
    write_file_system(store.disk, store.files)


def write_file_system(disk: Path, folder: Path | None = None):
    """Makes an ext4 file system on a file, with what is in `folder`; root owns everything."""
    words = ["mke2fs", "-q", "-F", "-t", "ext4", "-m", "0",
             "-E", "root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0"]
    if folder:
        words += ["-d", folder]
    subprocess.run([*words, disk], check=True, stdout=subprocess.DEVNULL)
