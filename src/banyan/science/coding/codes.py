"""ICD-O codes as types, checked at birth.

A code is text and stands with the edition it was coded in: the fifth character of an ICD-O-4
morphology (``8140A/3``) is a letter as often as a digit, and a number would lose both it and
the zero in front of ``02.1``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Self

from banyan.science.coding.reading import list_subsites, read_rows

BEHAVIOURS = ("0", "1", "2", "3", "6", "9")


class Edition(StrEnum):
    """The edition of ICD-O a code was chosen from."""

    ICDO3 = "3"
    ICDO31 = "3.1"
    ICDO32 = "3.2"
    ICDO4 = "4"

    @property
    def is_listed(self) -> bool:
        """Whether the codes of this edition are at hand; of ICD-O-4 only the form is known."""
        return self is not Edition.ICDO4


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        return self.vi if language.startswith("vi") else self.en


class CodeError(ValueError):
    """A code that does not exist, with one sentence for the person who typed it."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.sentence = Sentence(vi, en)

    @property
    def vi(self) -> str:
        return self.sentence.vi

    @property
    def en(self) -> str:
        return self.sentence.en


# A subsite with or without its letter and dot: C50.4, C504, 504. ICD-O-4 may add a character.
TOPOGRAPHY_INPUT = r"^C?([0-9]{2})\.?([0-9])$"
TOPOGRAPHY_INPUT_4 = r"^C?([0-9]{2})\.?([0-9][0-9A-Z]?)$"
# A histology with or without its behaviour: 8500/3, 85003, 8500. Only with the slash can the
# fifth character of ICD-O-4 be told from a behaviour.
MORPHOLOGY_INPUT = r"^M?-?([0-9]{4})/?([0-9])?$"
MORPHOLOGY_INPUT_4 = r"^M?-?([0-9]{4}[0-9A-Z]?)(?:/([0-9]))?$"


@dataclass(frozen=True, slots=True, order=True)
class Topography:
    """The site of a tumour: a subsite of ICD-O, such as C50.4.

    Raises
    ------
    CodeError
        If the edition has no such subsite (for ICD-O-4, if it does not look like one).
    """

    code: str
    edition: Edition = Edition.ICDO32

    def __post_init__(self) -> None:
        object.__setattr__(self, "edition", Edition(self.edition))
        if not _is_subsite(self.code, self.edition):
            raise CodeError(
                f"‘{self.code}’ không phải là mã vị trí của ICD-O-{self.edition}.",
                f"‘{self.code}’ is not a topography code of ICD-O-{self.edition}.",
            )

    @classmethod
    def parse(cls, text: str, edition: Edition = Edition.ICDO32) -> Self:
        """Read ``C50.4``, ``c504`` or ``504``."""
        pattern = TOPOGRAPHY_INPUT if Edition(edition).is_listed else TOPOGRAPHY_INPUT_4
        found = re.match(pattern, text.strip().upper())
        return cls(f"C{found[1]}.{found[2]}" if found else text.strip(), edition)

    @property
    def heading(self) -> str:
        """The three characters in front of the dot."""
        return self.code[:3]

    @property
    def parent(self) -> str:
        """The subsite of ICD-O-3 that this code refines."""
        return self.code[:5]

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True, order=True)
class Morphology:
    """The histology and behaviour of a tumour, such as 8500/3.

    The histology must stand in the list of its edition. The behaviour need not be listed with
    it: by rule F of ICD-O the pathologist decides the behaviour, so an unlisted pair is a
    question for the checks (`is_listed`), not an error.

    Raises
    ------
    CodeError
        If the edition has no such histology, or the behaviour is not 0, 1, 2, 3, 6 or 9.
    """

    histology: str
    behaviour: str
    edition: Edition = Edition.ICDO32

    def __post_init__(self) -> None:
        object.__setattr__(self, "edition", Edition(self.edition))
        if not _is_histology(self.histology, self.edition):
            raise CodeError(
                f"‘{self.histology}’ không phải là mã hình thái học của ICD-O-{self.edition}.",
                f"‘{self.histology}’ is not a morphology code of ICD-O-{self.edition}.",
            )
        if self.behaviour not in BEHAVIOURS:
            raise CodeError(
                f"‘{self.behaviour}’ không phải là mã tính chất u (0, 1, 2, 3, 6, 9).",
                f"‘{self.behaviour}’ is not a behaviour code (0, 1, 2, 3, 6, 9).",
            )

    @classmethod
    def parse(cls, text: str, behaviour: str | None = None, edition: Edition = Edition.ICDO32) -> Self:
        """Read ``8500/3``, ``85003``, or ``8500`` with the behaviour apart."""
        pattern = MORPHOLOGY_INPUT if Edition(edition).is_listed else MORPHOLOGY_INPUT_4
        found = re.match(pattern, text.strip().upper())
        histology, written = (found[1], found[2]) if found else (text.strip(), None)
        stated = behaviour.strip().removeprefix("/") if behaviour else None
        if stated and written and stated != written:
            raise CodeError(
                f"‘{text}’ có tính chất u /{written}, khác với /{stated} ghi riêng.",
                f"‘{text}’ has behaviour /{written}, but /{stated} stands beside it.",
            )
        return cls(histology, stated or written or "", edition)

    @property
    def is_listed(self) -> bool | None:
        """Whether the edition lists this pair; None where its list is not at hand."""
        if not self.edition.is_listed:
            return None
        return self.behaviour in list_behaviours(self.edition)[self.histology]

    @property
    def parent(self) -> str:
        """The four digits of ICD-O-3 that this histology refines."""
        return self.histology[:4]

    def __str__(self) -> str:
        return f"{self.histology}/{self.behaviour}"


