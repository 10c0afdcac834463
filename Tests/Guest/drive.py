"""A car of the profile renault_broadcast, as frames for canplayer.

The way is driven on paper first, so what the box should have measured is known to the metre.
"""

PERIOD = 0.1  # s between two frames of the brakes


def frame(at: float, identifier: int, data: bytes) -> str:
    return f"({at:.6f}) car {identifier:03X}#{data.hex().upper()}\n"


def brakes(speed_kmh: float, odometer_m: float) -> bytes:
    """0x5D7: speed in hundredths of a km/h, odometer in hundredths of a km, 28 bits."""
    odometer = int(odometer_m / 10) << 4
    return int(speed_kmh * 100).to_bytes(2, "big") + odometer.to_bytes(4, "big") + bytes(2)


class Drive:
    """Frames of a car that drives, stands, and is turned off."""

    def __init__(self, odometer_m: float):
        self.odometer_m = odometer_m
        self.way_m = 0.0
        self._at = 0.0
        self._text: list[str] = []

    def go(self, speed_kmh: float, seconds: float, ignition: bool = True) -> "Drive":
        """So long at that speed."""
        for step in range(round(seconds / PERIOD)):
            way = speed_kmh / 3.6 * PERIOD
            self.odometer_m += way
            self.way_m += way
            self._text.append(frame(self._at, 0x5D7, brakes(speed_kmh, self.odometer_m)))
            self._text.append(
                frame(self._at + 0.01, 0x4F8, bytes([0x40 if ignition else 0]) + bytes(7)))
            if step % 5 == 0:
                self._text.append(frame(self._at + 0.02, 0x5DE, bytes(8)))
            self._at += PERIOD
        return self

    @property
    def seconds(self) -> float:
        return self._at

    @property
    def text(self) -> str:
        """The recording, in the form of candump."""
        return "".join(self._text)


def busy(seconds: float, rate: int, odometer_m: float) -> str:
    """A standing car whose bus is full: frames that the profile hears, at `rate` a second."""
    kinds = [(0x5D7, brakes(0, odometer_m)), (0x4F8, bytes([0x40]) + bytes(7)), (0x5DE, bytes(8))]
    return "".join(
        frame(number / rate, *kinds[number % 3]) for number in range(round(seconds * rate)))
