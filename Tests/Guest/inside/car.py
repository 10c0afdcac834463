"""The car at the other end of the wires, in a process of its own.

It makes a chip of the kernel's gpio-sim, looks at its outputs about a thousand times a second, and
moves the latching relay as its coils say. Every change is told with its boot time.
"""

import json
import os
import select
import socket
import threading
import time

CHIP = "/sys/kernel/config/gpio-sim/car"
STARTER = ["starter.inhibit.set", "starter.inhibit.reset", "starter.inhibit.sense"]


def boot_time() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


def store(path: str, text: str):
    with open(path, "w") as file:
        file.write(text)


class Car:
    """Central locking, starter relay, lamps and switches, on the wires of one simulated chip."""

    def __init__(self, lines: list[dict], blocked: bool):
        self._lines = {line["line"]: line for line in lines}
        os.makedirs(f"{CHIP}/bank0")
        store(f"{CHIP}/bank0/num_lines", "16")
        store(f"{CHIP}/bank0/label", lines[0]["chip"])
        store(f"{CHIP}/live", "1")
        with open(f"{CHIP}/dev_name") as device, open(f"{CHIP}/bank0/chip_name") as chip:
            self._wires = f"/sys/devices/platform/{device.read().strip()}/{chip.read().strip()}"
        self._values = {
            name: os.open(f"{self._wires}/sim_gpio{line['offset']}/value", os.O_RDONLY)
            for name, line in self._lines.items() if line["direction"] == "out"
        }
        for name in self._lines:
            self.drive(name, False)
        # The relay latches: it is as it was when the power went.
        self.starter_blocked = blocked
        self.drive("starter.inhibit.sense", blocked)
        self.active = {name: False for name in self._values}
        self.seconds_between_looks = 0.001

    def drive(self, name: str, active: bool):
        """Pulls a wire so that the line reads as active or inactive."""
        line = self._lines[name]
        high = active == (line["polarity"] == "active-high")
        store(f"{self._wires}/sim_gpio{line['offset']}/pull", "pull-up" if high else "pull-down")

    def look(self) -> list[dict]:
        """What changed on the outputs since the last look."""
        events = []
        for name, file in self._values.items():
            high = os.pread(file, 2, 0)[:1] == b"1"
            active = high == (self._lines[name]["polarity"] == "active-high")
            if active == self.active[name]:
                continue
            self.active[name] = active
            events.append({"event": "wire", "line": name, "active": active, "at": boot_time()})
            if active and name in STARTER:
                self._move_relay(name == "starter.inhibit.set", events)
        return events

    def _move_relay(self, blocked: bool, events: list[dict]):
        if blocked != self.starter_blocked:
            self.starter_blocked = blocked
            events.append({"event": "relay", "blocked": blocked, "at": boot_time()})
        self.drive("starter.inhibit.sense", blocked)


def play(channel: socket.socket):
    """The process of the car: orders come in, events and answers go out, a line each."""
    car, rest = None, b""
    file = channel.fileno()
    while True:
        wait = car.seconds_between_looks if car else None
        if select.select([file], [], [], wait)[0]:
            data = os.read(file, 65536)
            if not data:
                return
            *orders, rest = (rest + data).split(b"\n")
            for order in map(json.loads, orders):
                car, answer = carry_out(order, car)
                channel.sendall((json.dumps(answer) + "\n").encode())
        for event in car.look() if car else []:
            channel.sendall((json.dumps(event) + "\n").encode())


def carry_out(order: dict, car: Car | None) -> tuple[Car | None, dict]:
    try:
        if order["do"] == "begin":
            car = Car(order["lines"], order["blocked"])
        elif order["do"] == "relay":
            car.starter_blocked = order["blocked"]
            car.drive("starter.inhibit.sense", order["blocked"])
        elif order["do"] == "watch":
            car.seconds_between_looks = order["seconds"]
        elif order["do"] == "wire":
            car.drive(order["line"], order["level"])
        return car, {
            "answer": {"blocked": car.starter_blocked, "active": car.active, "at": boot_time()}}
    except Exception as error:
        return car, {"answer": {"error": f"{type(error).__name__}: {error}"}}


class CarProcess:
    """The car as the agent sees it."""

    def __init__(self, tell):
        self._tell = tell
        self._channel, other = socket.socketpair()
        self._answered = threading.Condition()
        self._answer = None
        self._asking = threading.Lock()
        if os.fork() == 0:
            self._channel.close()
            play(other)
            os._exit(0)
        other.close()
        threading.Thread(target=self._follow, daemon=True).start()

    def _follow(self):
        with self._channel.makefile("r") as lines:
            for message in map(json.loads, lines):
                if "answer" in message:
                    with self._answered:
                        self._answer = message["answer"]
                        self._answered.notify()
                else:
                    self._tell(message)

    def ask(self, **order) -> dict:
        with self._asking, self._answered:
            self._answer = None
            self._channel.sendall((json.dumps(order) + "\n").encode())
            if not self._answered.wait_for(lambda: self._answer is not None, 10):
                raise TimeoutError("the car does not answer")
            if "error" in self._answer:
                raise RuntimeError(self._answer["error"])
            return self._answer