@dataclass(frozen=True, slots=True, order=True)
class IcdO:
    """A tumour as ICD-O codes it: where it is and what it is, in one edition."""

    topography: Topography
    morphology: Morphology

    def __post_init__(self) -> None:
        if self.topography.edition is not self.morphology.edition:
            raise CodeError(
                f"{self.topography} thuộc ICD-O-{self.topography.edition}, "
                f"còn {self.morphology} thuộc ICD-O-{self.morphology.edition}.",
                f"{self.topography} is of ICD-O-{self.topography.edition}, "
                f"but {self.morphology} of ICD-O-{self.morphology.edition}.",
            )

    @classmethod
    def parse(
        cls, topography: str, morphology: str, behaviour: str | None = None, edition: Edition = Edition.ICDO32
    ) -> Self:
        return cls(Topography.parse(topography, edition), Morphology.parse(morphology, behaviour, edition))

    @property
    def edition(self) -> Edition:
        return self.topography.edition

    def __str__(self) -> str:
        return f"{self.topography} {self.morphology}"


@cache
def list_behaviours(edition: Edition) -> dict[str, str]:
    """Return the behaviours that an edition lists for each of its histologies: ``{"8500": "023"}``.

    The list of ICD-O-3 is that of its first revision, 3.1, which added to it and dropped nothing.
    """
    column = "icdo32" if edition is Edition.ICDO32 else "icdo31"
    return {row["histology"]: row[column] for row in read_rows("morphology") if row[column]}


def _is_subsite(code: str, edition: Edition) -> bool:
    if edition.is_listed:
        return code in _subsites()
    return re.fullmatch(r"C[0-9]{2}\.[0-9][0-9A-Z]?", code) is not None


def _is_histology(histology: str, edition: Edition) -> bool:
    if edition.is_listed:
        return histology in list_behaviours(edition)
    return re.fullmatch(r"[0-9]{4}[0-9A-Z]?", histology) is not None


@cache
def _subsites() -> frozenset[str]:
    return frozenset(list_subsites())


TOPOGRAPHY_CODES: tuple[str, ...] = list_subsites()
TOPOGRAPHY_HEADINGS: tuple[str, ...] = tuple(
    row["code"] for row in read_rows("topography") if "." not in row["code"]
)
MORPHOLOGY_CODES: tuple[str, ...] = tuple(
    f"{histology}/{behaviour}"
    for histology, behaviours in list_behaviours(Edition.ICDO32).items()
    for behaviour in behaviours
)
