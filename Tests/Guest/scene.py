"""How scenes are played: a guest is booted for each, and every step of it is told."""

import argparse
import contextlib
import functools
import random
import shutil
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fleet import Fleet
from machine import Guest, Plan
from programs import Programs
from report import Failed, Unavailable, Voice
from store import Store


@dataclass(frozen=True)
class Scene:
    """One thing that is proven, from power on to power off."""

    name: str
    play: Callable[["Stage"], None]
    # Whether it is another thing on another kernel or with another libgpiod.
    is_of_every_kernel: bool = False
    # Whether it is another thing on another processor.
    is_of_every_processor: bool = False
    # Whether the programs that it needs are there for the processor of this machine alone.
    is_of_this_processor: bool = False
    # Whether it takes so long that it is played only where it is named.
    is_on_demand: bool = False


class Run:
    """All scenes of one lane, some of them at the same time."""

    def __init__(self, store: Store, programs: Programs, options: argparse.Namespace,
                 report: Voice, folder: Path, is_main: bool):
        self.store = store
        self.programs = programs
        self.options = options
        self.report = report
        self.folder = folder
        # The lane in which everything is played; the others have less to prove.
        self.is_main = is_main
        # Held by the scene that makes the first disk of a box; the others copy it.
        self.providing = threading.Lock()
        self._beginning = threading.Lock()

    def fleet(self) -> Fleet:
        """The fleet that the box of this lane belongs to, with no rental yet."""
        with self._beginning:
            return Fleet(self.programs.host_tool(), self.folder / "fleet")

    def play(self, scene: Scene):
        """Plays a scene; what it left is kept where it failed."""
        stage = Stage(self, scene.name)
        begun = time.monotonic()
        try:
            scene.play(stage)
        except Unavailable as error:
            return self.report.skip(scene.name, str(error))
        except Exception as error:  # A scene that breaks must not keep the others from playing.
            reason = str(error)
            if not isinstance(error, Failed):
                reason = f"{error!r}\n{traceback.format_exc()}"
            self.report.failed(stage.at, reason)
            stage.show_last_words()
            return None
        finally:
            stage.turn_off()
        if not self.options.keep:
            shutil.rmtree(stage.folder, ignore_errors=True)
        took = time.monotonic() - begun
        self.report.took(scene.name, took)
        return self.report.say(f"{scene.name}: passed in {took:.1f} s")


class Stage:
    """Where a scene is played: its guests, its steps, its chances."""

    def __init__(self, run: Run, name: str):
        self.run = run
        self.name = name
        self.at = name
        self.folder = run.folder / name
        self.options = run.options
        self.report = run.report
        self.store = run.store
        # Each scene draws its own, so that --only replays what it drew.
        self.random = random.Random(f"{run.options.seed} {run.store.lane.name} {name}")
        self._guests: list[Guest] = []

    @functools.cached_property
    def fleet(self) -> Fleet:
        """Issues the codes of this scene: its box knows nothing of another's rentals."""
        return self.run.fleet()

    def boot(self, **plan) -> Guest:
        """Turns a machine on."""
        if "programs" not in plan:
            plan["programs"] = self.run.programs.disk(self.run.folder)
        made = Plan(**plan)
        for attempt in ["", "-again", "-once-more"]:
            folder = self.folder / f"power-on-{len(self._guests) + 1}{attempt}"
            try:
                guest = Guest(self.store, made, folder)
                break
            except Failed:
                broken = _emulator_broke(folder)
                if broken is None:
                    raise
                self.say("boot", f"{broken}; again")
        else:
            raise Failed(f"the kernel does not come up in this emulator, three times: {broken}")
        self._guests.append(guest)
        return guest

    @contextlib.contextmanager
    def step(self, name: str):
        """One claim. What was seen goes to `saw`, and is told once the claim holds."""
        around, self.at = self.at, f"{self.name}.{name}"
        step = Step()
        yield step
        self.report.passed(self.at, step.text)
        # Not where it fails: `at` says which step it was.
        self.at = around

    def say(self, what: str, text: str):
        """Something that was seen, and is no claim."""
        self.report.say(f"{self.name}.{what}: {text}")

    def figure(self, what: str, seen: str, limit: str = "", holds: bool = True):
        """Something that was measured, for the table at the end; a limit that does not hold is
        shown as such, and fails no step."""
        self.report.figure(self.name, what, seen, limit, "" if holds else "MISSED")

    def show_last_words(self):
        """Where the logs are, and the end of the console of the last machine."""
        self.report.note(f"logs: {self.folder}")
        if self._guests:
            for line in self._guests[-1].console().splitlines()[-8:]:
                self.report.note(f"console: {line}")
            said = [event["text"] for event in self._guests[-1].seen("line")]
            for line in said[-12:]:
                self.report.note(f"program: {line}")

    def turn_off(self):
        for guest in self._guests:
            guest.cut_power()


def _emulator_broke(folder: Path) -> str | None:
    """How a machine did not come up, where nothing of ours had run by then.

    QEMU with several threads sometimes runs the kernel's code as it was before the kernel patched
    it: the kernel says so, or stands still without a word.
    """
    console, agent = folder / "console.log", folder / "agent.log"
    said = console.read_text("latin-1") if console.exists() else "QEMU did not start"
    if "Oops: int3" in said:
        return "the emulator missed a patch of the kernel's code"
    if not said and agent.exists() and agent.stat().st_size == 0:
        return "the kernel stood still in the emulator before it came to us"
    return None


class Step:
    """What a step saw, in a few words."""

    def __init__(self):
        self.text = ""

    def saw(self, text: str):
        self.text = text
