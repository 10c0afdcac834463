"""The guest's first process after init: does what the host says, and tells what happens.

Requests and answers are JSON, one object a line, over a virtio port. Every request runs in a thread
of its own, so a slow one holds up no other. What happens by itself is told as an event.
"""

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import car
import keypad

PATH = "/programs/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8"}


def boot_time() -> float:
    """Milliseconds of CLOCK_BOOTTIME."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


class Port:
    """The way to the host."""

    def __init__(self):
        self._file = os.open(self._path(), os.O_RDWR)
        self._lock = threading.Lock()

    @staticmethod
    def _path() -> str:
        root = "/sys/class/virtio-ports"
        for name in os.listdir(root):
            with open(f"{root}/{name}/name") as file:
                if file.read().strip() == "cityzenbox.agent":
                    return f"/dev/{name}"
        raise FileNotFoundError("there is no port to the host")

    def tell(self, **message):
        data = (json.dumps(message) + "\n").encode()
        with self._lock:
            while data:
                data = data[os.write(self._file, data):]

    def lines(self):
        rest = b""
        while True:
            data = os.read(self._file, 65536)
            # The host is not there yet, or no more.
            if not data:
                time.sleep(0.02)
                continue
            *lines, rest = (rest + data).split(b"\n")
            yield from lines


class Programs:
    """Programs that go on while the host does other things."""

    def __init__(self, port: Port):
        self._port = port
        self._running: dict[str, subprocess.Popen] = {}

    def start(self, name: str, words: list, environment: dict | None = None, notify=False):
        """Starts a program; its lines, its notices to a service manager and its end are events."""
        environment = {**ENVIRONMENT, **(environment or {})}
        if notify:
            environment["NOTIFY_SOCKET"] = self._listen(name)
        process = subprocess.Popen(
            words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        self._running[name] = process
        threading.Thread(target=self._follow, args=(name, process), daemon=True).start()
        return {"pid": process.pid, "at": boot_time()}

    def _follow(self, name: str, process: subprocess.Popen):
        for line in process.stdout:
            text = line.decode(errors="replace").rstrip("\n")
            self._port.tell(event="line", program=name, text=text, at=boot_time())
        status = process.wait()
        self._port.tell(event="end", program=name, pid=process.pid, status=status, at=boot_time())

    def _listen(self, name: str) -> str:
        path = f"/run/notify-{name}"
        if os.path.exists(path):
            os.unlink(path)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listener.bind(path)
        os.chmod(path, 0o666)

        def follow():
            while True:
                text = listener.recv(4096).decode(errors="replace")
                self._port.tell(event="notice", program=name, text=text, at=boot_time())

        threading.Thread(target=follow, daemon=True).start()
        return path

    def signal(self, name: str, number: int):
        """Sends a signal to a program that is running."""
        self._running[name].send_signal(number)
        return {"at": boot_time()}

    def kill(self, name: str):
        """kill -9: the program alone, not what it started."""
        return self.signal(name, signal.SIGKILL)


class Agent:
    """What the host can ask for, each a method of its name."""

    def __init__(self):
        self._port = Port()
        self._programs = Programs(self._port)
        self._keypads: dict[str, keypad.Keypad] = {}
        self.start = self._programs.start
        self.signal = self._programs.signal
        self.kill = self._programs.kill
        self._killed_by: dict[str, str] = {}
        self._car = car.CarProcess(self._tell_of_car)

    def _tell_of_car(self, event: dict):
        if event.get("active") and event["line"] in self._killed_by:
            self._programs.kill(self._killed_by.pop(event["line"]))
        self._port.tell(**event)

    def kill_in_pulse(self, name, line):
        """kill -9 as soon as an output is active."""
        self._killed_by[line] = name

    def run(self, words, seconds=60, text=None):
        """Runs a program, or a line of shell, to its end."""
        words = ["sh", "-c", words] if isinstance(words, str) else words
        try:
            done = subprocess.run(
                words, env=ENVIRONMENT, input=(text or "").encode(), timeout=seconds,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            status, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as late:
            status, output = 124, late.stdout or b""
        return {"status": status, "output": output.decode(errors="replace")}

    def stay_awake(self):
        """Keeps the processor busy, with what anything else comes before."""
        self._waker = subprocess.Popen(
            ["busybox", "sh", "-c", "while :; do :; done"], preexec_fn=lambda: os.nice(19))

    def hurry(self, words):
        """Runs a program to its end, in a machine whose time jumps where there is nothing to do."""
        self._waker.kill()
        self._waker.wait()
        try:
            subprocess.run(words, env=ENVIRONMENT, check=True, stdin=subprocess.DEVNULL)
        finally:
            self.stay_awake()

    def read(self, path):
        with open(path, "rb") as file:
            return base64.b64encode(file.read()).decode()

    def write(self, path, content, mode=0o644):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(base64.b64decode(content))
        os.chmod(path, mode)

    def load(self, module, parameters=()):
        """Loads a module that only some guests need, with parameters of its own."""
        with open(f"/modules/{module}.order") as order:
            for name in order.read().split():
                words = ["busybox", "insmod"] if shutil.which("busybox") else ["insmod"]
                more = parameters if name == module else ()
                subprocess.run(
                    [*words, f"/modules/{name}.ko", *more], check=True, stderr=subprocess.PIPE)

    def time(self):
        return {"boot": boot_time(), "utc": time.time()}

    def set_clock(self, seconds):
        """Sets UTC, in seconds since 1970."""
        time.clock_settime(time.CLOCK_REALTIME, seconds)

    def wire(self, line, level):
        return self._car.ask(do="wire", line=line, level=level)

    def car_begin(self, lines, blocked):
        return self._car.ask(do="begin", lines=lines, blocked=blocked)

    def watch_car(self, seconds):
        """How often the wires are looked at."""
        return self._car.ask(do="watch", seconds=seconds)

    def move_relay(self, blocked):
        """Moves the relay by hand, as if its coil had been driven before."""
        return self._car.ask(do="relay", blocked=blocked)

    def car_state(self):
        return self._car.ask(do="state")

    def plug_keypad(self, path, name=None):
        """Plugs in a keypad, which appears at `path`; one with a `name` by the rules of udev."""
        self._keypads[path] = keypad.Keypad(path, name)

    def unplug_keypad(self, path):
        self._keypads.pop(path).unplug()

    def type(self, path, keys, kill=None, after=0):
        """Types keys; answers when the last one was pressed. `kill` names a program that is killed
        so many milliseconds after it."""
        at = self._keypads[path].type(keys)
        if kill:
            time.sleep(after / 1000)
            self._programs.kill(kill)
        return {"at": at}

    def serve(self):
        self._port.tell(event="ready", at=boot_time(), kernel=os.uname().release)
        for line in self._port.lines():
            request = json.loads(line)
            threading.Thread(target=self._answer, args=(request,), daemon=True).start()

    def _answer(self, request):
        number = request.pop("request")
        try:
            result = getattr(self, request.pop("do"))(**request)
            self._port.tell(answer=number, result=result)
        except Exception as error:
            self._port.tell(answer=number, error=f"{type(error).__name__}: {error}")


if __name__ == "__main__":
    # The kernel panics when its first process ends; that the host sees at once.
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    Agent().serve()
