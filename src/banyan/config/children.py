"""The processes that one run starts, and what a killed run left of them."""

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

GRACE = 30.0  # seconds that a child has to finish what it is doing
# seconds that a child which ended by itself waits before it is started again; then the run gives up
DELAYS = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0)
FORGOTTEN = 120.0  # seconds after which an end no longer counts


@dataclass
class Child:
    """A process of ours; one that is kept is started again when it ends by itself."""

    command: list[str]
    environment: dict[str, str]
    kept: bool
    process: subprocess.Popen[bytes]
    ends: list[float] = field(default_factory=list)
    due: float = 0.0


class Children:
    """Starts processes, remembers them on disk, ends them in the opposite order."""

    def __init__(self, record: Path) -> None:
        self.record = record
        self.all: list[Child] = []

    @property
    def running(self) -> list[subprocess.Popen[bytes]]:
        return [child.process for child in self.all]

    def start(self, command: list[str], environment: dict[str, str], *, kept: bool = False) -> None:
        """Start a process in a session of its own, so that Ctrl-C reaches only the one that started it."""
        self.all.append(Child(command, environment, kept, launch(command, environment)))
        self.write_record()

    def write_record(self) -> None:
        """Write down who runs; whoever reads meanwhile finds the record before or the one after, never half of one."""
        alive = [process.pid for process in self.running if process.poll() is None]
        fresh = self.record.with_suffix(".fresh")
        fresh.write_text(json.dumps([described for pid in alive if (described := describe(pid))]))
        fresh.replace(self.record)

    def wait_for_one(self) -> int:
        """Return the exit code of the first child that ends for good."""
        while True:
            for child in self.all:
                code = child.process.poll()
                if code is not None and not (child.kept and self.revive(child)):
                    return code
            time.sleep(0.2)

    def revive(self, child: Child) -> bool:
        """Start a child again when it is due; return False when it has ended too often."""
        now = time.monotonic()
        if not child.due:
            child.ends = [end for end in child.ends if now - end < FORGOTTEN] + [now]
            if len(child.ends) > len(DELAYS):
                return False
            child.due = now + DELAYS[len(child.ends) - 1]
        if now >= child.due:
            child.due = 0.0
            child.process = launch(child.command, child.environment)
            self.write_record()
        return True

    def stop(self) -> None:
        for process in reversed(self.running):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.running):
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.record.unlink(missing_ok=True)


def launch(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, env={**os.environ, **environment}, start_new_session=True)  # noqa: S603 -- our own commands


def describe(pid: int) -> dict[str, float]:
    """Return number and birth of a process, which together name it; empty when it has just gone."""
    try:
        return {"pid": pid, "started": psutil.Process(pid).create_time()}
    except psutil.NoSuchProcess:
        return {}


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
