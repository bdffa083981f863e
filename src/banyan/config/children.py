"""The processes that one run starts, and what a killed run left of them."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import psutil

GRACE = 15.0  # seconds that a child has to finish what it is doing


class Children:
    """Starts processes, remembers them on disk, ends them in the opposite order."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, command: list[str], environment: dict[str, str]) -> None:
        """Start a process in a session of its own, so that Ctrl-C reaches only the one that started it."""
        child = subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)  # noqa: S603 -- our own commands
        self.running.append(child)
        self.record.write_text(json.dumps([describe(process.pid) for process in self.running]))

    def wait_for_one(self) -> int:
        """Return the exit code of the first child that ends."""
        while True:
            for child in self.running:
                if (code := child.poll()) is not None:
                    return code
            time.sleep(0.2)

    def stop(self) -> None:
        for child in reversed(self.running):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.running):
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        self.record.unlink(missing_ok=True)


def describe(pid: int) -> dict[str, float]:
    return {"pid": pid, "started": psutil.Process(pid).create_time()}


def end_leftovers(record: Path) -> int:
    """End the children of a run that was killed. Returns how many there were."""
    try:
        known = json.loads(record.read_text())
    except (OSError, ValueError):
        return 0
    found = [process for child in known if (process := find_process(child))]
    family = [one for process in found for one in [*process.children(recursive=True), process]]
    for process in family:
        process.terminate()
    _, stubborn = psutil.wait_procs(family, timeout=GRACE)
    for process in stubborn:
        process.kill()
    record.unlink(missing_ok=True)
    return len(found)


def find_process(child: dict[str, float]) -> psutil.Process | None:
    """Return the process, if it is the same one and not another that got its number."""
    try:
        process = psutil.Process(int(child["pid"]))
        return process if abs(process.create_time() - child["started"]) < 1 else None
    except (psutil.Error, KeyError, TypeError):
        return None
