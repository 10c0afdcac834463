"""Follows the journal of a unit, from its first line: a message a line, as the program says it
where there is no journal, then a tab and the fields that came with it."""

import json
import subprocess
import sys

FIELDS = ["PRIORITY", "SYSLOG_IDENTIFIER", "_PID", "_SYSTEMD_UNIT", "_TRANSPORT",
          "CITYZENBOX_EVENT", "CITYZENBOX_RECORD", "CITYZENBOX_FAULT"]


def main():
    follower = subprocess.Popen(
        ["journalctl", "--follow", "--lines=all", "--output=json", f"--unit={sys.argv[1]}"],
        stdout=subprocess.PIPE)
    for line in follower.stdout:
        message = json.loads(line)
        event, said = message.get("CITYZENBOX_EVENT", "systemd"), message.get("MESSAGE")
        fields = {name: message[name] for name in FIELDS if name in message}
        print(f"{event}: {said}\t{json.dumps(fields)}", flush=True)


if __name__ == "__main__":
    main()
