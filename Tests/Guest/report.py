"""What a run says: a line for each step with its time, the figures at the end, what failed."""

import resource
import sys
import threading
import time


class Unavailable(Exception):
    """Something that a lane is made of cannot be had here: packages, a program of the host."""


class Failed(Exception):
    """A step saw what must not be, or not in time what must be."""


class Report:
    """The lines of a run. A step that failed makes the run fail; later steps still run.

    Scenes of several guests speak at once: each of its lines names its guest.
    """

    def __init__(self):
        self.begun = time.monotonic()
        self.failures: list[str] = []
        self.skipped: list[str] = []
        self.figures: list[tuple[str, ...]] = []
        self.times: dict[tuple[str, str], float] = {}
        self.steps = 0
        self.lock = threading.RLock()

    def heading(self, text: str):
        with self.lock:
            print(f"\n== {text}", flush=True)

    def say(self, text: str):
        """One thing that was done or seen, with the time since the run began."""
        with self.lock:
            print(f"{time.monotonic() - self.begun:8.2f} s  {text}", flush=True)

    def of(self, guest: str) -> "Voice":
        """How a guest speaks in this report."""
        return Voice(self, guest)

    def skip(self, what: str, reason: str):
        with self.lock:
            self.skipped.append(f"{what}: {reason}")
            self.say(f"{what}: skipped: {reason}")

    def _print_figures(self, guests: list[str], scenes: list[str]):
        """In the order of guests and scenes, whichever was played first."""
        places = {name: place for place, name in enumerate(guests + scenes)}
        self.figures.sort(key=lambda row: (places[row[0]], places[row[1]]))
        rows = [("guest", "what", "seen", "at most", "")]
        rows += [(row[0], *row[2:]) for row in self.figures]
        self.heading("figures")
        _print_table(rows)

    def _print_times(self, guests: list[str], scenes: list[str]):
        played = [guest for guest in guests if any(guest == key[0] for key in self.times)]
        rows = [("scene", *played)]
        for scene in scenes:
            seconds = [self.times.get((guest, scene)) for guest in played]
            if any(second is not None for second in seconds):
                rows.append((scene, *("" if s is None else f"{s:.0f}" for s in seconds)))
        sums = [sum(s for (name, _), s in self.times.items() if name == guest) for guest in played]
        rows.append(("together", *(f"{total:.0f}" for total in sums)))
        self.heading("seconds that each scene took, beside others and with its builds")
        _print_table(rows)

    def conclude(self, guests: list[str], scenes: list[str], allow_skip: bool) -> int:
        """Prints tables and sum.

        Returns the exit status: 0 where every step passed, 1 where one failed or there was none,
        77 where one was skipped and that was not allowed.
        """
        if self.times:
            self._print_times(guests, scenes)
        if self.figures:
            self._print_figures(guests, scenes)
        self.heading("summary")
        for line in self.failures:
            print(f"FAILED   {line}")
        for line in self.skipped:
            print(f"skipped  {line}")
        took = time.monotonic() - self.begun
        spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
        print(
            f"guest: {self.steps - len(self.failures)} of {self.steps} steps passed, "
            f"{len(self.skipped)} skipped, {took:.0f} s, "
            f"{spent:.0f} s of processor time")
        sys.stdout.flush()
        if self.failures:
            return 1
        if self.skipped:
            return 0 if allow_skip else 77
        return 0 if self.steps else 1


def _print_table(rows: list[tuple[str, ...]]):
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        print("  " + "  ".join(cells).rstrip())


class Voice:
    """One guest in a report."""

    def __init__(self, report: Report, guest: str):
        self._report = report
        self._guest = guest

    def say(self, text: str):
        self._report.say(f"{self._guest}  {text}")

    def note(self, text: str):
        """More about the line before."""
        with self._report.lock:
            for line in text.rstrip().splitlines():
                print(f"            {self._guest}  | {line}", flush=True)

    def passed(self, step: str, seen: str):
        with self._report.lock:
            self._report.steps += 1
            self.say(f"{step}: {seen or 'holds'}")

    def failed(self, step: str, reason: str):
        first, *more = reason.splitlines() or ["failed"]
        with self._report.lock:
            self._report.steps += 1
            self._report.failures.append(f"{self._guest} {step}: {first}")
            self.say(f"{step}: FAILED: {first}")
            self.note("\n".join(more))

    def skip(self, what: str, reason: str):
        self._report.skip(f"{self._guest} {what}".strip(), reason)

    def figure(self, scene: str, *cells: str):
        """A row of the table at the end: what, what was seen, its limit, whether missed."""
        with self._report.lock:
            self._report.figures.append((self._guest, scene, *cells))

    def took(self, scene: str, seconds: float):
        with self._report.lock:
            self._report.times[self._guest, scene] = seconds
