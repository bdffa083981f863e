"""What a look at a site finds: one line a thing, fine, to be looked at, or wrong."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class State(StrEnum):
    FINE = "fine"
    LOOK = "look"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice` says what to do; empty where it is fine."""

    part: str
    state: State
    words: str
    advice: str = ""

    def line(self) -> str:
        told = f"{self.state:5}  {self.part:10} {self.words}"
        return f"{told}: {self.advice}" if self.advice else told

    def row(self) -> dict[str, str]:
        return asdict(self)


Check = Callable[[], Iterable[Finding]]


def fine(part: str, words: str) -> Finding:
    return Finding(part, State.FINE, words)


def look(part: str, words: str, advice: str) -> Finding:
    return Finding(part, State.LOOK, words, advice)


def wrong(part: str, words: str, advice: str) -> Finding:
    return Finding(part, State.WRONG, words, advice)
