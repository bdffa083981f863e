"""The parts that pages share, ready to be drawn: each has a template of the same name in core."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from banyan.apps.core.rules.figures import place_interval


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One number of `core/answer.html`, all of it text already; `ends` and `scale` draw its interval."""

    label: str
    value: str
    unit: str = ""
    interval: str = ""
    note: str = ""
    ends: tuple[float, float, float] | None = None  # lower, value, upper
    scale: tuple[float, float] = (0.0, 100.0)

    @property
    def bar(self) -> dict[str, str] | None:
        return place_interval(*self.ends, self.scale) if self.ends else None


@dataclass(frozen=True, kw_only=True)
class QualityMeasure:
    """One measure of `core/quality_strip.html`; shares are 0 to 100 and drawn as a bar with a target tick."""

    label: str
    value: str
    target: str = ""
    share: float | None = None
    target_share: float | None = None
    missed: bool = False


@dataclass(frozen=True, kw_only=True)
class QualityStrip:
    grade: str
    words: str
    measures: Sequence[QualityMeasure]
    why: str = ""
    why_address: str = ""


@dataclass(frozen=True, kw_only=True)
class DataTable:
    """A picture's numbers. `columns` are (heading, is it a number), `rows` cells as text."""

    title: str
    columns: Sequence[tuple[str, bool]]
    rows: Sequence[Sequence[str]]

    @property
    def lines(self) -> Iterator[list[tuple[str, bool]]]:
        """Return each row with, beside a cell, whether it is a number."""
        for row in self.rows:
            yield [(cell, is_number) for cell, (_, is_number) in zip(row, self.columns, strict=True)]


@dataclass(frozen=True, kw_only=True)
class FigureCard:
    """A figure with its finding, its table, what it may be trusted for, and its downloads."""

    slug: str
    topic: str
    finding: str
    label: str  # what a screen reader says in place of the picture
    svg: str = ""  # already safe: drawn by our own server
    key: Sequence[tuple[SafeString, str]] = ()
    table: DataTable | None = None
    table_open: bool = False
    trust: Sequence[str] = ()
    downloads: Sequence[tuple[str, str]] = ()  # (SVG, address), (CSV, address) …
    method_address: str = ""
    links: Sequence[tuple[str, str]] = ()  # (words, address) of pages that go further
    width: str = "w12"
    wide: bool = False  # scrolls inside its own frame on a phone


@dataclass(frozen=True, kw_only=True)
class PersonBanner:
    """Who the page is about, the same on every page of that person."""

    name: str
    facts: Sequence[tuple[str, str, bool]]  # label, value, is it a number
    alerts: Sequence[tuple[str, str]] = field(default_factory=tuple)  # status, words; by harm


@dataclass(frozen=True, kw_only=True)
class TimelineEvent:
    date: str
    words: str
    note: str = ""
    level: int | None = None
    done: bool = True
