"""A fault of a file, said in one sentence, in English and in Vietnamese."""

from collections.abc import Iterable
from typing import NamedTuple

_WORDS = {"en": ("line", "column"), "vi": ("dòng", "cột")}


class Reason(NamedTuple):
    """Why something is refused: a clause without capital and full stop, in both languages."""

    en: str
    vi: str


def as_reason(reason: "Reason | str") -> Reason:
    return reason if isinstance(reason, Reason) else Reason(reason, reason)


class FileFault(ValueError):
    """One fault of one file; ``str()`` is one English sentence, `say` gives either language.

    Parameters
    ----------
    path : str
        The file as the user named it.
    reason : Reason or str
        The clause after the place.
    line : int, optional
        Line of the file, the header being line 1 (row of the sheet in a workbook, of the frame in Parquet).
    column : str, optional
        The column's name as it stands in the file.
    """

    def __init__(
        self, path: str, reason: Reason | str, *, line: int | None = None, column: str | None = None
    ) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.reasons = as_reason(reason)
        super().__init__(path, self.reasons, line, column)

    @property
    def reason(self) -> str:
        return self.reasons.en

    def say(self, language: str = "en") -> str:
        line, column = _WORDS[language]
        place = [self.path]
        if self.line is not None:
            place.append(f"{line} {self.line}")
        if self.column is not None:
            place.append(f"{column} {self.column}")
        clause = self.reasons.vi if language == "vi" else self.reasons.en
        return f"{', '.join(place)}: {clause}."

    def __str__(self) -> str:
        return self.say("en")


class Faults(ValueError):
    """Several faults of one file, in the order of its lines."""

    def __init__(self, faults: Iterable[FileFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(*self.faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)
