"""The first files of a guest: a newc archive with busybox, init, and modules in their order."""

import lzma
import re
import subprocess
from pathlib import Path


# Modules of older kernels that newer ones have in other parts.
LONG_BUILT_IN = ["crc32c_generic"]


class FirstFiles:
    """An archive as the kernel unpacks it before it starts /init."""

    def __init__(self):
        self._entries: dict[str, tuple[int, bytes]] = {}

    def add(self, path: str, content: bytes, mode: int = 0o644):
        """A regular file, with the folders above it."""
        path = path.strip("/")
        for parent in list(Path(path).parents)[:-1]:
            self._entries.setdefault(str(parent), (0o40755, b""))
        self._entries[path] = (0o100000 | mode, content)

    def content(self) -> bytes:
        """The archive; the same entries give the same bytes."""
        parts = []
        entries = [*sorted(self._entries.items()), ("TRAILER!!!", (0, b""))]
        for number, (path, (mode, content)) in enumerate(entries, 1):
            name = path.encode() + b"\0"
            fields = [number, mode, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0]
            head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
            parts += [head, bytes(-len(head) % 4), content, bytes(-len(content) % 4)]
        return b"".join(parts)


class KernelModules:
    """The modules of one kernel, which come into an archive with all they depend on."""

    def __init__(self, folder: Path):
        self._paths = {}
        for path in folder.rglob("*.ko*"):
            found = re.fullmatch(r"(.+)\.ko(\.xz|\.zst)?", path.name)
            if found:
                self._paths[self._plain(found[1])] = path
        lines = (folder / "modules.builtin").read_text().split()
        self._builtin = {self._plain(Path(line).stem) for line in lines}

    @staticmethod
    def _plain(name: str) -> str:
        return name.replace("-", "_")

    def add(self, names: list[str], to: FirstFiles, others: list[str] = []):
        """Puts modules into /modules: those of `names` in the order in which they load stand in
        /modules/order, each of `others` in a file of its own name with what it needs before it.
        """
        loaded: list[str] = []
        for name in names:
            self._add(self._plain(name), to, loaded)
        to.add("modules/order", "".join(f"{name}\n" for name in loaded).encode())
        for other in others:
            order = list(loaded)
            self._add(self._plain(other), to, order)
            lines = "".join(f"{name}\n" for name in order[len(loaded):])
            to.add(f"modules/{self._plain(other)}.order", lines.encode())

    def _add(self, name: str, to: FirstFiles, order: list[str]):
        if name in order or name in self._builtin:
            return
        if name not in self._paths and name in LONG_BUILT_IN:
            return
        if name not in self._paths:
            raise FileNotFoundError(f"this kernel has no module {name}")
        content = unpacked(self._paths[name])
        depends = re.search(rb"\0depends=([^\0]*)\0", content)
        for other in depends[1].decode().split(",") if depends and depends[1] else []:
            self._add(self._plain(other), to, order)
        order.append(name)
        to.add(f"modules/{name}.ko", content)


def unpacked(path: Path) -> bytes:
    """The bytes of a module, however its package holds it."""
    content = path.read_bytes()
    if path.suffix == ".xz":
        return lzma.decompress(content)
    if path.suffix == ".zst":
        done = subprocess.run(["zstd", "-dcq", path], check=True, stdout=subprocess.PIPE)
        return done.stdout
    return content
