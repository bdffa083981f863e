"""What a Vietnamese identity number says, and whether it fits the person.

Citizen identity number: Decree 137/2015/ND-CP and Circular 07/2016/TT-BCA: three digits of the place of birth
registration, one of century and sex, two of the year of birth, six at random; no check digit. Older people may
still carry nine digits. Health insurance: fifteen characters, or since 2021 the last ten of them alone.
"""

import re

import polars as pl

from banyan.apps.people.choices import Sex
from banyan.science.coding import CodeError, Sentence

CITIZEN, OLD_CITIZEN = 12, 9
FEWEST_DIGITS = 6  # of what is looked for as a number, not as a name
INSURANCE = re.compile(r"(?:[A-Z]{2}\d{3})?\d{10}")
SEX_CLASH = Sentence(
    "Số căn cước ghi giới khác với hồ sơ.", "The citizen number states another sex than the record."
)
YEAR_CLASH = Sentence(
    "Số căn cước ghi năm sinh khác với hồ sơ.",
    "The citizen number states another year of birth than the record.",
)


def read_citizen_id(text: str) -> str:
    """Return the digits of a citizen identity number, 12 of them or the older 9; empty stays empty."""
    number = re.sub(r"[\s.\-]", "", text)
    if number and not (number.isascii() and number.isdigit() and len(number) in {CITIZEN, OLD_CITIZEN}):
        raise CodeError(
            f"Số căn cước ‘{text.strip()}’ không phải 12 chữ số (hoặc 9 chữ số cũ).",
            f"Citizen number ‘{text.strip()}’ is not 12 digits (or the older 9).",
        )
    return number


def read_insurance_number(text: str) -> str:
    """Return a health-insurance number: 15 characters as on the card, or its last 10 digits alone."""
    number = re.sub(r"[\s.\-]", "", text).upper()
    if number and not INSURANCE.fullmatch(number):
        raise CodeError(
            f"Số thẻ bảo hiểm ‘{text.strip()}’ không phải 15 ký tự hay 10 chữ số.",
            f"Insurance number ‘{text.strip()}’ is neither 15 characters nor 10 digits.",
        )
    return number


def read_number(text: str) -> str:
    """Return a text as the number that it is, without its marks; empty for a name."""
    number = re.sub(r"[\s.\-]", "", text).upper()
    return number if sum(letter.isdigit() for letter in number) >= FEWEST_DIGITS else ""


def citizen_sex(number: str) -> str:
    """Return the sex that a 12-digit number states, or unknown."""
    if len(number) != CITIZEN:
        return Sex.UNKNOWN
    return Sex.FEMALE if int(number[3]) % 2 else Sex.MALE


def citizen_birth_year(number: str) -> int | None:
    """Return the year of birth that a 12-digit number states."""
    if len(number) != CITIZEN:
        return None
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def check_citizen_id(number: str, sex: str, birth_year: int | None) -> list[Sentence]:
    """Return what the number says that the record does not."""
    clashes = []
    stated = citizen_sex(number)
    if stated != Sex.UNKNOWN and sex in {Sex.MALE, Sex.FEMALE} and sex != stated:
        clashes.append(SEX_CLASH)
    year = citizen_birth_year(number)
    if year and birth_year and year != birth_year:
        clashes.append(YEAR_CLASH)
    return clashes


def keep_checked_digits(number: str) -> str:
    """Return what is checked of a citizen number, century, sex and year of birth, and zeros for the rest."""
    return f"000{number[3:6]}000000" if len(number) == CITIZEN else ""


def clashes_with_sex() -> pl.Expr:
    """Return whether citizen_id and sex of a frame's row clash."""
    number, sex = pl.col("citizen_id"), pl.col("sex")
    is_odd = number.str.slice(3, 1).cast(pl.Int8, strict=False) % 2 == 1
    stated = pl.when(is_odd).then(pl.lit(Sex.FEMALE.value)).otherwise(pl.lit(Sex.MALE.value))
    return (
        (number.str.len_bytes() == CITIZEN) & sex.is_in([Sex.MALE.value, Sex.FEMALE.value]) & (sex != stated)
    ).fill_null(value=False)


def clashes_with_birth_year() -> pl.Expr:
    """Return whether citizen_id and birth_date of a frame's row clash."""
    number = pl.col("citizen_id")
    century = number.str.slice(3, 1).cast(pl.Int32, strict=False) // 2 * 100
    stated = century + 1900 + number.str.slice(4, 2).cast(pl.Int32, strict=False)
    return ((number.str.len_bytes() == CITIZEN) & (pl.col("birth_date").dt.year() != stated)).fill_null(
        value=False
    )
