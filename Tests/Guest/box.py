"""The box in a guest: cityzenboxd with its disk, its car, its keypad and its bus."""

import json
import re
import signal
import time
from pathlib import Path

from drive import Drive
from fleet import BOX, Rental
from machine import PATIENCE, Guest
from report import Failed
from scene import Stage
from store import HERE
from trip_log import TripLog, Witness

NAME = "cityzenboxd"
STATE = "/var/lib/cityzenbox"
KEYPAD = "/dev/input/cityzenbox-keypad"
BUS = "vcan0"
# Outputs whose pulses move something, and by when any pulse must have ended, whoever died.
PULSED = ["door.lock", "door.unlock", "starter.inhibit.set", "starter.inhibit.reset"]
PULSE_SECONDS = 5
BOARD = HERE.parent.parent / "hardware/boards/bench.json5"
PROFILE = "renault_broadcast"
# Nobody has compared the odometer with a dashboard.
USUAL_FAULTS = {"odometer.unconfirmed"}


def board_lines() -> list[dict]:
    """The lines of the board file. A line of it is an object of its own."""
    found = re.findall(r"\{\s*(line:[^}]*)\}", BOARD.read_text())
    objects = [re.sub(r"(\w+):", r'"\1":', text).strip().rstrip(",") for text in found]
    return [json.loads("{" + text + "}") for text in objects]


