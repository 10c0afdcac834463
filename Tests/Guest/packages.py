"""Fetches Debian packages and unpacks them, without installing anything and without root.

apt resolves and verifies; its lists and its state lie in the cache, apart from the machine's own.
A lane that was fetched stays as it is until it is asked for anew, so a run needs no network.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from lanes import Lane
from report import Unavailable

MIRROR = os.environ.get("CITYZENBOX_GUEST_MIRROR", "http://deb.debian.org/debian")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def cache_folder() -> Path:
    """Where what was fetched and built stays: not in the tree, so that `make clean` keeps it."""
    named = os.environ.get("CITYZENBOX_GUEST_CACHE")
    if named:
        return Path(named).resolve()
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "cityzenbox" / "guest"


class Archive:
    """The packages of one Debian release and its backports, for one architecture."""

    def __init__(self, folder: Path, lane: Lane):
        self.lane = lane
        self.folder = folder
        for part in ["lists/partial", "cache/archives/partial", "state"]:
            (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / "state/status").write_text("")
        suites = [lane.suite, f"{lane.suite}-updates", f"{lane.suite}-backports"]
        (folder / "sources.list").write_text(
            "".join(f"deb [signed-by={KEYRING}] {MIRROR} {suite} main\n" for suite in suites))
        (folder / "apt.conf").write_text(
            f'Dir::State "{folder}/state";\n'
            f'Dir::State::lists "{folder}/lists";\n'
            f'Dir::State::status "{folder}/state/status";\n'
            f'Dir::Cache "{folder}/cache";\n'
            f'Dir::Etc::sourcelist "{folder}/sources.list";\n'
            'Dir::Etc::sourceparts "-";\nDir::Etc::preferencesparts "-";\n'
            f'APT::Architecture "{lane.arch}";\nAPT::Architectures {{ "{lane.arch}"; }};\n'
            'APT::Install-Recommends "false";\nAPT::Sandbox::User "";\n'
            'Acquire::Languages "none";\n')

    def _apt(self, *words: str, at: Path | None = None) -> str:
        environment = dict(os.environ, APT_CONFIG=str(self.folder / "apt.conf"), LC_ALL="C")
        done = subprocess.run(
            words, env=environment, text=True, cwd=at or self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            telling = [line for line in said if "Failed to fetch" in line] or said[-1:]
            raise Unavailable(
                f"{' '.join(words[:3])}: {' '.join(telling[:1])} (packages come over the network "
                "once; what was fetched before is used without it)")
        return done.stdout

    def update(self):
        """Fetches the lists of packages."""
        if not os.path.exists(KEYRING):
            raise Unavailable(f"{KEYRING} is missing: install debian-archive-keyring")
        # Without this an unreachable mirror is a warning, and old lists are taken for new ones.
        self._apt("apt-get", "-qq", "update", "-o", "APT::Update::Error-Mode=any")

    def kernel_parts(self, image: str | None) -> list[str]:
        """The package of a kernel, of the newest of the backports unless named, and those of its
        parts: newer kernels have their modules apart."""
        if image is None:
            suite = f"{self.lane.suite}-backports"
            wanted = f"linux-image-{self.lane.kernel}"
            images = self._depends(f"linux-image-{self.lane.arch}/{suite}", "linux-image-[0-9]")
            image = next((name for name in images if name.startswith(wanted)), None)
            if image is None:
                raise Unavailable(
                    f"{suite} has {' '.join(images) or 'no kernel'}, wanted is {wanted}*: "
                    "name another by --linux")
        return [image, *self._depends(image, "linux-[a-z]*-[0-9]")]

    def _depends(self, package: str, pattern: str) -> list[str]:
        listed = self._apt("apt-cache", "depends", package)
        return re.findall(rf"^ *Depends: ({pattern}\S*)$", listed, re.MULTILINE)

    def unpack(self, packages: list[str], into: Path):
        """Unpacks the packages and all that they need."""
        place = self.folder / "cache/archives"
        shutil.rmtree(place)
        (place / "partial").mkdir(parents=True)
        self._apt("apt-get", "-qq", "-y", "--download-only", "install", *packages)
        self._extract(place, into)

    def unpack_alone(self, packages: list[str], into: Path):
        """Unpacks the packages without what they need."""
        place = self.folder / "alone"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        self._apt("apt-get", "-qq", "download", *packages, at=place)
        self._extract(place, into)

    def _extract(self, place: Path, into: Path):
        into.mkdir(parents=True, exist_ok=True)
        for deb in sorted(place.glob("*.deb")):
            subprocess.run(["dpkg-deb", "--extract", deb, into], check=True)
            deb.unlink()
