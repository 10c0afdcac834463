#!/usr/bin/env python3
"""Writes the manual page of a program from the program's own help.

manual.py PROGRAM SECTION [MORE] > PAGE

Commands, options and their words are those of the help, which stays the only place where they are
written; MORE is a file with further sections in man(7), put at the end.
"""
import json
import os
import re
import subprocess
import sys
import textwrap

# Every command has these; the page says so once.
COMMON = {"version", "help"}


def escaped(text):
    """Plain words in man(7): a line must not begin as a request, and a minus stays one."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def told(text):
    """Prose in lines of a moderate length; lines that are set in, as examples are, stay lines."""
    lines = []
    for line in text.strip().splitlines():
        lines += [line] if line.startswith(" ") else textwrap.wrap(line, 80, break_on_hyphens=False)
    return escaped("\n".join(lines))


def paragraphs(text):
    return "\n.PP\n".join(told(part) for part in text.strip().split("\n\n"))


def spelled(argument):
    """An argument as the synopsis has it."""
    value = f"\\fI{escaped(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        text = value
    else:
        names = [
            ("-" if name["kind"] == "short" else "--") + name["name"] for name in argument["names"]
        ]
        text = "\\fB" + escaped(min(names, key=len) if len(names) == 1 else names[-1]) + "\\fR"
        if argument["kind"] == "option":
            text += f" {value}"
    if argument.get("isRepeating"):
        text += " ..."
    return text


def shown(command):
    return [
        argument
        for argument in command.get("arguments", [])
        if argument.get("shouldDisplay", True)
        and not any(name["name"] in COMMON for name in argument.get("names", []))
    ]


def commands(command, path):
    """Every command that does something, with its words from the program's name on."""
    parts = [
        part
        for part in command.get("subcommands", [])
        if part["commandName"] != "help" and part.get("shouldDisplay", True)
    ]
    # A command with parts that takes something itself is also a command.
    if not parts or shown(command):
        yield path, command
    for part in parts:
        yield from commands(part, path + [part["commandName"]])


def explained(argument):
    text = argument.get("abstract", "")
    if "defaultValue" in argument:
        text += f" Without it: {argument['defaultValue']}."
    return f".TP\n{spelled(argument)}\n{told(text)}"


def page(help_of, section, more):
    root = help_of["command"]
    name = root["commandName"]
    lines = [
        '.\\" Made by packaging/manual.py from the help of the program.',
        f'.TH {name.upper()} {section} "" CityzenBox',
        ".SH NAME",
        f"{name} \\- {escaped(root['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS",
    ]
    known = list(commands(root, [name]))
    for number, (path, command) in enumerate(known):
        words = [
            spelled(argument) if not argument.get("isOptional") else f"[{spelled(argument)}]"
            for argument in shown(command)
        ]
        lines += [".br"] if number else []
        lines += [f"\\fB{escaped(' '.join(path))}\\fR"] + words
    if root.get("discussion"):
        lines += [".SH DESCRIPTION", paragraphs(root["discussion"])]
    lines.append(".SH COMMANDS")
    for path, command in known:
        if len(path) > 1:
            lines.append(f".SS {escaped(' '.join(path[1:]))}")
        lines.append(told(command.get("abstract", "")))
        if command.get("discussion") and command is not root:
            lines += [".PP", paragraphs(command["discussion"])]
        lines += [explained(argument) for argument in shown(command)]
    lines += [
        ".SH OPTIONS",
        "Every command has",
        ".BR \\-\\-help ,",
        "which says what it takes, and",
        ".BR \\-\\-version .",
    ]
    text = "\n".join(lines) + "\n"
    if more:
        with open(more) as file:
            text += file.read()
    return text


def main(program, section, more=None):
    # The help is set for a terminal; its own form is asked for instead.
    environment = dict(os.environ, COLUMNS="100")
    told = subprocess.run(
        [program, "--experimental-dump-help"], env=environment, check=True, stdout=subprocess.PIPE
    ).stdout
    sys.stdout.write(page(json.loads(told), section, more))


main(*sys.argv[1:])
