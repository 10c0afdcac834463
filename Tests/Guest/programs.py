"""The programs that run in the guests: built here, or taken from a folder, and put on a disk."""

import functools
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path

from report import Report, Unavailable, Voice
from store import HERE, Store, write_file_system

ROOT = HERE.parent.parent
# The cross compiler sees this checkout there: Tools/arm64-sdk.sh.
INSIDE = Path("/build/cityzenbox")


@functools.cache
def host_architecture() -> str:
    """As Debian calls it."""
    done = subprocess.run(["dpkg", "--print-architecture"], text=True, stdout=subprocess.PIPE)
    return done.stdout.strip()


class Builder:
    """Builds each program once for all guests, and one after the other: a compiler takes every
    processor that there is."""

    def __init__(self, report: Report):
        self._report = report
        self._built: dict[tuple[str, ...], Path] = {}
        self._building = threading.Lock()

    def release(self, architecture: str, name: str) -> Path:
        """A program as it is packaged, not stripped yet."""
        def build() -> Path:
            said = self._run(["Tools/release.sh", architecture, name])
            return ROOT / said.splitlines()[-1] / name
        return self._once((architecture, name), f"{name} for {architecture}", build)

    def check(self, architecture: str, name: str, gpiod: str, header: Path) -> Path:
        """A program of the tests, in debug mode. It is built against the header of the libgpiod
        that the guest has, which holds our declarations to it."""
        def build() -> Path:
            place = Path(f".build/guest/{architecture}-gpiod{gpiod}")
            words = ["swift", "build", "--product", name, "--static-swift-stdlib",
                     "--scratch-path", str(place)]
            if architecture == host_architecture():
                self._run([*words, "--quiet", *_jobs()], CPATH=str(header))
            else:
                shutil.copytree(header, ROOT / place / "include", dirs_exist_ok=True)
                self._run(["Tools/arm64-sdk.sh", "run", "env",
                           f"CPATH={INSIDE / place / 'include'}", *words, *_jobs(),
                           "--swift-sdks-path", "/build/sdks", "--swift-sdk", "cityzenbox-arm64"])
            return ROOT / place / "debug" / name
        return self._once(
            (architecture, name, gpiod),
            f"{name} for {architecture} with the header of libgpiod {gpiod}", build)

    def tests(self) -> Path:
        """The tests of the package, with the flags that `make test` has, so that they are built
        once for both."""
        def build() -> Path:
            self._run(["swift", "build", "--build-tests", "--enable-code-coverage", "--quiet",
                       *_jobs()])
            return ROOT / ".build/debug/CityzenBoxPackageTests.xctest"
        return self._once(("tests",), "the tests of the package", build)

    def package(self, architecture: str) -> Path:
        """The Debian package."""
        def build() -> Path:
            said = self._run(["Tools/deb.sh", architecture])
            return ROOT / re.findall(r"deb: (\.build/deb/\S*\.deb):", said)[-1]
        return self._once(("package", architecture), f"the package for {architecture}", build)

    def _once(self, key: tuple[str, ...], what: str, build) -> Path:
        with self._building:
            if key not in self._built:
                self._report.say(f"build: {what}")
                self._built[key] = build()
            return self._built[key]

    def _run(self, words: list[str], **environment: str) -> str:
        done = subprocess.run(
            words, cwd=ROOT, env={**os.environ, **environment}, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            said = (done.stdout + done.stderr)[-3000:]
            raise Unavailable(f"{' '.join(words)} fails:\n{said}")
        return done.stdout


def _jobs() -> list[str]:
    return ["-j", os.environ["JOBS"]] if os.environ.get("JOBS") else []


class Programs:
    """What the programs of one lane are, and the disk that has them."""

    # What a guest reads beside its programs.
    DATA = ["Profiles", "hardware/boards", "Scenarios"]

    def __init__(self, store: Store, builder: Builder, folder: Path | None, bundle: Path | None,
                 report: Voice, work: Path):
        self._store = store
        self._builder = builder
        self._folder = folder.resolve() if folder else None
        self._bundle = bundle
        self._unpacked = work / "package"
        self._report = report
        self._built: dict[str, Path] = {}
        self._disks: dict[int, Path] = {}
        self._changing = threading.RLock()
        arch = store.lane.arch
        if folder is None and arch != host_architecture():
            if host_architecture() != "amd64":
                raise Unavailable(f"programs for {arch} are not built here: --programs names them")
            if os.geteuid() != 0:
                raise Unavailable(f"who is not root has no cross compiler for {arch}: run it as "
                                  "root once, or name built programs by --programs")

    def built(self, name: str) -> Path:
        """A program of the package for the guest, built if need be."""
        with self._changing:
            if name not in self._built:
                if self._folder:
                    self._built[name] = self._found(name)
                else:
                    self._built[name] = self._builder.release(self._store.lane.arch, name)
            return self._built[name]

    def _found(self, name: str) -> Path:
        """A program in the folder, or in the package, that was given."""
        folder = self._folder
        if folder.suffix == ".deb":
            folder = self._unpacked
            if not folder.exists():
                folder.mkdir(parents=True)
                subprocess.run(["dpkg-deb", "--extract", self._folder, folder], check=True)
        for place in ["", "usr/bin", "usr/sbin"]:
            if (folder / place / name).is_file():
                return folder / place / name
        raise Unavailable(f"there is no {name} in {self._folder}")

    def check(self, name: str) -> Path:
        """A program of the tests for the guest, built if need be."""
        with self._changing:
            if name not in self._built and self._folder is None:
                lane = self._store.lane
                self._built[name] = self._builder.check(
                    lane.arch, name, lane.gpiod, self._store.header)
            return self.built(name)

    def host_tool(self, name: str = "cityzenbox-sim") -> Path:
        """A program for this machine."""
        return self._builder.release(host_architecture(), name)

    def package(self) -> Path:
        """The Debian package for the guest, built if need be."""
        if self._folder and self._folder.suffix == ".deb":
            return self._folder
        return self._builder.package(self._store.lane.arch)

    def bundle(self) -> Path:
        """The tests of the package, for this machine's processor."""
        if self._store.lane.arch != host_architecture():
            raise Unavailable("the tests of the package are built for this machine only")
        return (self._bundle or self._builder.tests()).resolve()

    def disk(self, folder: Path) -> Path:
        """A file system with all that was built so far, the agent, and the data files."""
        with self._changing:
            names = sorted(self._built)
            if len(names) not in self._disks:
                disk = folder / f"programs-{len(names)}.ext4"
                self._write_disk(disk, names)
                self._disks[len(names)] = disk
            return self._disks[len(names)]

    def _write_disk(self, disk: Path, names: list[str]):
        tree = disk.with_suffix("")
        (tree / "bin").mkdir(parents=True)
        shutil.copytree(HERE / "inside", tree / "guest")
        for name in names:
            shutil.copy(self._built[name], tree / "bin" / name)
            self._strip(tree / "bin" / name)
        for name in self.DATA:
            shutil.copytree(ROOT / name, tree / name)
        size = sum(path.stat().st_size for path in tree.rglob("*") if path.is_file())
        with open(disk, "wb") as file:
            file.truncate(size * 5 // 4 + (16 << 20))
        write_file_system(disk, tree)
        shutil.rmtree(tree)

    def _strip(self, program: Path):
        """As the package is: what is for debuggers costs time to read."""
        if shutil.which("llvm-strip"):
            subprocess.run(["llvm-strip", "--strip-all", program], check=True)
