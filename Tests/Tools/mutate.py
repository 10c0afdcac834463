#!/usr/bin/env python3
"""Changes the decisions of the box one at a time and sees whether the tests notice.

The package is copied to a scratch folder, cut down to the test targets that matter, and built
there. Each mutant is one change of one line. Results are kept, so a run can be stopped and goes
on where it was; survivors are tried again with --again survived.

    Tests/Tools/mutate.py --list --file Interlock
    Tests/Tools/mutate.py --file Interlock --file Starter
    Tests/Tools/mutate.py --sample 40 --seed 7
"""

import argparse
import hashlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = ["BoxTests", "AccessCodeTests"]
SOURCES = [
    "Sources/Box/Interlock.swift", "Sources/Box/Box*.swift", "Sources/Box/Starter.swift",
    "Sources/Box/Keypad.swift", "Sources/Box/TripMeter.swift",
    "Sources/Box/DurableState.swift", "Sources/AccessCode/*.swift",
]
# What one change replaces by what. Binary operators stand between spaces, as swift-format puts
# them.
OPERATORS = {
    " < ": [" <= ", " > "], " <= ": [" < "], " > ": [" >= ", " < "], " >= ": [" > "],
    " == ": [" != "], " != ": [" == "], " && ": [" || "], " || ": [" && "],
    " + ": [" - "], " - ": [" + "], " += ": [" -= "], " -= ": [" += "],
}
NAMES = {
    ".engaged": ".released", ".released": ".engaged", ".lock)": ".unlock)",
    ".unlock)": ".lock)", ".changed": ".mismatch", ".mismatch": ".changed",
    ".driver": ".owner", ".owner": ".driver", ".lowerBound": ".upperBound",
    ".upperBound": ".lowerBound", ".window": ".recovered", ".recovered": ".window",
    ".rental)": ".owner)", ".tooEarly": ".expired", ".expired": ".closed",
    ".closed": ".superseded", ".superseded": ".revoked", ".revoked)": ".expired)",
    ".wrong": ".noRental", ".stale": ".wrong", ".clockLost": ".wrong", ".moving": ".wrong",
    ".ignitionOn": ".ignitionUnknown", ".speedUnknown": ".moving", ".tooSoon": ".moving",
    "true": "false", "false": "true", "max(": "min(", "min(": "max(",
}
MANIFEST = """
do {
    let tests: [String] = %s
    var kept = Set(tests)
    var open = tests
    while let name = open.popLast() {
        for dependency in package.targets.first(where: { $0.name == name })?.dependencies ?? [] {
            if case .byNameItem(let next, _) = dependency, kept.insert(next).inserted {
                open.append(next)
            }
        }
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products = []
    package.dependencies = []
}
"""


def code_of(line):
    """The line with comments blanked and string contents masked, of the same length."""
    out, in_string, index = [], False, 0
    while index < len(line):
        if not in_string and line.startswith("//", index):
            return "".join(out) + " " * (len(line) - index)
        character = line[index]
        if character == '"':
            in_string = not in_string
        out.append("~" if in_string and character != '"' else character)
        index += 1
    return "".join(out)


def negations(code):
    """Negates what a guard, an if or a where asks, where that is a plain condition."""
    for match in re.finditer(r"\b(guard|if|while) (.+?)( else\b|(?= \{)|,$)", code):
        start, text = match.start(2), match.group(2)
        clause = re.split(r", (?![^(]*\))", text)[0]
        if re.match(r"(let|var|case)\b", clause) or not balanced(clause):
            continue
        yield start, start + len(clause), f"!({clause})"


def balanced(text):
    return all(text.count(a) == text.count(b) for a, b in ["()", "{}", "[]"])


def deletions(code):
    """Leaves out a statement that stands alone on its line."""
    text = code.strip()
    call = re.fullmatch(r"(try )?[a-z][\w.?]*\(.*\)", text)
    assignment = re.fullmatch(r"[a-z][\w.?]*(\[\w+\])?(\.\w+)* [-+]?= [^=].*", text)
    keyword = re.match(r"(return|guard|if|case|let|var|for|while|switch|precondition)\b", text)
    if (call or assignment) and not keyword and balanced(text):
        start = len(code) - len(code.lstrip())
        yield start, len(code.rstrip()), "_ = 0"


def numbers(code):
    """One more than each number of a constant: the limits."""
    if not re.search(r"\b(static let|let) \w+.*=|\.(seconds|minutes|hours|days)\(", code):
        return
    for match in re.finditer(r"(?<![\w.])\d[\d_]*(?![\w.]|\s*\.\.\.)", code):
        yield match.start(), match.end(), str(int(match.group().replace("_", "")) + 1)


def changes(code):
    for old, news in OPERATORS.items():
        for match in re.finditer(re.escape(old), code):
            for new in news:
                yield match.start(), match.end(), new
    for old, new in NAMES.items():
        edge = r"(?!\w)" if re.match(r"\w", old[-1]) else ""
        front = r"(?<![\w.])" if re.match(r"\w", old) else ""
        for match in re.finditer(front + re.escape(old) + edge, code):
            yield match.start(), match.end(), new
    yield from negations(code)
    yield from deletions(code)
    yield from numbers(code)


