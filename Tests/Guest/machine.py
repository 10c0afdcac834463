"""An emulated machine, its kernel, and the way to the agent inside. No KVM, no root."""

import base64
import ctypes
import json
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from report import Failed
from store import Store

# How long anything may take that a step does not bound itself: emulation on a busy machine is slow.
PATIENCE = 60.0


# Found before there are threads: between fork and exec nothing may wait for one of them.
_prctl = ctypes.CDLL(None).prctl
_KILL = int(signal.SIGKILL)


def end_with_parent():
    """A machine does not outlive the thread that turned it on (PR_SET_PDEATHSIG)."""
    _prctl(1, _KILL)


@dataclass
class Plan:
    """What a machine has beside processor, memory and the files of its lane."""

    programs: Path  # a file system
    system: Path | None = None  # the disk of a Debian with systemd, which is written to
    data: Path | None = None  # the disk of the box
    data_options: str = "cache=writeback"
    write_log: Path | None = None  # keeps every write and flush of that disk, in order
    serial_ports: int = 0
    shows_host: bool = False  # this machine's files, read-only, at /host
    devices: list[str] = field(default_factory=list)  # more words for QEMU
    memory: int = 512
    # Whether time jumps to the next timer when the processor has nothing to do. The agent keeps it
    # busy except in what it is asked to `hurry`.
    skips_idle_time: bool = False
    rtc: str = "utc"


