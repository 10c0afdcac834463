#!/usr/bin/env python3
"""Writes the manual page of a file from its reference page, which comes by standard input.

file_manual.py FILE SUMMARY > PAGE

Takes the Markdown that reference pages are written in: headings, paragraphs, lists, blocks of code,
and tables of which the first column is a key and the last one what holds without it.
"""
import re
import sys
import textwrap


def escaped(text):
    return text.replace("\\", "\\e").replace("-", "\\-")


def told(text):
    """Prose: links become their words, code becomes bold."""
    text = re.sub(r"\[([^]]*)\]\((https?:[^)]*)\)", r"\1 (\2)", text)
    text = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text)
    lines = textwrap.wrap(text, 80, break_on_hyphens=False, break_long_words=False)
    text = re.sub(r"`([^`]*)`", r"\\fB\1\\fR", escaped("\n".join(lines)))
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def key(row):
    """One row of a table as a key with what it is."""
    cells = [cell.strip() for cell in row.strip().strip("|").split(" | ")]
    text = ". ".join(part.rstrip(".") for part in cells[1:-1])
    text = text[:1].upper() + text[1:] + "."
    if cells[-1].strip("| "):
        text += f" Left out: {cells[-1]}."
    return f".TP\n{told(cells[0])}\n{told(text)}"


def parts(lines):
    """The page, heading by heading."""
    is_code = False
    for line in lines:
        if line.startswith("```"):
            is_code = not is_code
            yield ".PP\n.EX" if is_code else ".EE"
        elif is_code:
            yield escaped(line)
        elif line.startswith("## "):
            yield ".SH " + escaped(line[3:].replace("`", "")).upper()
        elif line.startswith(("| key ", "| ---")):
            continue
        elif line.startswith("|"):
            yield key(line)
        elif line.startswith("- "):
            yield ".IP \\(bu 2\n" + told(line[2:])
        elif line and not line.startswith("# "):
            yield ".PP\n" + told(line)


def main(name, summary):
    print(f'.TH {name.upper()} 5 "" CityzenBox')
    print(f".SH NAME\n{escaped(name)} \\- {escaped(summary)}\n.SH DESCRIPTION")
    print("\n".join(parts(sys.stdin.read().splitlines())))
    print(".SH SEE ALSO\n.BR cityzenboxd (8),\n.BR cityzenbox\\-sim (1)")


main(*sys.argv[1:])
