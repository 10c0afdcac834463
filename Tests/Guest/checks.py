"""The checks of logs, checked: each finds what it is for. No guest is needed."""

import hashlib
import random

from report import Failed
from scene import Stage
from trip_log import TripLog, Witness, canonical
from write_log import Entry, WriteLog

REFERENCE = "522121-9-1"
TRIP = {"trip": "1-2", "auth": {"ref": REFERENCE, "type": "code"}}
BODIES = [
    ("boot", {"clean": False}),
    ("code.accepted", {"type": "rental", "ref": REFERENCE, "keyEpoch": 0}),
    ("trip.open", TRIP),
    ("trip.close", {"open": TRIP, "distM": 1310, "distErrM": 18}),
]


def written(bodies: list[tuple[str, dict]]) -> list[str]:
    """The lines of a log of these bodies, whose chain holds."""
    lines, before = [], "0" * 64
    for number, (kind, body) in enumerate(bodies, 1):
        envelope = {"kind": kind, "seq": number, "prev": before,
                    "ph": hashlib.sha256(canonical(body)).hexdigest()}
        before = hashlib.sha256(canonical(envelope)).hexdigest()
        lines.append(canonical({**envelope, "body": body}).decode())
    return lines


def _finds(what: str, lines: list[str], witness: Witness = Witness()):
    try:
        log = TripLog.parse("\n".join(lines))
        log.check()
        witness.hold_against(log)
    except Failed:
        return
    raise Failed(f"nobody sees {what}")


def checks(stage: Stage):
    """Spoiled logs and broken promises."""
    good = written(BODIES)
    with stage.step("logs") as step:
        log = TripLog.parse("\n".join(good))
        log.check()
        Witness({1}, {1}, {1}).hold_against(log)
        boot, code, opened, closed = BODIES
        spoiled = {
            "a record that is missing": good[:1] + good[2:],
            "records that changed places": [good[0], good[2], good[1], good[3]],
            "a metre more": [line.replace("1310", "1311") for line in good],
            "a space": [line.replace(":", ": ", 1) for line in good],
            "a code that is redeemed twice": written([boot, code, code]),
            "a trip without a redemption": written([boot, opened]),
            "two open trips": written([boot, code, opened, opened]),
            "a second trip of a code": written([boot, code, opened, closed, opened]),
            "a close of nothing": written([boot, code, closed]),
            "metres below zero": written(
                [boot, code, opened, ("trip.close", {**closed[1], "distM": -1})]),
        }
        for what, lines in spoiled.items():
            _finds(what, lines)
        step.saw(f"{len(spoiled)} kinds of damage are seen")
    with stage.step("promises") as step:
        for what, witness, bodies in [
            ("a door without a redemption", Witness(unlocked={1}), BODIES[:1]),
            ("a starter without a trip", Witness(started={1}), BODIES[:2]),
            ("an end without a close", Witness(ended={1}), BODIES[:3]),
            ("another's door", Witness(unlocked={1, 2}), BODIES),
        ]:
            _finds(what, written(bodies), witness)
        step.saw("each promise that is not kept is seen")
    with stage.step("writes") as step:
        step.saw(_lost_writes(stage))


def _lost_writes(stage: Stage) -> str:
    """What was flushed is on every disk, what was not is missing from some."""
    stage.folder.mkdir(parents=True, exist_ok=True)
    base, log, disk = (stage.folder / name for name in ["base", "log", "disk"])
    base.write_bytes(bytes(1024))
    log.write_bytes(b"\x11" * 512 + b"\x22" * 512)
    writes = WriteLog(log, base)
    writes.entries = [Entry(0, 512, 0, 0), Entry(0, 0, 1, 512), Entry(512, 512, 0, 512)]
    seen = set()
    chance = random.Random(1)
    for _ in range(100):
        writes.crash(3, disk, chance)
        content = disk.read_bytes()
        if content[:512] != b"\x11" * 512:
            raise Failed("what was flushed is lost")
        seen.add(content[512])
    if seen != {0, 0x22}:
        raise Failed(f"what was not flushed is always the same: {seen}")
    return "what was flushed is always there, what was not is lost now and then"