class Guest:
    """One power-on of a machine. Everything it says is kept in `folder`."""

    def __init__(self, store: Store, plan: Plan, folder: Path):
        self.store = store
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.events: list[dict] = []
        self._answers: dict[int, dict] = {}
        self._number = 0
        self._changed = threading.Condition()
        self._writing = threading.Lock()
        self._gone = False
        listeners = {
            name: self._listen(name)
            for name in ["agent", "qmp", *(f"serial{n}" for n in range(plan.serial_ports))]
        }
        self._started = time.monotonic()
        with open(folder / "qemu.log", "wb") as log:
            self.process = subprocess.Popen(
                self._words(plan), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=end_with_parent)
        try:
            self._agent = self._accept(listeners["agent"])
            self._qmp = self._accept(listeners["qmp"]).makefile("rw")
            self.serial = [self._accept(listeners[f"serial{n}"])
                           for n in range(plan.serial_ports)]
            self._qmp.readline()
            self.ask_machine("qmp_capabilities")
            threading.Thread(target=self._follow, daemon=True).start()
            self.event("ready", seconds=3 * PATIENCE)
            if plan.skips_idle_time:
                self.ask("stay_awake")
        except BaseException:
            self.cut_power()
            raise
        self.boot_seconds = time.monotonic() - self._started

    def _words(self, plan: Plan) -> list[str]:
        lane = self.store.lane
        console = {"amd64": "ttyS0", "arm64": "ttyAMA0"}[lane.arch]
        words = [f"qemu-system-{lane.machine}", "-m", str(plan.memory), "-nodefaults",
                 "-no-reboot", "-display", "none", "-kernel", str(self.store.kernel),
                 "-initrd", str(self.store.first_files), "-append",
                 f"console={console} quiet panic=-1 mitigations=off nokaslr "
                 f"rdinit={'/system-init TERM=dumb' if plan.system else '/init'}"
                 # Clocks of one emulator need no watching, twice a second.
                 + (" tsc=reliable nowatchdog" if plan.skips_idle_time else "")]
        if plan.skips_idle_time:
            words += ["-accel", "tcg,thread=single", "-smp", "1", "-icount",
                      "shift=3,align=off,sleep=off", "-rtc", f"base={plan.rtc},clock=vm"]
        else:
            words += ["-accel", "tcg,thread=multi", "-smp", "2", "-rtc", f"base={plan.rtc}"]
        # The Raspberry Pi 4 has the first, the 5 the second, with pages that the first has not.
        arm = "cortex-a76" if self.store.kernel_version.endswith("16k") else "cortex-a72"
        words += {"amd64": ["-M", "q35", "-cpu", "max"],
                  "arm64": ["-M", "virt", "-cpu", arm]}[lane.arch]
        words += ["-chardev", f"file,id=console,path={self.folder}/console.log",
                  "-serial", "chardev:console"]
        words += ["-chardev", f"socket,id=qmp,path={self.folder}/qmp", "-qmp", "chardev:qmp"]
        words += ["-device", "virtio-serial-pci",
                  "-chardev", f"socket,id=agent,path={self.folder}/agent",
                  "-device", "virtserialport,chardev=agent,name=cityzenbox.agent"]
        # A 16550 on PCI is the same device on both kinds of machine.
        for number in range(plan.serial_ports):
            words += ["-chardev", f"socket,id=s{number},path={self.folder}/serial{number}",
                      "-device", f"pci-serial,chardev=s{number}"]
        files = (f"{plan.system},cache=unsafe" if plan.system else f"{self.store.disk},readonly=on")
        for name, disk in [("files", files), ("programs", f"{plan.programs},readonly=on")]:
            words += ["-drive", f"if=none,id={name},format=raw,file={disk}",
                      "-device", f"virtio-blk-pci,drive={name}"]
        if plan.data and plan.write_log:
            words += ["-blockdev", "driver=blklogwrites,node-name=data,log-sector-size=512,"
                      f"file.driver=file,file.filename={plan.data},"
                      f"log.driver=file,log.filename={plan.write_log}",
                      "-device", "virtio-blk-pci,drive=data"]
        elif plan.data:
            words += ["-drive", f"if=none,id=data,format=raw,file={plan.data},{plan.data_options}",
                      "-device", "virtio-blk-pci,drive=data"]
        if plan.shows_host:
            words += ["-fsdev", "local,id=host,path=/,security_model=none,readonly=on,"
                      "multidevs=remap", "-device", "virtio-9p-pci,fsdev=host,mount_tag=host"]
        return [*words, *plan.devices]

    def _listen(self, name: str) -> socket.socket:
        path = self.folder / name
        path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(path))
        listener.listen(1)
        return listener

    def _accept(self, listener: socket.socket) -> socket.socket:
        # QEMU connects before it does anything else, or ends.
        listener.settimeout(PATIENCE)
        try:
            return listener.accept()[0]
        except TimeoutError:
            said = (self.folder / "qemu.log").read_text(errors="replace")
            raise Failed(f"QEMU does not start: {said.strip()[-500:]}") from None
        finally:
            listener.close()

    # The agent.

    def _follow(self):
        with open(self.folder / "agent.log", "w") as log, self._agent.makefile("r") as lines:
            try:
                for line in lines:
                    log.write(line)
                    log.flush()
                    message = json.loads(line)
                    with self._changed:
                        if "answer" in message:
                            self._answers[message["answer"]] = message
                        else:
                            self.events.append(message)
                        self._changed.notify_all()
            except (OSError, ValueError):
                pass
        with self._changed:
            self._gone = True
            self._changed.notify_all()

    def ask(self, do: str, patience: float = PATIENCE, **words):
        """Lets the agent do something and waits for its answer."""
        with self._changed:
            self._number += 1
            number = self._number
        try:
            with self._writing:
                line = json.dumps({"request": number, "do": do, **words}) + "\n"
                self._agent.sendall(line.encode())
        except OSError:
            raise Failed(f"the machine went away before it could {do}") from None
        answer = self._wait(lambda: self._answers.pop(number, None), patience, f"{do} {words}")
        if "error" in answer:
            raise Failed(f"the guest could not {do} {words}: {answer['error']}")
        return answer["result"]

    def run(self, words, seconds: float = PATIENCE, text: str | None = None) -> str:
        """Runs a program in the guest, or a line of shell, and gives what it said; fails where
        it fails."""
        done = self.ask("run", seconds + 10, words=words, seconds=seconds, text=text)
        if done["status"] != 0:
            raise Failed(f"{words} ended with {done['status']}: {done['output'].strip()[-800:]}")
        return done["output"]

    def read(self, path: str) -> bytes:
        return base64.b64decode(self.ask("read", path=path))

    def write(self, path: str, content: str | bytes, mode: int = 0o644):
        content = content.encode() if isinstance(content, str) else content
        self.ask("write", path=path, content=base64.b64encode(content).decode(), mode=mode)

    def mark(self) -> int:
        """A place in the row of events, for `event`."""
        with self._changed:
            return len(self.events)

    def event(self, kind: str, since: int = 0, seconds: float = PATIENCE, **wanted) -> dict:
        """The first event of a kind since a mark, waited for; `wanted` are its fields, a callable
        says yes or no to one."""
        def fits(event: dict) -> bool:
            return event.get("event") == kind and all(
                value(event.get(name)) if callable(value) else event.get(name) == value
                for name, value in wanted.items())

        def found():
            return next((event for event in self.events[since:] if fits(event)), None)
        shown = {name: value for name, value in wanted.items() if not callable(value)}
        return self._wait(found, seconds, f"event {kind} {shown or ''}")

    def seen(self, kind: str, since: int = 0, **wanted) -> list[dict]:
        """The events of a kind so far."""
        with self._changed:
            return [event for event in self.events[since:] if event.get("event") == kind
                    and all(event.get(name) == value for name, value in wanted.items())]

    def seen_since(self, mark: int) -> list[dict]:
        """All events since a mark."""
        with self._changed:
            return self.events[mark:]

    def _wait(self, found, seconds: float, what: str):
        end = time.monotonic() + seconds
        with self._changed:
            while True:
                result = found()
                if result is not None:
                    return result
                if self._gone:
                    raise Failed(f"the machine went away; waited for {what.strip()}")
                left = end - time.monotonic()
                if left <= 0:
                    raise Failed(f"not within {seconds:.0f} s: {what.strip()[:300]}")
                self._changed.wait(left)

    # The machine.

    def ask_machine(self, command: str, **words) -> dict:
        """A command of the QEMU machine protocol."""
        request = {"execute": command, **({"arguments": words} if words else {})}
        self._qmp.write(json.dumps(request) + "\n")
        self._qmp.flush()
        while True:
            answer = json.loads(self._qmp.readline() or '{"error": "QEMU went away"}')
            if "error" in answer:
                raise Failed(f"{command}: {answer['error']}")
            if "return" in answer:
                return answer["return"]

    def cut_power(self):
        """What the guest has not flushed is lost, as far as QEMU itself holds it."""
        self.process.kill()
        self.process.wait()

    def turn_off(self):
        """Ends the machine when all is written."""
        if self.process.poll() is None:
            try:
                self.ask("run", 20, words="sync; umount -a -t ext4 2> /dev/null; true", seconds=15)
            except Failed:
                pass
        self.cut_power()

    def wait_for_end(self, seconds: float = PATIENCE) -> float:
        """Waits until the machine ends by itself, and says how long that took."""
        begun = time.monotonic()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failed(f"the machine did not end within {seconds:.0f} s") from None
        return time.monotonic() - begun

    def console(self) -> str:
        path = self.folder / "console.log"
        return path.read_text(errors="replace") if path.exists() else ""
