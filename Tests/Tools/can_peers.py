"""What other programs need for the same files: a JSON list on standard output.

can_peers.py LOG DBC BIGDBC: python-can reads LOG, cantools decodes every frame of it with DBC and
loads BIGDBC, log2long of can-utils rewrites LOG. What is not installed is left out.
"""

import json
import shutil
import subprocess
import sys
import time


def best(rounds, work):
    """The least of some rounds, in seconds: the others were disturbed."""
    seconds = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return min(seconds)


def entry(name, version, seconds, items=0):
    return [{"name": name, "version": version, "seconds": seconds, "items": items}]


def python_can(log):
    import can

    def read():
        with can.CanutilsLogReader(log) as reader:
            for _ in reader:
                pass

    return entry("python-can", can.__version__, best(2, read))


def cantools_decode(log, dbc):
    import can
    import cantools

    database = cantools.database.load_file(dbc, strict=False)
    known = {message.frame_id: message for message in database.messages}
    frames = []
    with can.CanutilsLogReader(log) as reader:
        for message in reader:
            if message.arbitration_id in known:
                frames.append((known[message.arbitration_id], bytes(message.data)))
    signals = 0

    def decode():
        nonlocal signals
        signals = 0
        for message, data in frames:
            try:
                signals += len(message.decode(data, decode_choices=False, allow_truncated=True))
            except cantools.database.errors.Error:
                pass

    seconds = best(2, decode)
    return entry("cantools decode", cantools.__version__, seconds, signals)


def cantools_load(big):
    import cantools

    load = lambda: cantools.database.load_file(big, strict=False)
    return entry("cantools load", cantools.__version__, best(2, load))


def can_utils(log):
    program = shutil.which("log2long")
    if program is None:
        return []

    def rewrite():
        with open(log, "rb") as source:
            subprocess.run([program], stdin=source, stdout=subprocess.DEVNULL, check=True)

    return entry("log2long", "", best(3, rewrite))


def main():
    log, dbc, big = sys.argv[1:4]
    found = []
    for measure in (
        lambda: python_can(log),
        lambda: cantools_decode(log, dbc),
        lambda: cantools_load(big),
        lambda: can_utils(log),
    ):
        try:
            found += measure()
        except ImportError as missing:
            print(f"bench: {missing}", file=sys.stderr)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
