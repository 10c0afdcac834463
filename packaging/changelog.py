#!/usr/bin/env python3
"""Writes the changelog that Debian wants from CHANGELOG.md, which comes by standard input.

changelog.py VERSION SECONDS: the version that is packaged, and its date since 1970. Earlier
releases keep the dates of their headings.
"""
import datetime
import re
import sys
import textwrap

PACKAGER = "CityzenBox <cityzenbox@users.noreply.github.com>"
HEADING = re.compile(r"## (?P<version>[0-9.]+), (?P<date>unreleased|[0-9-]{10})$")


def plain(text):
    """Without links and marks of code."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("`", "")


def releases(lines):
    """Version, date and items of each release, newest first."""
    found = []
    for line in lines:
        heading = HEADING.match(line)
        if heading:
            found.append((heading["version"], heading["date"], []))
        elif line.startswith("- ") and found:
            found[-1][2].append(plain(line[2:]))
    return found


def main(version, seconds):
    known = releases(sys.stdin.read().splitlines())
    if not known or known[0][0] != version:
        sys.exit(f"changelog: VERSION is {version}, CHANGELOG.md begins with another release")
    built = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    for number, date, items in known:
        when = built
        if number != version:
            when = datetime.datetime.fromisoformat(date + "T00:00:00+00:00")
        print(f"cityzenbox ({number}) unstable; urgency=medium\n")
        for item in items:
            print(textwrap.fill(item, 78, initial_indent="  * ", subsequent_indent="    "))
        print(f"\n -- {PACKAGER}  {when.strftime('%a, %d %b %Y %H:%M:%S +0000')}\n")


main(*sys.argv[1:])
