"""What the box needs on this machine, without emulation: its size, and how soon it is ready."""

import os
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from box import NAME
from programs import ROOT
from report import Failed
from scene import Stage

STARTS = 20
READY_SECONDS = 30


def here(stage: Stage):
    """Starts the program again and again, with a log and without any of its devices."""
    program = stage.run.programs.host_tool(NAME)
    with stage.step("size") as step:
        bytes_ = _stripped(program, stage.folder)
        stage.figure("size, stripped", f"{bytes_ / 1e6:.1f} MB", "20 MB", bytes_ <= 20e6)
        step.saw(f"{bytes_} bytes")
    with stage.step("ready") as step, tempfile.TemporaryDirectory() as folder:
        # The address of a socket has 107 bytes at most: not below the folder of the scene.
        times, resident = _starts(program, Path(folder))
        middle = statistics.median(times)
        stage.figure("start to ready, here", f"{middle:.0f} ms", "100 ms", middle <= 100)
        step.saw(f"{STARTS} starts: {min(times):.0f}, {middle:.0f}, {max(times):.0f} ms at the "
                 f"least, in the middle, at the most; {resident / 1000:.1f} MB resident")


def _stripped(program: Path, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / program.name
    shutil.copy(program, copy)
    subprocess.run(["strip", "--strip-all", copy], check=True)
    return copy.stat().st_size


def _starts(program: Path, folder: Path) -> tuple[list[float], int]:
    configuration = folder / "box.json5"
    configuration.write_text(f"""{{
        version: 1, board: "bench", car: {{ bench: true }}, state: "{folder}/state",
        keypad: "{folder}/keypad", rtc: "{folder}/rtc", battery: {{ sensor: null }},
        console: null, status_socket: "{folder}/status" }}""")
    words = [program, "provision", "--config", configuration]
    made = subprocess.run(words, cwd=ROOT, text=True, capture_output=True)
    if made.returncode != 0:
        raise Failed(f"a box cannot be provisioned: {made.stderr.strip()}")
    times, resident = [], 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notices:
        notices.bind(f"{folder}/notices")
        notices.settimeout(READY_SECONDS)
        for _ in range(STARTS):
            begun = time.monotonic()
            process = subprocess.Popen(
                [program, "run", "--config", configuration], cwd=ROOT, stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL, env={**os.environ, "NOTIFY_SOCKET": f"{folder}/notices"})
            try:
                _wait_until_ready(notices)
                times.append((time.monotonic() - begun) * 1000)
                resident = max(resident, _resident(process.pid))
                process.send_signal(signal.SIGTERM)
                if process.wait(READY_SECONDS) != 0:
                    raise Failed(f"it ends with {process.returncode}")
            finally:
                process.kill()
                process.wait()
    return times, resident


def _wait_until_ready(notices: socket.socket):
    try:
        while b"READY=1" not in notices.recv(4096):
            pass
    except TimeoutError:
        raise Failed("it is not ready") from None


def _resident(process: int) -> int:
    """Kilobytes."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Failed("the kernel does not tell how large it is")
