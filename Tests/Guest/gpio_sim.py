"""gpio-sim for kernels of Debian that come without it, from the source of the same package."""

import re
import shutil
import subprocess
import tarfile
from pathlib import Path

from packages import Archive
from report import Unavailable


def build(archive: Archive, image: str, tree: Path, work: Path):
    """Builds the module for the kernel that was unpacked into `tree`, and puts it among the others.

    One module holds the chip and the interrupt simulator that Debian leaves out as well: nothing
    is exported between them, and what the kernel does not export is replaced by what it does.
    """
    for program in ["make", "gcc-12"]:
        if shutil.which(program) is None:
            raise Unavailable(f"gpio-sim is built with make and gcc-12, and there is no {program}")
    version = image.removeprefix("linux-image-")
    series = ".".join(version.split(".")[:2])
    common = version.removesuffix(f"-{archive.lane.arch}")
    shutil.rmtree(work, ignore_errors=True)
    archive.unpack_alone(
        [f"linux-headers-{version}", f"linux-headers-{common}-common", f"linux-kbuild-{common}",
         f"linux-source-{series}/{archive.lane.suite}-backports"], work)
    module = work / "module"
    module.mkdir()
    _take_source(work, series, module)
    headers = work / "usr/src" / f"linux-headers-{version}"
    _relocate(work, [headers, headers.with_name(f"linux-headers-{common}-common")])
    done = subprocess.run(
        ["make", "-s", "-C", headers, f"M={module}", "CC=gcc-12",
         "CONFIG_DEBUG_INFO_BTF_MODULES=", "modules"], text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Unavailable("gpio-sim does not build:\n" + done.stdout[-2000:])
    modules = next(tree.rglob("modules.builtin")).parent
    shutil.copy(module / "gpio-sim.ko", modules / "kernel/drivers/gpio/gpio-sim.ko")
    shutil.rmtree(work)


def _take_source(work: Path, series: str, module: Path):
    root = f"linux-source-{series}"
    wanted = {
        f"{root}/drivers/gpio/gpio-sim.c": "gpio_sim.c",
        f"{root}/drivers/gpio/gpiolib.h": "gpiolib.h",
        f"{root}/drivers/gpio/dev-sync-probe.h": "dev-sync-probe.h",
        f"{root}/drivers/gpio/dev-sync-probe.c": "dev-sync-probe.c",
        f"{root}/kernel/irq/irq_sim.c": "irq_sim.c",
    }
    packed = next((work / "usr/src").glob(f"{root}.tar.*"))
    # The archive is read once, to its end at worst, rather than once a file.
    with tarfile.open(packed, "r|*") as source:
        for member in source:
            if member.name in wanted:
                content = source.extractfile(member).read()
                (module / wanted.pop(member.name)).write_bytes(content)
                if not wanted:
                    break
    simulator = (module / "irq_sim.c").read_text()
    simulator = re.sub(r"^EXPORT_SYMBOL.*\n", "", simulator, flags=re.MULTILINE)
    simulator = re.sub(
        r"handle_simple_irq\(irq_to_desc\((\w*)\)\)", r"generic_handle_irq_safe(\1)", simulator)
    (module / "irq_sim.c").write_text(simulator)
    parts = [name for name in ["gpio_sim", "irq_sim", "dev-sync-probe"]
             if (module / f"{name}.c").exists()]
    objects = " ".join(f"{name}.o" for name in parts)
    (module / "Makefile").write_text(f"obj-m := gpio-sim.o\ngpio-sim-y := {objects}\n")


def _relocate(work: Path, folders: list[Path]):
    """Headers name each other by the places where they would be installed."""
    places = re.compile(r"(?<=[ =])/usr/(src/linux-headers|lib/linux-kbuild)")
    for folder in folders:
        names = [path.name for path in folder.glob("*.mk")]
        for path in [folder / name for name in ["Makefile", "scripts", "tools", *names]]:
            if path.is_symlink() and str(path.readlink()).startswith("/usr/"):
                target = work / str(path.readlink()).lstrip("/")
                path.unlink()
                path.symlink_to(target)
            elif path.is_file():
                text = path.read_text()
                path.write_text(places.sub(rf"{work}/usr/\1", text))
