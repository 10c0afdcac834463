#!/usr/bin/env python3
"""Writes the initial file system of the guest: the files given, and kernel modules in load order.

initrd.py OUT MODULES FILE=PATH... -- MODULE...

OUT is a newc archive as the kernel unpacks it. MODULES is the folder of a kernel's modules; the
modules named after `--` and all they depend on go to /modules, and their order to /modules/order.
A module that the kernel has built in is left out.
"""
import lzma
import os
import re
import subprocess
import sys


class Archive:
    def __init__(self):
        self.entries = {}

    def folder(self, path):
        if path and path not in self.entries:
            self.folder(os.path.dirname(path))
            self.entries[path] = (0o40755, b"")

    def file(self, path, content, mode):
        path = path.strip("/")
        self.folder(os.path.dirname(path))
        self.entries[path] = (0o100000 | mode, content)

    def content(self):
        parts = []
        entries = sorted(self.entries.items()) + [("TRAILER!!!", (0, b""))]
        for number, (path, (mode, content)) in enumerate(entries, 1):
            name = path.encode() + b"\0"
            fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0]
            head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
            parts += [head, bytes(-len(head) % 4), content, bytes(-len(content) % 4)]
        return b"".join(parts)


def unpacked(path):
    with open(path, "rb") as file:
        content = file.read()
    if path.endswith(".xz"):
        return lzma.decompress(content)
    if path.endswith(".zst"):
        return subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE).stdout
    return content


class Modules:
    def __init__(self, folder):
        self.paths = {}
        self.order = []
        for place, _, names in os.walk(folder):
            for name in names:
                found = re.fullmatch(r"(.+)\.ko(\.xz|\.zst)?", name)
                if found:
                    self.paths[found[1].replace("-", "_")] = os.path.join(place, name)
        with open(os.path.join(folder, "modules.builtin")) as lines:
            self.builtin = {os.path.basename(line.strip())[:-3].replace("-", "_") for line in lines}

    def add(self, name, archive):
        name = name.replace("-", "_")
        if name in self.order or name in self.builtin:
            return
        if name not in self.paths:
            sys.exit(f"initrd: this kernel has no module {name}")
        content = unpacked(self.paths[name])
        depends = re.search(rb"\0depends=([^\0]*)\0", content)
        for other in depends[1].decode().split(",") if depends and depends[1] else []:
            self.add(other, archive)
        self.order.append(name)
        archive.file(f"modules/{name}.ko", content, 0o644)


def main(out, folder, *rest):
    split = rest.index("--")
    archive = Archive()
    for pair in rest[:split]:
        source, path = pair.split("=")
        with open(source, "rb") as file:
            archive.file(path, file.read(), 0o755)
    modules = Modules(folder)
    for name in rest[split + 1 :]:
        modules.add(name, archive)
    archive.file("modules/order", "".join(f"{name}\n" for name in modules.order).encode(), 0o644)
    with open(out, "wb") as file:
        file.write(archive.content())


main(*sys.argv[1:])
