"""What is looked at before anything starts. Each fault is one sentence that says what to do."""

import shutil
import socket
from pathlib import Path

ROOM = 500_000_000  # bytes: a demo city with its history needs about half of it


class NotReady(RuntimeError):
    """Something outside Banyan must change first."""


def check_port(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise NotReady(
                f"port {port} is taken or not allowed; choose another: make run PORT={port % 60000 + 1}"
            ) from error


def check_folder(folder: Path) -> None:
    """Make the data folder and try to write in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".probe"
        probe.write_bytes(b"\0" * 65_536)
        probe.unlink()
    except OSError as error:
        raise NotReady(f"the data folder {folder} cannot be written to: {error.strerror}") from error


def check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise NotReady(
            f"only {free // 1_000_000} MB are free where {folder} is; make room for {ROOM // 1_000_000} MB"
        )


def check_all(*, port: int, folder: Path) -> None:
    """Raise NotReady at the first thing that would stop the start."""
    check_folder(folder)
    check_room(folder)
    check_port(port)
