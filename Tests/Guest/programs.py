"""The programs that run in the guests: built here, or taken from a folder, and put on a disk."""

import os
import shutil
import subprocess
from pathlib import Path

from report import Report, Unavailable
from store import HERE, Store, write_file_system

ROOT = HERE.parent.parent


def swift(words: list[str], **environment: str) -> Path:
    """Runs `swift build`, and says in which folder the programs are."""
    words = ["swift", "build", *words]
    if os.environ.get("JOBS"):
        words += ["-j", os.environ["JOBS"]]
    environment = {**os.environ, **environment}
    done = subprocess.run(
        [*words, "--quiet"], cwd=ROOT, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Unavailable(f"{' '.join(words)} fails:\n{done.stdout[-3000:]}")
    place = subprocess.run(
        [*words, "--show-bin-path"], cwd=ROOT, env=environment, check=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return Path(place.stdout.strip())


class Programs:
    """What the programs of one lane are, and the disk that has them."""

    # What a guest reads beside its programs.
    DATA = ["Profiles", "hardware/boards", "Scenarios"]

    def __init__(self, store: Store, folder: Path | None, bundle: Path | None, report: Report,
                 work: Path):
        self._store = store
        self._folder = folder.resolve() if folder else None
        self._bundle = bundle
        self._unpacked = work / "package"
        self._report = report
        self._built: dict[str, Path] = {}
        self._disk: Path | None = None
        if folder is None and store.lane.arch != "amd64":
            raise Unavailable(
                f"programs for {store.lane.arch} are not built here: --programs names them")

    def built(self, name: str) -> Path:
        """A program of the package for the guest, built if need be."""
        if name not in self._built:
            if self._folder:
                path = self._found(name)
            else:
                path = self._release(name)
            self._built[name] = path
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
        """A program of the tests, in debug mode. It is built against the header of the libgpiod
        that the guest has, which holds our declarations to it."""
        if name not in self._built and self._folder is None:
            gpiod = self._store.lane.gpiod
            self._report.say(f"build: {name} with the header of libgpiod {gpiod}")
            words = ["--product", name, "--static-swift-stdlib",
                     "--scratch-path", f".build/guest/gpiod{gpiod}"]
            self._built[name] = swift(words, CPATH=str(self._store.header)) / name
        return self.built(name)

    def host_tool(self) -> Path:
        """cityzenbox-sim for this machine."""
        return self._release("cityzenbox-sim")

    def _release(self, name: str) -> Path:
        """As `make run` builds it."""
        self._report.say(f"build: {name}")
        return swift(["-c", "release", "--static-swift-stdlib", "--product", name]) / name

    def bundle(self) -> Path:
        """The tests of the package, with the flags that `make test` has, so that they are built
        once for both."""
        if self._store.lane.arch != "amd64":
            raise Unavailable("the tests of the package are built for this machine only")
        if self._bundle is None:
            self._report.say("build: the tests of the package")
            words = ["--build-tests", "--enable-code-coverage"]
            self._bundle = swift(words) / "CityzenBoxPackageTests.xctest"
        return self._bundle.resolve()

    def disk(self, folder: Path) -> Path:
        """A file system with all that was built so far, the agent, and the data files."""
        names = sorted(self._built)
        disk = folder / f"programs-{len(names)}.ext4"
        if disk == self._disk:
            return disk
        tree = folder / "programs"
        shutil.rmtree(tree, ignore_errors=True)
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
        self._disk = disk
        return disk

    def _strip(self, program: Path):
        """As the package is: what is for debuggers costs time to read."""
        strip = {"amd64": "x86_64-linux-gnu-strip", "arm64": "aarch64-linux-gnu-strip"}
        name = strip[self._store.lane.arch]
        if shutil.which(name):
            subprocess.run([name, program], check=True)
