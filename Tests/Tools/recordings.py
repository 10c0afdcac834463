#!/usr/bin/env python3
"""Makes the recordings that the tests of the commands read: drives of two invented cars.

Usage: recordings.py FOLDER

Nothing in them was recorded. A car stands, drives off at changing speeds, and what can go wrong
with an odometer does: a zero in mid-drive, a silence. The files are as `candump -l` writes them.
"""

import pathlib
import sys

STEP = 0.1


def speed(time):
    """5 to 25 m/s and back within 80 s, after three seconds of standing."""
    if time <= 3:
        return 0.0
    phase = time % 80
    return 5 + (phase if phase < 40 else 80 - phase) / 2


def drive(seconds, silent, frames):
    """The lines of a drive; `frames(time, metres, speed, whole)` gives the frames of a moment."""
    lines = []
    way = 0.0
    for tick in range(int(seconds / STEP) + 1):
        time = tick * STEP
        way += speed(time) * STEP
        if any(begin <= time < end for begin, end in silent):
            continue
        for offset, (number, data) in enumerate(frames(time, way, speed(time), tick % 10 == 0)):
            stamp = 1781272800 + time + offset * 0.0004
            lines.append(f"({stamp:.6f}) can0 {number:03X}#{data.hex().upper()}")
    return lines


def toyota(time, way, speed, whole):
    """Kilometres in 0x611, speed and the turns of the wheels in 0x0B4."""
    counts = int(way / 0.0484)
    kmh = int(speed * 360)
    wheels = bytes([0, 0, 0, 0, counts & 0xFF]) + kmh.to_bytes(2, "big") + b"\0"
    frames = [(0x0B4, wheels)]
    if whole:
        odometer = 187_412 + int((way + 300) / 1000)
        # A zero for a second and a half, as a cluster gives while it restarts.
        if 60 <= time < 62:
            odometer = 0
        frames.append((0x611, bytes([0x20, 0, 0, 0x02]) + odometer.to_bytes(4, "big")))
        frames.append((0x620, bytes(8)))
    return frames


def psa(time, way, speed, whole):
    """Tenths of a kilometre in 0x0F6, speed and decimetres in 0x0B6, on the comfort bus."""
    kmh = int(speed * 360)
    decimetres = int(way * 10) & 0xFFFF
    fast = b"\0\0" + kmh.to_bytes(2, "big") + decimetres.to_bytes(2, "big") + b"\0\x80"
    frames = [(0x0B6, fast)] if round(time * 10) % 2 == 0 else []
    if whole:
        tenths = 559_104 + int(way / 100)
        status = 0x08
        frames.append((0x0F6, bytes([status, 0]) + tenths.to_bytes(3, "big") + bytes(3)))
        frames.append((0x161, bytes([0, 0, 0, 61, 0, 0, 0])))
        frames.append((0x220, bytes(2)))
    return frames


def parked(time, way, speed, whole):
    """The same car, standing."""
    return psa(time, 0, 0, whole)


def write(path, lines):
    path.write_text("\n".join(lines) + "\n")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    write(folder / "toyota.log", drive(170, [], toyota))
    lines = drive(110, [(40, 65)], psa)
    write(folder / "psa.log", lines)
    write(folder / "parked.log", drive(30, [], parked))
    standing = [line for line in drive(60, [], toyota) if float(line[1:18]) < 1781272803]
    write(folder / "short.log", standing)
    broken = lines[:40]
    broken[10] = "(1781272800.9) can0 0B6#0000"
    broken[20] = broken[20].replace("#", "#G")
    broken[30] = "noise"
    write(folder / "broken.log", broken)


if __name__ == "__main__":
    main()
