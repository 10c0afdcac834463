"""A technician with a laptop: the program of the fleet, at the other end of a serial port."""

import os
import pty
import re
import selectors
import socket
import subprocess
import threading
import time
import tty
from pathlib import Path

from report import Failed

PIN = "4711"


class Cable:
    """A pseudo-terminal of this machine, laid to a serial port of a guest."""

    def __init__(self, port: socket.socket):
        self._port = port
        self._near, self._far = pty.openpty()
        tty.setraw(self._far)
        self.path = os.ttyname(self._far)
        self._wake, self._woken = os.pipe()
        self._carrier = threading.Thread(target=self._carry, daemon=True)
        self._carrier.start()

    def _carry(self):
        with selectors.DefaultSelector() as ready:
            for end in [self._near, self._port, self._wake]:
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fileobj == self._wake:
                        return
                    if key.fileobj == self._near:
                        self._port.sendall(os.read(self._near, 4096))
                    else:
                        data = self._port.recv(4096)
                        if not data:
                            return
                        os.write(self._near, data)

    def pull(self):
        """Pulls it."""
        os.write(self._woken, b"x")
        self._carrier.join(10)
        for end in [self._near, self._far, self._wake, self._woken]:
            os.close(end)


class Terminal:
    """Somebody who types at the port itself."""

    def __init__(self, port: socket.socket):
        self._port = port

    def say(self, data: bytes, until: str, seconds: float = 60) -> str:
        """Sends bytes, and reads until a text comes."""
        self._port.sendall(data)
        self._port.settimeout(seconds)
        said = ""
        try:
            while until not in said:
                data = self._port.recv(4096)
                if not data:
                    raise Failed(f"the port is gone behind {said[-200:]!r}")
                said += data.decode(errors="replace")
        except TimeoutError:
            raise Failed(f"{until!r} does not come behind {said[-200:]!r}") from None
        finally:
            self._port.settimeout(None)
        return said


class Technician:
    """A fleet of its own, and its program."""

    def __init__(self, program: Path, folder: Path):
        self._program = program
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        pin = folder / "pin"
        pin.touch(0o600)
        pin.write_text(PIN + "\n")
        self.report = folder / "report.jws"
        self._say("init")
        self._say("technician", "add", "7", "--name", "Ada", *self._pin)

    @property
    def _pin(self) -> list[str]:
        return ["--pin-file", str(self._folder / "pin")]

    def _words(self, words: tuple[str, ...]) -> list[str]:
        return [str(self._program), *words, "--fleet", str(self._folder / "fleet")]

    def _say(self, *words: str) -> str:
        done = subprocess.run(
            self._words(words), text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=120)
        if done.returncode != 0:
            raise Failed(f"cityzenbox-fleet {' '.join(words[:2])}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def install(self, port: str, car: str) -> "Installation":
        """Begins to install the box at a port."""
        words = ("provision", "--port", port, "--car", car, "--report", str(self.report),
                 *self._pin)
        return Installation(self._words(words))


class Installation:
    """`cityzenbox-fleet provision`, and what it says."""

    def __init__(self, words: list[str]):
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.set_blocking(self._process.stdout.fileno(), False)
        self.said = ""
        self._taken = 0

    def wait(self, pattern: str, seconds: float = 120) -> re.Match:
        """Waits for what is said behind what was waited for before."""
        end = time.monotonic() + seconds
        with selectors.DefaultSelector() as ready:
            ready.register(self._process.stdout, selectors.EVENT_READ)
            while True:
                found = re.search(pattern, self.said[self._taken:])
                if found:
                    self._taken += found.end()
                    return found
                left = end - time.monotonic()
                if left <= 0 or not ready.select(left):
                    raise Failed(f"it does not say {pattern!r}: {self.said[-500:]!r}")
                data = os.read(self._process.stdout.fileno(), 4096)
                if not data:
                    raise Failed(f"it ends without {pattern!r}: {self.said[-500:]!r}")
                self.said += data.decode(errors="replace")

    def type(self, line: str):
        """Answers what it asks."""
        self._process.stdin.write(line.encode() + b"\n")
        self._process.stdin.flush()

    def end(self, seconds: float = 120) -> int:
        """Waits for its end; its status."""
        try:
            rest, _ = self._process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise Failed(f"it does not end: {self.said[-500:]!r}") from None
        self.said += (rest or b"").decode(errors="replace")
        return self._process.returncode

    def kill(self):
        """Ends it, whatever it does."""
        self._process.kill()
        self._process.communicate()
