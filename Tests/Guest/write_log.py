"""QEMU's log of all that a guest wrote and flushed, and the disks that a power cut could have left.

The format is that of the kernel's dm-log-writes: a block of 512 bytes a head, then the data.
"""

import os
import random
import shutil
import struct
from dataclasses import dataclass
from pathlib import Path

BLOCK = 512
MAGIC = 0x6A736677736872
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


@dataclass(frozen=True)
class Entry:
    """One write or flush."""

    offset: int  # on the disk
    length: int
    flags: int
    data: int  # where the data stand in the log

    @property
    def is_flush(self) -> bool:
        return bool(self.flags & FLUSH)


class WriteLog:
    """What was written to a disk since the log began, in its order."""

    def __init__(self, path: Path, base: Path):
        self._path = path
        self._base = base
        self.entries: list[Entry] = []
        self._next = BLOCK

    @staticmethod
    def make(path: Path):
        """An empty file that QEMU may begin a log in."""
        with open(path, "wb") as file:
            file.truncate(1 << 20)

    def read_on(self) -> int:
        """Takes in what was logged since the last call; answers how many entries there are."""
        end = os.path.getsize(self._path)
        with open(self._path, "rb") as log:
            magic, version = struct.unpack("<QQ", log.read(16))
            if magic != MAGIC or version != 1:
                raise ValueError(f"{self._path} is no log of writes")
            while self._next + BLOCK <= end:
                log.seek(self._next)
                sector, count, flags, data = struct.unpack("<QQQQ", log.read(32))
                if not (sector or count or flags or data):
                    break
                length = 0 if flags & (DISCARD | MARK) else count * BLOCK
                size = length or -(-data // BLOCK) * BLOCK
                if self._next + BLOCK + size > end:
                    break
                self.entries.append(
                    Entry(sector * BLOCK, length, flags, self._next + BLOCK))
                self._next += BLOCK + size
        return len(self.entries)

    def moments(self, first: int) -> list[int]:
        """Where a cut could be, from `first` entries on: most are behind a write that was not yet
        flushed, for there something can be lost."""
        every = list(range(first, len(self.entries) + 1))
        risky = [upto for upto in every if not self.entries[upto - 1].is_flush]
        return every + 4 * risky

    def crash(self, upto: int, to: Path, chance: random.Random) -> int:
        """Makes a disk that a power cut behind `upto` entries could have left: what was written
        before the last flush is there, of what came later any part. Answers how much was lost."""
        shutil.copyfile(self._base, to)
        done = self.entries[:upto]
        flushed = max((number for number, entry in enumerate(done) if entry.is_flush), default=-1)
        keeps = chance.choice([0.0, 0.5, 0.9, 1.0])
        lost = 0
        with open(to, "r+b") as disk, open(self._path, "rb") as log:
            for number, entry in enumerate(done):
                if entry.length == 0:
                    continue
                if number > flushed and not entry.flags & FUA and chance.random() >= keeps:
                    lost += 1
                    continue
                log.seek(entry.data)
                disk.seek(entry.offset)
                disk.write(log.read(entry.length))
        return lost
