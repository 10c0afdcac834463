#!/usr/bin/env python3
"""Runs the commands of Tests/Transcripts and compares what they print with what stands there.

A transcript is a text file: a line `$ PROGRAM ARGUMENTS`, the lines that it prints on standard
output and standard error, and `exit N` where N is not 0; then the next command. `...` alone on a
line stands for any number of lines, but never for the exit status. UPDATE=1 writes what was
printed into the files. Besides, one seeded run must print the same in two processes: each hashes
with a seed of its own, so an order that hangs on it shows.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "Tests" / "Transcripts"
LIMIT_SECONDS = 300


def programs():
    """The folder where the debug build put the programs."""
    said = subprocess.run(
        ["swift", "build", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return pathlib.Path(said.stdout.strip())


def commands(text):
    """The commands of a transcript, each with the lines that are expected of it."""
    found = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise ValueError(f"a transcript begins with a command, not with {line!r}")
    return found


def run(command, folder):
    """What `command` prints, with its exit status behind it where that is not 0."""
    words = shlex.split(command)
    done = subprocess.run(
        [str(folder / words[0]), *words[1:]],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LIMIT_SECONDS,
        # A program that counts its coverage would write the count into the current folder.
        env={**os.environ, "COLUMNS": "100", "LLVM_PROFILE_FILE": "/dev/null"},
    )
    lines = [line.rstrip() for line in done.stdout.splitlines()]
    if done.returncode != 0:
        lines.append(f"exit {done.returncode}")
    return lines


def matches(expected, actual):
    """Whether `actual` is what `expected` says, `...` standing for any number of lines."""
    any_lines = r"(?:(?!exit \d).*\n)*"
    parts = [any_lines if line == "..." else re.escape(line + "\n") for line in expected]
    return re.fullmatch("".join(parts), "".join(line + "\n" for line in actual)) is not None


def check(path, folder):
    """Checks one transcript; answers what is wrong, in lines."""
    wrong = []
    for command, expected in commands(path.read_text()):
        while expected and not expected[-1].strip():
            expected.pop()
        actual = run(command, folder)
        if not matches(expected, actual):
            wrong += [f"{path.relative_to(ROOT)}: $ {command}"]
            wrong += [f"  expected  {line}" for line in expected]
            wrong += [f"  printed   {line}" for line in actual]
    return wrong


def update(path, folder):
    """Writes anew what the commands of one transcript print, where it no longer matches."""
    parts = []
    for command, expected in commands(path.read_text()):
        while expected and not expected[-1].strip():
            expected.pop()
        actual = run(command, folder)
        lines = expected if matches(expected, actual) else actual
        parts.append("\n".join([f"$ {command}", *lines]))
    path.write_text("\n\n".join(parts) + "\n")


def repeated(folder):
    """The command that must print the same in two processes; answers what is wrong, in lines."""
    command = "cityzenbox-sim run ordinary_week --seed 7 --boxes 2 --days 3"
    # The closing line is a measured speed.
    first, second = (
        [line for line in run(command, folder) if "box-days a second" not in line]
        for _ in range(2)
    )
    if first == second and any(line.startswith("digest") for line in first):
        return []
    return [f"$ {command} differs from process to process:", *first, "and then:", *second]


def self_check():
    """The comparison must tell right from wrong, or nothing below means anything."""
    assert matches(["a", "..."], ["a", "b", "c"]) and matches(["a", "...", "c"], ["a", "c"])
    assert not matches(["a"], ["a", "exit 1"]) and not matches(["..."], ["a", "exit 1"])
    assert matches(["...", "exit 1"], ["a", "exit 1"])
    assert not matches(["a.c"], ["abc"])
    assert commands("$ x\n1\n\n$ y\n") == [("x", ["1", ""]), ("y", [])]


def main():
    self_check()
    folder = programs()
    paths = sorted(FOLDER.glob("*.txt"))
    if not paths:
        sys.exit(f"transcripts: there are none in {FOLDER}")
    if os.environ.get("UPDATE"):
        for path in paths:
            update(path, folder)
        print(f"transcripts: {len(paths)} brought up to date")
        return
    wrong = [line for path in paths for line in check(path, folder)] + repeated(folder)
    if wrong:
        print("\n".join(wrong))
        sys.exit("transcripts: UPDATE=1 make test writes them anew; look at the difference first")
    print(f"transcripts: {len(paths)} agree, and the same seed gives the same run twice")


if __name__ == "__main__":
    main()
