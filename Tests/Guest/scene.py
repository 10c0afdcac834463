"""How scenes are played: a guest is booted for each, and every step of it is told."""

import argparse
import contextlib
import random
import shutil
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from machine import Guest, Plan
from fleet import Fleet
from programs import Programs
from report import Failed, Report, Unavailable
from store import Store


@dataclass(frozen=True)
class Scene:
    """One thing that is proven, from power on to power off."""

    name: str
    play: Callable[["Stage"], None]
    # Whether it is another thing on another kernel or with another libgpiod: the rest is played in
    # the last guest of a run alone.
    is_of_every_guest: bool = False


class Run:
    """All scenes of one lane."""

    def __init__(self, store: Store, programs: Programs, options: argparse.Namespace,
                 report: Report, folder: Path):
        self.store = store
        self.programs = programs
        self.options = options
        self.report = report
        self.folder = folder
        self._fleet: Fleet | None = None

    @property
    def fleet(self) -> Fleet:
        """The fleet that the box of this lane belongs to."""
        if self._fleet is None:
            self._fleet = Fleet(self.programs.host_tool(), self.folder / "fleet")
        return self._fleet

    def play(self, scene: Scene):
        """Plays a scene; what it left is kept where it failed."""
        stage = Stage(self, scene.name)
        begun = time.monotonic()
        try:
            scene.play(stage)
        except Unavailable as error:
            return self.report.skip(f"{self.store.lane.name} {scene.name}", str(error))
        except Exception as error:  # A scene that breaks must not keep the others from playing.
            reason = str(error)
            if not isinstance(error, Failed):
                reason = f"{error!r}\n{traceback.format_exc()}"
            self.report.failed(f"{self.store.lane.name} {stage.at}", reason)
            stage.show_last_words()
            return None
        finally:
            stage.turn_off()
        if not self.options.keep:
            shutil.rmtree(stage.folder, ignore_errors=True)
        return self.report.say(f"{scene.name}: passed in {time.monotonic() - begun:.1f} s")


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
                # QEMU with several threads sometimes runs the kernel's code as it was before the
                # kernel patched it. Nothing of ours has run by then.
                console = folder / "console.log"
                if not console.exists() or "Oops: int3" not in console.read_text("latin-1"):
                    raise
                self.report.say("boot: the emulator missed a patch of the kernel's code; again")
        else:
            raise Failed("the kernel does not come up in this emulator: Oops: int3, three times")
        self._guests.append(guest)
        return guest

    @contextlib.contextmanager
    def step(self, name: str):
        """One claim. What was seen goes to `saw`, and is told once the claim holds."""
        self.at = f"{self.name}.{name}"
        step = Step()
        yield step
        self.report.passed(self.at, step.text)

    def figure(self, what: str, seen: str, limit: str = "", holds: bool = True):
        """Something that was measured, for the table at the end; a limit that does not hold is
        shown as such, and fails no step."""
        self.report.figure(self.store.lane.name, what, seen, limit, "" if holds else "MISSED")

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


class Step:
    """What a step saw, in a few words."""

    def __init__(self):
        self.text = ""

    def saw(self, text: str):
        self.text = text
