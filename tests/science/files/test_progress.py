import io
import sys
import threading

from banyan.science.files.progress import show_progress


class Terminal(io.StringIO):
    """Standard error on a terminal, which says when something was written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.written.set()
        return super().write(text)


def test_long_work_is_shown_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    with show_progress("reading", delay=0.0) as progress:
        progress.say("counting")
        assert terminal.written.wait(10)

    assert "counting" in terminal.getvalue()


def test_short_work_and_no_terminal_show_nothing(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with show_progress("reading", delay=60.0):
        pass
    assert terminal.getvalue() == ""

    plain = io.StringIO()
    monkeypatch.setattr(sys, "stderr", plain)
    with show_progress("reading", delay=0.0):
        pass
    assert plain.getvalue() == ""
