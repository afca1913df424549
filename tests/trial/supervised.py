"""Starts services under a supervisor and waits: the process that tests kill. Arguments: a folder for logs, commands."""

import sys
import time
from pathlib import Path

from normalization_tracker.trial.children import Service, Supervisor


def main(logs: Path, commands: list[str]) -> None:
    supervisor = Supervisor(logs, lambda name, message: None)
    for number, command in enumerate(commands):
        supervisor.start(
            Service(f"service-{number}", ["/bin/sh", "-c", command], is_store="store" in command)
        )
    print("started", flush=True)
    while True:
        supervisor.check(time.monotonic())
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
