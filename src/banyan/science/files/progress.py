"""A line of progress on a terminal, for work of more than two seconds."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.status import Status

DELAY = 2.0


class Progress:
    """What is being done now; shown from `start` to `stop`."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._status: Status | None = None
        self._lock = threading.Lock()
        self._ended = False

    def say(self, text: str) -> None:
        with self._lock:
            self._text = text
            if self._status:
                self._status.update(text)

    def start(self) -> None:
        from rich.console import Console  # noqa: PLC0415 -- only where there is progress to show

        with self._lock:
            if not self._ended:
                self._status = Console(stderr=True).status(self._text)
                self._status.start()

    def stop(self) -> None:
        with self._lock:
            self._ended = True
            if self._status:
                self._status.stop()


@contextmanager
def show_progress(text: str, *, delay: float = DELAY) -> Iterator[Progress]:
    """Show `text` on standard error while the block runs, if that is a terminal and it takes longer than `delay`."""
    progress = Progress(text)
    timer = threading.Timer(delay, progress.start)
    timer.daemon = True
    if sys.stderr.isatty():
        timer.start()
    try:
        yield progress
    finally:
        timer.cancel()
        progress.stop()
