"""Basis of diagnosis: one unambiguous code inside, two schemes outside.

The scheme of IARC (CanReg5) and that of ENCR 2022 give the digits 3, 6, 7 and 8 different
meanings: 8 is histology at autopsy in one, cytogenetic or molecular testing in the other. Inside
stand the codes of ENCR 2022 with their decimals; a file must say which scheme it uses.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from banyan.science.coding.codes import CodeError


class BasisScheme(StrEnum):
    IARC = "iarc"
    ENCR2022 = "encr2022"


BASIS_CODES = ("0", "1", "2", "4", "5", "7.1", "7.2", "7.3", "8", "9")
MICROSCOPIC = ("5", "7.1", "7.2", "7.3", "8")

SPELLINGS = {"71": "7.1", "72": "7.2", "73": "7.3"}
FROM_IARC = {
    "0": "0",
    "1": "1",
    "2": "2",
    "3": "2",
    "4": "4",
    "5": "5",
    "6": "7.2",
    "7": "7.1",
    "8": "7.3",
    "9": "9",
}
FROM_ENCR2022 = {code: code for code in BASIS_CODES} | SPELLINGS
# With no scheme stated, a code that only one scheme has means what it means there. 8 stays open
# between two meanings that are both microscopic, which is all that a check asks.
FROM_EITHER = FROM_ENCR2022 | {"3": "2", "6": "7.2", "7": "7.1"}
SCHEMES = {BasisScheme.IARC: FROM_IARC, BasisScheme.ENCR2022: FROM_ENCR2022}
TO_IARC = {"0": "0", "1": "1", "2": "2", "4": "4", "5": "5", "7.1": "7", "7.2": "6", "7.3": "8", "9": "9"}


@dataclass(frozen=True, slots=True, order=True)
class Basis:
    """The most valid evidence for a cancer, as ENCR 2022 codes it.

    Raises
    ------
    CodeError
        If ENCR 2022 has no such code.
    """

    code: str

    def __post_init__(self) -> None:
        if self.code not in BASIS_CODES:
            raise CodeError(
                f"‘{self.code}’ không phải là mã cơ sở chẩn đoán.",
                f"‘{self.code}’ is not a code of the basis of diagnosis.",
            )

    @classmethod
    def parse(cls, text: str, scheme: BasisScheme | None) -> Self:
        """Read a code of the scheme that its file uses; with none, 3, 6 and 7 mean what only IARC's means by them."""
        codes = FROM_EITHER if scheme is None else SCHEMES[BasisScheme(scheme)]
        return cls(codes.get(text.strip(), text.strip()))

    @property
    def is_microscopic(self) -> bool:
        """Whether the cancer was seen under a microscope, or in its chromosomes or genes."""
        return self.code in MICROSCOPIC

    @property
    def iarc(self) -> str | None:
        """The code for an export to IARC or CanReg5; None for 8, which that scheme does not have.

        The scheme's 3 (surgery or autopsy without histology) went into 2 and does not come back.
        """
        return TO_IARC.get(self.code)

    def __str__(self) -> str:
        return self.code
