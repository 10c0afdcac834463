"""The fleet's side, on this machine: master keys, codes, and the reading of logs."""

import datetime
import subprocess
from dataclasses import dataclass
from pathlib import Path

from report import Failed
from trip_log import TripLog

BOX = "0b0c00010000002a"


@dataclass(frozen=True)
class Rental:
    """A code, and by what the log knows what it opens."""

    digits: str
    generation: int


class Fleet:
    """A fleet of one box, by cityzenbox-sim alone."""

    def __init__(self, program: Path, folder: Path):
        self._program = program
        self._folder = folder
        self._generation = 0
        if not folder.exists():
            folder.mkdir(parents=True)
            self._say("code", "keys", str(folder / "masters"))
            self._say("code", "box-keys", *self._box(), str(folder / "box-keys"))

    def _say(self, *words: str) -> str:
        done = subprocess.run(
            [self._program, *words], text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            raise Failed(f"cityzenbox-sim {' '.join(words[:2])}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def _box(self) -> list[str]:
        return ["--keys", str(self._folder / "masters"), "--box", BOX]

    @staticmethod
    def _utc(seconds: float) -> str:
        moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
        return moment.strftime("%Y-%m-%dT%H:%MZ")

    @property
    def box_keys(self) -> dict[str, bytes]:
        """The files that are carried to the box."""
        return {path.name: path.read_bytes()
                for path in sorted((self._folder / "box-keys").iterdir())}

    def time_code(self, now: float) -> str:
        """The digits that tell the time to a box whose clock is lost."""
        return self._digits(self._say("code", "time", *self._box(), "--at", self._utc(now)))

    def forget_rentals(self):
        """The box is as it was when it was provisioned: it looks for low generations only."""
        self._generation = 0

    def rental(self, now: float, hours: float = 4) -> Rental:
        """A new rental that has begun, next to the ones before."""
        self._generation += 1
        said = self._say(
            "code", "issue", *self._box(), "--from", self._utc(now - 1800),
            "--until", self._utc(now + hours * 3600), "--generation", str(self._generation))
        return Rental(self._digits(said), self._generation)

    @staticmethod
    def _digits(said: str) -> str:
        return "".join(character for character in said.splitlines()[0] if character.isdigit())

    def read(self, database: Path) -> TripLog:
        """The records of a database, verified by the program and once more here."""
        self._say("log", "verify", str(database))
        return TripLog.parse(self._say("log", "export", str(database)))
