"""What is played where, and by how many at a time."""

import argparse
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import store
from lanes import Lane
from programs import Builder, Programs, host_architecture
from report import Report, Unavailable
from scene import Run, Scene


@dataclass(frozen=True)
class Part:
    """A scene in a lane."""

    lane: Lane
    scene: Scene


def main_lane(lanes: list[Lane]) -> Lane:
    """Where every scene is played: the newest guest with the processor of this machine."""
    return next(
        (lane for lane in reversed(lanes) if lane.arch == host_architecture()), lanes[-1])


def parts(lanes: list[Lane], scenes: list[Scene], only: str) -> list[Part]:
    """Every scene in the main lane, and in each other what is another thing there; in an order in
    which those that take long do not come last."""
    main = main_lane(lanes)

    def is_wanted(scene: Scene, lane: Lane) -> bool:
        words = only.split(",")
        if not (scene.name in words if scene.is_on_demand
                else any(word in scene.name for word in words)):
            return False
        if scene.is_of_this_processor and lane.arch != host_architecture():
            return False
        if lane == main:
            return True
        return (scene.is_of_every_kernel if lane.arch == main.arch
                else scene.is_of_every_processor)

    # The main lane begins: while it plays, programs for others are built. Then other processors,
    # which are emulated more slowly.
    order = sorted(lanes, key=lambda lane: (lane != main, lane.arch == main.arch))
    return [Part(lane, scene) for scene in scenes for lane in order if is_wanted(scene, lane)]


class Cast:
    """Plays parts, several at a time."""

    def __init__(self, options: argparse.Namespace, report: Report, folder: Path,
                 main: Lane):
        self._options = options
        self._report = report
        self._folder = folder
        self._main = main
        self._builder = Builder(report)
        self._runs: dict[Lane, Run | None] = {}
        self._opening: dict[Lane, threading.Lock] = {}

    def play(self, chosen: list[Part]):
        """Plays all of them; a part begins as soon as one before it is over."""
        self._opening = {part.lane: threading.Lock() for part in chosen}
        with ThreadPoolExecutor(self._options.jobs) as players:
            for each in [players.submit(self._play, part) for part in chosen]:
                each.result()

    def _play(self, part: Part):
        run = self._opened(part.lane)
        if run:
            run.play(part.scene)

    def _opened(self, lane: Lane) -> Run | None:
        """All that a lane needs, from the first of its scenes on; none where it cannot be had."""
        with self._opening[lane]:
            if lane not in self._runs:
                self._runs[lane] = self._open(lane)
            return self._runs[lane]

    def _open(self, lane: Lane) -> Run | None:
        voice = self._report.of(lane.name)
        folder = self._folder / lane.name
        options = self._options
        folder.mkdir()
        try:
            kept = store.opened(lane, options.linux, options.fetch, voice)
            voice.say(f"Linux {kept.kernel_version}, libgpiod {lane.gpiod}, Debian {lane.suite}")
            programs = Programs(
                kept, self._builder, options.programs, options.bundle, voice, folder)
            return Run(kept, programs, options, voice, folder, lane == self._main)
        except Unavailable as error:
            voice.skip("", str(error))
            return None
