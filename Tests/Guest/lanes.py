"""The guests that there are: which Debian, which kernel, which libgpiod."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """One combination that is in the field, by Debian's packages alone."""

    name: str
    arch: str  # as Debian calls it
    suite: str  # the release of the files
    kernel: str  # the version that linux-image-ARCH of the backports begins with
    gpiod: str  # the major version of libgpiod
    library: str  # the package of libgpiod
    builds_gpio_sim: bool  # Debian has it as a module from Linux 7 on

    @property
    def machine(self) -> str:
        """The processor as compilers call it."""
        return {"amd64": "x86_64", "arm64": "aarch64"}[self.arch]

    @property
    def packages(self) -> list[str]:
        """What a guest has beside its kernel."""
        return [
            self.library, "busybox-static", "can-utils", "iproute2", "libc6", "libeatmydata1",
            "libgcc-s1", "libsqlite3-0", "libssl3t64" if self.suite == "trixie" else "libssl3",
            "libstdc++6", "python3", "zlib1g",
        ]


LANES = [
    # What Raspberry Pi OS on Debian 12 runs: the first interface of libgpiod, a kernel that still
    # has the first interface for lines.
    Lane("amd64-gpiod1", "amd64", "bookworm", "6.12", "1", "libgpiod2", True),
    Lane("amd64-gpiod2", "amd64", "trixie", "7", "2", "libgpiod3", False),
    Lane("arm64-gpiod2", "arm64", "trixie", "7", "2", "libgpiod3", False),
]