class Box:
    """One box in one power-on of a machine."""

    # Where the car's frames are sent.
    car_bus = BUS

    def __init__(self, stage: Stage, guest: Guest, witness: Witness | None = None,
                 blocked: bool = True, watchdog: str = "", mount: str = "errors=remount-ro"):
        self.stage = stage
        self.guest = guest
        self.fleet = stage.fleet
        self.witness = witness or Witness()
        self.moving: list[tuple[float, float]] = []
        self.rental: Rental | None = None
        self._seen = 0
        self._set_up(blocked, watchdog, mount)

    def _set_up(self, blocked: bool, watchdog: str, mount: str):
        guest = self.guest
        guest.run(f"mkdir -p {STATE} /run/cityzenbox; "
                  f"mount -t ext4 -o {mount} /dev/vdc {STATE} && chmod 700 {STATE}")
        guest.run(f"ip link add {BUS} type vcan; ip link set {BUS} mtu 16; ip link set {BUS} up")
        guest.ask("car_begin", lines=board_lines(), blocked=blocked)
        guest.ask("plug_keypad", path=KEYPAD)
        self.configure(
            f'profile: "/programs/Profiles/{PROFILE}.json5", bench: true, '
            f'interfaces: {{ vehicle: "{BUS}" }}', watchdog)

    def configure(self, car: str, more: str = "", console: str | None = None):
        """Writes the configuration."""
        port = f'{{ device: "{console}" }}' if console else "null"
        self.guest.write("/etc/cityzenbox/cityzenboxd.json5", f"""{{
            version: 1,
            board: "/programs/hardware/boards/bench.json5",
            car: {{ {car} }},
            rtc: "/dev/rtc0",
            battery: {{ sensor: null }},
            console: {port},
            {more}
        }}""")

    # The program.

    def provision(self):
        """Makes a new box on an empty disk, and tells it the time."""
        for name, content in self.fleet.box_keys.items():
            self.guest.write(f"/tmp/keys/{name}", content, 0o600)
        self.guest.run([NAME, "provision", "--box", BOX, "--keys", "/tmp/keys"])

    def start(self, environment: dict | None = None, **words) -> float:
        """Starts the program; answers how many milliseconds it took to be ready."""
        begun = self.guest.mark()
        started = self.guest.ask(
            "start", name=NAME, words=[NAME, "run"], notify=True, environment=environment or {},
            **words)
        self.pid = started["pid"]
        notice = self.guest.event(
            "notice", begun, program=NAME, text=lambda text: "READY=1" in text)
        return notice["at"] - started["at"]

    def tell_time(self):
        """Types a TIME code where the clock is lost."""
        if self.status()["work"]["clock"] is None:
            utc = self.guest.ask("time")["utc"]
            self.answer(self.fleet.time_code(utc), "accepted")

    def kill(self):
        """kill -9, and waits until it is gone."""
        begun = self.guest.mark()
        self.guest.ask("signal", name=NAME, number=int(signal.SIGKILL))
        self.guest.event("end", begun, program=NAME)

    def stop(self):
        """SIGTERM; fails where the program does not end in order."""
        begun = self.guest.mark()
        self.guest.ask("signal", name=NAME, number=int(signal.SIGTERM))
        end = self.guest.event("end", begun, program=NAME)
        if end["status"] != 0:
            raise Failed(f"{NAME} ended with {end['status']} when it was asked to stop")

    def status(self) -> dict:
        return json.loads(self.guest.run([NAME, "status", "--json"]))

    def faults(self) -> set[str]:
        return {report["fault"] for report in self.status()["faults"]}

    def line(self, pattern: str, since: int, seconds: float = 30) -> dict:
        """The first line of the program that has a pattern in it."""
        return self.guest.event(
            "line", since, seconds, program=NAME,
            text=lambda text: re.search(pattern, text) is not None)

    def fault_begins(self, name: str, since: int, seconds: float = 30) -> dict:
        return self.line(rf"fault\.begin: {re.escape(name)}:", since, seconds)

    def fault_ends(self, name: str, since: int, seconds: float = 90) -> dict:
        return self.line(rf"fault\.end: {re.escape(name)}\b", since, seconds)

    # The driver.

    def type(self, digits: str) -> float:
        """Types digits and #; answers when # was pressed."""
        return self.guest.ask("type", path=KEYPAD, keys=digits + "#")["at"]

    def answer(self, digits: str, *wanted: str) -> str:
        """Types digits and waits for the signal; fails where it is another than wanted."""
        begun = self.guest.mark()
        self.type(digits)
        shown = self.line(r"signal: (?!cleared)", begun)
        code = re.search(r"signal: (\S+)", shown["text"])[1]
        if wanted and code not in wanted:
            raise Failed(f"the answer to {len(digits)} digits is {code}, "
                         f"wanted is {' or '.join(wanted)}")
        return code

    def end_rental(self):
        """Types END until the box takes it: its inputs are debounced, and a car that just stood
        still may yet move."""
        end = time.monotonic() + PATIENCE
        while self.answer("363", "ended", "moving", "ignitionOn") != "ended":
            if time.monotonic() > end:
                raise Failed("the rental cannot be ended")
            # The bus must have been silent for two seconds: here passing time is the point.
            time.sleep(0.3)

    def book(self, hours: float = 4) -> Rental:
        """A new rental, whose code can be typed now."""
        self.rental = self.fleet.rental(self.guest.ask("time")["utc"], hours)
        return self.rental

    def pulse(self, line: str, since: int, seconds: float = 30) -> tuple[float, float]:
        """When the first pulse on an output began, and how many milliseconds it lasted."""
        begin = self.guest.event("wire", since, seconds, line=line, active=True)
        end = self.guest.event("wire", since, seconds, line=line, active=False,
                               at=lambda at: at > begin["at"])
        return begin["at"], end["at"] - begin["at"]

    def wait_for_rest(self):
        """Waits until no output is active that moves something."""
        for line in PULSED:
            state = self.guest.ask("car_state")
            if state["active"][line]:
                self.guest.event("wire", seconds=PULSE_SECONDS, line=line, active=False,
                                 at=lambda at: at >= state["at"])

    def ignition(self, on: bool):
        self.guest.ask("wire", line="ignition", level=on)

    def begin_drive(self, drive: Drive) -> int:
        """Lets the car drive; answers a mark, for `end_drive`."""
        self.guest.write("/tmp/drive.log", drive.text)
        begun = self.guest.mark()
        self.ignition(True)
        started = self.guest.ask(
            "start", name="canplayer",
            words=["canplayer", "-I", "/tmp/drive.log", f"{self.car_bus}=car"])
        self.moving.append((started["at"], float("inf")))
        return begun

    def end_drive(self, begun: int, seconds: float):
        """Waits until the car stands, and turns it off."""
        end = self.guest.event("end", begun, seconds, program="canplayer")
        self.moving[-1] = (self.moving[-1][0], end["at"])
        self.ignition(False)

    # What was seen.

    def look(self):
        """Takes down what the box did since the last look: each is a promise."""
        with_rental = self.rental.generation if self.rental else None
        events = self.guest.seen_since(self._seen)
        self._seen += len(events)
        for event in events:
            if event.get("event") == "wire" and event["active"]:
                if event["line"] == "door.unlock":
                    self.witness.unlocked.add(with_rental)
                elif event["line"] == "starter.inhibit.reset":
                    self.witness.started.add(with_rental)
            elif event.get("event") == "line" and "signal: ended" in event["text"]:
                self.witness.ended.add(with_rental)
            elif event.get("event") == "relay" and event["blocked"]:
                if any(begin <= event["at"] <= end for begin, end in self.moving):
                    raise Failed("the starter was inhibited while the car moved")

    def last_relay(self, before: bool) -> bool:
        """How the relay stood when the power went, if it stood so `before`."""
        moves = self.guest.seen("relay")
        return moves[-1]["blocked"] if moves else before

    def relay_is_blocked(self) -> bool:
        return self.guest.ask("car_state")["blocked"]

    def log(self, name: str = "log") -> TripLog:
        """The records as they lie on the disk: the program is not running."""
        return fetch_log(self.stage, self.guest, name)


def fetch_log(stage: Stage, guest: Guest, name: str = "log") -> TripLog:
    """Copies the database out of a guest, and reads it."""
    folder = stage.folder / name
    folder.mkdir(parents=True, exist_ok=True)
    for file in guest.run(f"cd {STATE}; ls -d trip.db*").split():
        (folder / file).write_bytes(guest.read(f"{STATE}/{file}"))
    return stage.fleet.read(Path(folder / "trip.db"))
