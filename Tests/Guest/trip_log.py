"""Reads the records of a box and holds them against what must be true of every log.

The chain is checked here a second time, by docs/reference/records.md alone: what the program says
about its own log is not all that is believed.
"""

import hashlib
import json
from dataclasses import dataclass, field

from report import Failed


def canonical(value) -> bytes:
    """The canonical form of RFC 8785, for whole numbers."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def generation(reference: str) -> int:
    """Of a rental, from how records refer to it: start, duration, generation."""
    return int(reference.rsplit("-", 1)[1])


@dataclass
class TripLog:
    """The records of one box and epoch, from the first."""

    records: list[dict]

    @classmethod
    def parse(cls, text: str) -> "TripLog":
        """Reads exported lines.

        Fails where a number is missing, a body is another, or the chain does not hold.
        """
        records, before = [], "0" * 64
        for number, line in enumerate(text.splitlines(), 1):
            record = json.loads(line)
            if canonical(record) != line.encode():
                raise Failed(f"record {number} is not canonical")
            if record["seq"] != number:
                raise Failed(f"record {record['seq']} stands where {number} belongs")
            if record["prev"] != before:
                raise Failed(f"record {number} does not continue the chain")
            body = record.pop("body")
            if hashlib.sha256(canonical(body)).hexdigest() != record["ph"]:
                raise Failed(f"record {number} has another body than was written")
            before = hashlib.sha256(canonical(record)).hexdigest()
            records.append({**record, "body": body})
        return cls(records)

    def __len__(self) -> int:
        return len(self.records)

    def of(self, kind: str, **members) -> list[dict]:
        """The records of a kind whose bodies have these members."""
        return [record for record in self.records if record["kind"] == kind
                and all(record["body"].get(name) == value for name, value in members.items())]

    def closed(self) -> set[int]:
        """The rentals that were ended."""
        return {generation(record["body"]["open"]["auth"]["ref"])
                for record in self.of("trip.close")}

    def redeemed(self) -> set[int]:
        """The rentals whose codes were redeemed."""
        return {generation(record["body"]["ref"])
                for record in self.of("code.accepted", type="rental")}

    def check(self):
        """What holds for every log, whatever happened to its box."""
        redeemed: set[str] = set()
        opened: dict[str, int] = {}
        open_trip = None
        for record in self.records:
            kind, body = record["kind"], record["body"]
            if kind == "code.accepted" and body["type"] == "rental":
                if body["ref"] in redeemed:
                    raise Failed(f"record {record['seq']}: {body['ref']} is redeemed twice")
                redeemed.add(body["ref"])
            elif kind == "trip.open":
                if open_trip:
                    raise Failed(f"record {record['seq']}: a second trip is open")
                reference = body["auth"].get("ref")
                if reference not in redeemed:
                    raise Failed(f"record {record['seq']}: a trip of what was not redeemed")
                opened[reference] = opened.get(reference, 0) + 1
                if opened[reference] > 1:
                    raise Failed(f"record {record['seq']}: {reference} opens a second trip")
                open_trip = body["trip"]
            elif kind == "trip.close":
                if body["open"]["trip"] != open_trip:
                    raise Failed(f"record {record['seq']}: closes {body['open']['trip']}, open "
                                 f"is {open_trip}")
                if body["distM"] < 0:
                    raise Failed(f"record {record['seq']}: {body['distM']} m are billed")
                open_trip = None
            if any(name in canonical(body).decode() for name in ('"lat"', '"lon"', '"position"')):
                raise Failed(f"record {record['seq']} has a position in it")

    def head(self) -> str:
        """The hash of the last envelope."""
        envelope = {name: value for name, value in self.records[-1].items() if name != "body"}
        return hashlib.sha256(canonical(envelope)).hexdigest()

    def begins_with(self, other: "TripLog") -> bool:
        """Whether nothing of another, earlier log is lost or changed."""
        return self.records[: len(other)] == other.records


@dataclass
class Witness:
    """What was seen from outside of what a box did: each thing it did is a promise that something
    is durable."""

    # Rentals by their generation, which is another for each here.
    unlocked: set[int] = field(default_factory=set)
    started: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)

    def hold_against(self, log: TripLog):
        """Fails where something that was seen is not in the log."""
        opened = {generation(record["body"]["auth"]["ref"]) for record in log.of("trip.open")}
        for what, seen, durable in [
            ("the door was unlocked", self.unlocked, log.redeemed()),
            ("the starter was released", self.started, opened),
            ("the end was shown", self.ended, log.closed()),
        ]:
            lost = seen - durable
            if lost:
                raise Failed(f"{what} for {sorted(lost)}, and the log knows nothing of it")