def mutants(patterns, only):
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            name = str(path.relative_to(ROOT))
            if only and not any(part in name for part in only):
                continue
            for number, line in enumerate(path.read_text().split("\n"), 1):
                code = code_of(line)
                if re.match(r"\s*(public |internal )?import |\s*case \w+( =.*)?$|\s*precondition", code):
                    continue
                seen = set()
                for start, end, new in changes(code):
                    changed = line[:start] + new + line[end:]
                    if changed not in seen and changed != line:
                        seen.add(changed)
                        yield {"file": name, "line": number, "old": line, "new": changed}


def identity(mutant):
    text = "\0".join([mutant["file"], str(mutant["line"]), mutant["old"], mutant["new"]])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def synchronise(scratch):
    """Copies what differs, so that the scratch folder's build stays incremental."""
    wanted = set()
    for top in ["Package.swift", "Sources", "Tests"]:
        source = ROOT / top
        files = [source] if source.is_file() else [f for f in source.rglob("*") if f.is_file()]
        for file in files:
            relative = file.relative_to(ROOT)
            wanted.add(relative)
            data = file.read_bytes()
            if top == "Package.swift":
                data += (MANIFEST % json.dumps(TESTS)).encode()
            target = scratch / relative
            if not target.exists() or target.read_bytes() != data:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
    for top in ["Sources", "Tests"]:
        for file in (scratch / top).rglob("*"):
            if file.is_file() and file.relative_to(scratch) not in wanted:
                file.unlink()


def run(command, scratch, limit):
    """The exit status and output; a status of None when it took longer than `limit` seconds."""
    process = subprocess.Popen(
        command, cwd=scratch, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True)
    try:
        output, _ = process.communicate(timeout=limit)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return None, ""


def build(scratch, jobs):
    return run(["swift", "build", "--build-tests", "-j", str(jobs)], scratch, 900)


def test(scratch, limit):
    return run(["swift", "test", "--skip-build", "--filter", "|".join(TESTS)], scratch, limit)


def judge(mutant, scratch, limit, jobs):
    path = scratch / mutant["file"]
    original = path.read_text()
    lines = original.split("\n")
    if lines[mutant["line"] - 1] != mutant["old"]:
        sys.exit(f"{path} is not the source that was read: synchronise again")
    lines[mutant["line"] - 1] = mutant["new"]
    path.write_text("\n".join(lines))
    try:
        status, output = build(scratch, jobs)
        if status != 0:
            return "not compiled", ""
        status, output = test(scratch, limit)
        if status is None:
            return "killed", "took too long"
        failed = re.search(r'✘ Test "?(.+?)"? (recorded|failed)', output)
        return ("survived", "") if status == 0 else (
            "killed", failed.group(1) if failed else f"exit status {status}")
    finally:
        path.write_text(original)


def read_results(path):
    if not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {row["id"]: row for row in rows}


def summarise(rows):
    count = {name: sum(row["result"] == name for row in rows)
             for name in ["killed", "survived", "not compiled"]}
    judged = count["killed"] + count["survived"]
    for row in rows:
        if row["result"] == "survived":
            print(f"survived {row['file']}:{row['line']}")
            print(f"  - {row['old'].strip()}\n  + {row['new'].strip()}")
    score = f"{100 * count['killed'] / judged:.1f} %" if judged else "none"
    print(f"killed {count['killed']}, survived {count['survived']}, "
          f"not compiled {count['not compiled']}: score {score}")
    return count["survived"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/cityzenbox-mutants"))
    parser.add_argument("--file", action="append", default=[], help="part of a file's name")
    parser.add_argument("--sample", type=int, help="how many mutants, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=float, default=60, help="seconds a test run may take")
    parser.add_argument("--runtime", action="store_true", help="run the slower RuntimeTests too")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--again", choices=["survived", "all"], help="judge these once more")
    parser.add_argument("--list", action="store_true", help="only show the mutants")
    return parser.parse_args()


def main():
    options = arguments()
    if options.runtime:
        TESTS.append("RuntimeTests")
    found = list(mutants(SOURCES, options.file))
    if options.sample is not None and options.sample < len(found):
        found = random.Random(options.seed).sample(found, options.sample)
        found.sort(key=lambda mutant: (mutant["file"], mutant["line"]))
    if options.list:
        for mutant in found:
            print(f"{mutant['file']}:{mutant['line']}: {mutant['new'].strip()}")
        print(f"{len(found)} mutants")
        return 0
    scratch = options.scratch.resolve()
    synchronise(scratch)
    print(f"building {scratch}", flush=True)
    for name, (status, output) in [
            ("build", build(scratch, options.jobs)), ("tests", test(scratch, options.limit))]:
        if status != 0:
            sys.exit(f"without any change the {name} fails:\n{output[-3000:]}")
    store = scratch / "results.jsonl"
    known = read_results(store)
    rows, begin, judged = [], time.monotonic(), 0
    for index, mutant in enumerate(found):
        key = identity(mutant)
        row = known.get(key)
        if row is None or options.again in ("all", row["result"]):
            result, by = judge(mutant, scratch, options.limit, options.jobs)
            row = {"id": key, **mutant, "result": result, "by": by}
            with store.open("a") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
            judged += 1
            rest = (time.monotonic() - begin) / judged * (len(found) - index - 1)
            print(f"{index + 1}/{len(found)}, {rest / 60:.0f} min left at most: {row['result']} "
                  f"{row['file']}:{row['line']} {row['new'].strip()} [{row['by']}]", flush=True)
        rows.append(row)
    return 1 if summarise(rows) else 0


if __name__ == "__main__":
    sys.exit(main())
