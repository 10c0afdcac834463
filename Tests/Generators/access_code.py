#!/usr/bin/env python3
"""A second generator of CZB1 access codes, independent of the Swift one.

Usage: access_code.py SEED COUNT

Prints COUNT random codes with everything they are made of, one a line, and before each group of
them a line that names the box and its keys. Only the standard library is used.
"""
import hashlib
import hmac
import random
import struct
import sys

ORIGIN_MS = 1_325_376_000_000  # 2012-01-01T00:00Z
KINDS = ("rental", "extend", "revoke", "keyswitch", "time", "receipt", "owner")


def mac(key, message):
    return hmac.digest(key, message, "sha256")


def epoch_key(master, box, epoch):
    return mac(master, b"CZB1/box" + box + struct.pack(">H", epoch))


def day_key(key, box, epoch, day):
    return mac(key, b"CZB1/day" + box + struct.pack(">HI", epoch, day))


def message(kind, box, epoch, slot=0, duration=0, generation=0, rest=b""):
    head = b"CZB1" + bytes([kind]) + box
    return head + struct.pack(">HIHH", epoch, slot, duration, generation) + rest


def tag(key, text, digits):
    number = int.from_bytes(mac(key, text)[:16], "big")
    return str(number % 10**digits).zfill(digits)


def totp(secret, step):
    digest = mac(secret, struct.pack(">q", step))
    at = digest[31] & 15
    number = struct.unpack(">I", digest[at:at + 4])[0] & 0x7FFFFFFF
    return str(number % 10**8).zfill(8)


class Box:
    def __init__(self, draw):
        self.hot = draw.randbytes(32)
        self.cold = draw.randbytes(32)
        self.owner = draw.randbytes(20)
        self.id = draw.randbytes(8)
        self.epoch = draw.choice((0, 1, 255, 256, 65534, draw.randrange(65535)))
        self.key = epoch_key(self.hot, self.id, self.epoch)
        self.spare = epoch_key(self.cold, self.id, self.epoch + 1)

    def line(self):
        keys = (self.id.hex(), self.epoch, self.hot.hex(), self.cold.hex(), self.owner.hex())
        return "box %s %d %s %s %s" % keys

    def nine(self, kind, slot, *rest):
        key = day_key(self.key, self.id, self.epoch, slot // 96)
        return tag(key, message(kind, self.id, self.epoch, slot, *rest), 9)

    def code(self, kind, draw):
        slot = draw.randrange(4_000_000)
        duration = draw.randrange(984)
        generation = draw.choice((0, 1, 2, 3, draw.randrange(65536)))
        if kind == "rental":
            code = "%03d" % duration + self.nine(1, slot, duration, generation)
            return (slot, duration, generation), code
        if kind == "extend":
            longer, counter = draw.randrange(984), draw.randrange(65536)
            code = "984" + self.nine(2, slot, longer, generation, struct.pack(">H", counter))
            return (slot, duration, generation, longer, counter), code
        if kind == "revoke":
            slot = slot // 4 * 4
            return (slot,), "985" + self.nine(3, slot)
        if kind == "keyswitch":
            epoch = self.epoch + 1
            key = day_key(self.spare, self.id, epoch, 0)
            return (), "986" + tag(key, message(4, self.id, epoch), 9)
        if kind == "time":
            time = ORIGIN_MS + draw.randrange(10_000_000 * 300_000)
            count = (time - ORIGIN_MS) // 300_000
            key = day_key(self.key, self.id, self.epoch, count // 288)
            text = message(5, self.id, self.epoch, count)
            return (time,), "987%07d" % count + tag(key, text, 8)
        if kind == "receipt":
            minute, metres = draw.randrange(2**32), draw.randrange(2**32)
            key = day_key(self.key, self.id, self.epoch, slot // 96)
            rest = struct.pack(">II", minute, metres)
            text = message(6, self.id, self.epoch, slot, duration, generation, rest)
            return (slot, duration, generation, minute, metres), tag(key, text, 8)
        step = draw.randrange(2**33)
        return (step,), totp(self.owner, step)


def main():
    draw = random.Random(int(sys.argv[1]))
    out = []
    for index in range(int(sys.argv[2])):
        if index % 100 == 0:
            box = Box(draw)
            out.append(box.line())
        kind = KINDS[draw.randrange(len(KINDS))]
        fields, code = box.code(kind, draw)
        out.append(" ".join([kind, *map(str, fields), code]))
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
