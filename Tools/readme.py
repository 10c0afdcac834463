#!/usr/bin/env python3
"""Holds the README to what `cityzenbox-sim demo` prints, in the block behind <!-- demo -->.

UPDATE=1 writes the output into the README instead.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"(<!-- demo -->\n```text\n)(.*?)(```\n)", re.S)


def demo():
    """What the debug build of the demo prints, in a folder of its own."""
    bin_path = subprocess.run(
        ["swift", "build", "--show-bin-path"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [f"{bin_path}/cityzenbox-sim", "demo"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
    if done.returncode != 0:
        sys.exit(f"readme: the demo ends with {done.returncode}: {done.stderr.strip()}")
    return "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())


def main():
    text = README.read_text()
    found = BLOCK.search(text)
    if not found:
        sys.exit("readme: README.md has no block behind <!-- demo -->")
    said = demo()
    if found.group(2) == said:
        print("readme: the README shows what the demo prints")
        return
    if os.environ.get("UPDATE"):
        README.write_text(text[: found.start(2)] + said + text[found.end(2) :])
        print("readme: README.md rewritten")
        return
    for number, (old, new) in enumerate(
        zip(found.group(2).splitlines() + [""] * 500, said.splitlines()), 1
    ):
        if old != new:
            print(f"readme: line {number} of the demo\n  README: {old}\n  demo:   {new}")
            break
    sys.exit("readme: the README does not show what the demo prints; run UPDATE=1 Tools/readme.py")


main()
