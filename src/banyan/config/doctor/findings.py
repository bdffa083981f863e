"""What a look at a site finds: one line a thing, fine, to be looked at, or wrong."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum

from banyan.config.database import DatabaseFault


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


def examine() -> Iterator[Finding]:
    """Look at everything. A look that breaks is itself a finding, and the others go on."""
    from banyan.config.doctor import records, surroundings  # noqa: PLC0415 -- they need the site to be open

    for check in surroundings.CHECKS:
        yield from attempt(check)
    reached = list(attempt(records.check_server))
    yield from reached
    if any(finding.part == "database" and finding.state == State.WRONG for finding in reached[:1]):
        return
    for check in records.CHECKS:
        yield from attempt(check)


def attempt(check: Check) -> list[Finding]:
    from django.db import Error  # noqa: PLC0415 -- Django, once the site is open

    part = check.__name__.removeprefix("check_").replace("_", " ")
    try:
        return list(check())
    except (Error, DatabaseFault) as error:
        return [
            wrong(
                part,
                f"the database did not answer ({type(error).__name__})",
                "is it running? see its own log",
            )
        ]
    except OSError as error:
        return [
            wrong(part, f"could not be looked at ({error.strerror})", "see the rights of the site's folder")
        ]
