#!/usr/bin/env python3
"""Fails unless every line of the layers that decide is covered by tests.

Reads what `swift test --enable-code-coverage` left (`swift test --show-codecov-path` names the
file) and prints each uncovered line as file:first-last. A line counts as covered when any region
of code that begins or goes on in it was executed, so that a closing brace is not held against it.

    Tests/Tools/coverage_floor.py .build/debug/codecov/CityzenBox.json
"""

import json
import re
import sys
from pathlib import Path

FLOOR = ["Sources/Box/", "Sources/AccessCode/"]


def line_counts(segments):
    """How often each line was executed, for lines that have code: the most of its regions."""
    counts = {}
    for here, after in zip(segments, segments[1:] + [None]):
        line, column, count, has_count, is_entry = here[:5]
        if not has_count or (len(here) > 5 and here[5]):
            continue
        last = after[0] if after else line
        # A region that ends where a line begins does not reach into that line.
        if after and after[1] <= 1:
            last -= 1
        for number in range(line, max(line, last) + 1):
            if number == line and not is_entry and number in counts and count == 0:
                continue
            counts[number] = max(counts.get(number, 0), count)
    return counts


def uncovered(file):
    """The lines of `file` that no test runs, as ranges of text."""
    lines = sorted(n for n, count in line_counts(file["segments"]).items() if count == 0)
    text = Path(file["filename"]).read_text().split("\n")
    # What holds no statement of its own (braces, blank lines, comments) says nothing.
    lines = [n for n in lines if text[n - 1].split("//")[0].strip(" \t(){}[],") != ""]
    return ranges(lines, text)


def is_trap(text, first, last):
    """Whether lines only lead to a trap: those run in exit tests, whose processes leave no data."""
    lines = [line for line in text[first - 1:last] if not re.match(r"\s*(case )?\.", line)]
    return all("preconditionFailure(" in line for line in lines) and any(
        "preconditionFailure(" in line for line in text[first - 1:last + 1])


def ranges(lines, text):
    found = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return [str(a) if a == b else f"{a}-{b}" for a, b in found if not is_trap(text, a, b)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    data = json.loads(Path(sys.argv[1]).read_text())["data"][0]
    seen, failed = {prefix: 0 for prefix in FLOOR}, False
    for file in data["files"]:
        prefix = next((p for p in FLOOR if p in file["filename"]), None)
        if prefix is None:
            continue
        seen[prefix] += 1
        missing = uncovered(file)
        if missing:
            failed = True
            name = file["filename"][file["filename"].index(prefix):]
            print(f"{name}:{', '.join(missing)}: no test runs this")
    for prefix, count in seen.items():
        if count == 0:
            failed = True
            print(f"{prefix}: the coverage data says nothing about it")
    if not failed:
        print(f"every line of {' and '.join(FLOOR)} is covered")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
