"""What a run says: a line for each step with its time, the figures at the end, what failed."""

import sys
import time


class Unavailable(Exception):
    """Something that a lane is made of cannot be had here: packages, a program of the host."""


class Failed(Exception):
    """A step saw what must not be, or not in time what must be."""


class Report:
    """The lines of a run. A step that failed makes the run fail; later steps still run."""

    def __init__(self):
        self.begun = time.monotonic()
        self.failures: list[str] = []
        self.skipped: list[str] = []
        self.figures: list[tuple[str, ...]] = []
        self.steps = 0

    def heading(self, text: str):
        print(f"\n== {text}", flush=True)

    def say(self, text: str):
        """One thing that was done or seen, with the time since the run began."""
        print(f"{time.monotonic() - self.begun:8.2f} s  {text}", flush=True)

    def note(self, text: str):
        """More about the line before."""
        for line in text.rstrip().splitlines():
            print(f"            {line}", flush=True)

    def passed(self, step: str, seen: str):
        self.steps += 1
        self.say(f"{step}: {seen or 'holds'}")

    def failed(self, step: str, reason: str):
        self.steps += 1
        self.failures.append(f"{step}: {reason.splitlines()[0] if reason else 'failed'}")
        self.say(f"{step}: FAILED: {reason}")

    def skip(self, what: str, reason: str):
        self.skipped.append(f"{what}: {reason}")
        self.say(f"{what}: skipped: {reason}")

    def figure(self, *cells: str):
        """A row of the table at the end: guest, what, what was seen, its limit, whether missed."""
        self.figures.append(cells)

    def conclude(self, allow_skip: bool) -> int:
        """Prints table and sum.

        Returns the exit status: 0 where every step passed, 1 where one failed or there was none,
        77 where one was skipped and that was not allowed.
        """
        if self.figures:
            self.heading("figures")
            rows = [("guest", "what", "seen", "at most", ""), *self.figures]
            widths = [max(len(row[column]) for row in rows) for column in range(5)]
            for row in rows:
                cells = [cell.ljust(width) for cell, width in zip(row, widths)]
                print("  " + "  ".join(cells).rstrip())
        self.heading("summary")
        for line in self.failures:
            print(f"FAILED   {line}")
        for line in self.skipped:
            print(f"skipped  {line}")
        took = time.monotonic() - self.begun
        print(
            f"guest: {self.steps - len(self.failures)} of {self.steps} steps passed, "
            f"{len(self.skipped)} skipped, {took:.0f} s")
        sys.stdout.flush()
        if self.failures:
            return 1
        if self.skipped:
            return 0 if allow_skip else 77
        return 0 if self.steps else 1
