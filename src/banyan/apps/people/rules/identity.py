"""What a citizen number says of its holder beside what the record says, each difference in a sentence that helps."""

import re
from collections.abc import Iterator

from banyan.apps.people.choices import IdentifierKind, Sex
from banyan.apps.people.rules import (
    CITIZEN,
    OLD_CITIZEN,
    citizen_birth_year,
    citizen_sex,
    read_citizen_id,
)
from banyan.science.coding import CodeError, Sentence

# Circular 07/2016/TT-BCA, annex 1: the provinces as they were; numbers keep these codes after July 2025.
PROVINCES = frozenset(
    [
        "001",
        "002",
        "004",
        "006",
        "008",
        "010",
        "011",
        "012",
        "014",
        "015",
        "017",
        "019",
        "020",
        "022",
        "024",
        "025",
        "026",
        "027",
        "030",
        "031",
        "033",
        "034",
        "035",
        "036",
        "037",
        "038",
        "040",
        "042",
        "044",
        "045",
        "046",
        "048",
        "049",
        "051",
        "052",
        "054",
        "056",
        "058",
        "060",
        "062",
        "064",
        "066",
        "067",
        "068",
        "070",
        "072",
        "074",
        "075",
        "077",
        "079",
        "080",
        "082",
        "083",
        "084",
        "086",
        "087",
        "089",
        "091",
        "092",
        "093",
        "094",
        "095",
        "096",
    ]
)
FIRST_COUNTRY = "100"  # from here on the code is that of a country of birth
PAPER = re.compile(r"[A-Z0-9]{5,20}")
WORDS = {Sex.MALE: ("nam", "male"), Sex.FEMALE: ("nữ", "female")}


def question_citizen_id(number: str, sex: str, birth_year: int | None) -> list[Sentence]:
    """Return what of a number does not fit the record, or cannot be; each is asked, none forbidden.

    Cards are mistyped, and so are sexes and years: which of the two is wrong only the paper tells.
    """
    if len(number) != CITIZEN:
        return []
    return [*question_province(number), *question_sex(number, sex), *question_year(number, birth_year)]


def question_province(number: str) -> Iterator[Sentence]:
    code = number[:3]
    if code not in PROVINCES and code < FIRST_COUNTRY:
        yield Sentence(
            f"Không tỉnh nào có mã {code}: xem lại ba chữ số đầu.",
            f"No province has the code {code}: look at the first three digits again.",
        )


def question_sex(number: str, sex: str) -> Iterator[Sentence]:
    stated = citizen_sex(number)
    if sex in WORDS and sex != stated:
        (said_vi, said_en), (kept_vi, kept_en) = WORDS[Sex(stated)], WORDS[Sex(sex)]
        yield Sentence(
            f"Số này cấp cho {said_vi}, hồ sơ ghi {kept_vi}: xem lại chữ số thứ tư ({number[3]}) hoặc ô Giới.",
            f"This number was given to a {said_en} person, the record says {kept_en}: look at the fourth digit "
            f"({number[3]}) or at the sex again.",
        )


def question_year(number: str, birth_year: int | None) -> Iterator[Sentence]:
    stated = citizen_birth_year(number)
    if birth_year and stated != birth_year:
        yield Sentence(
            f"Số này cấp cho người sinh năm {stated}, hồ sơ ghi {birth_year}: xem lại chữ số thứ tư đến thứ sáu "
            f"({number[3:6]}) hoặc năm sinh.",
            f"This number was given to somebody born in {stated}, the record says {birth_year}: look at the fourth "
            f"to sixth digits ({number[3:6]}) or at the year of birth again.",
        )


def read_paper_number(text: str, kind: str) -> str:
    """Return a further number without its marks: nine digits of an old card, or letters and digits of a passport."""
    number = re.sub(r"[\s.\-]", "", text).upper()
    if kind == IdentifierKind.OLD_CARD and len(number) != OLD_CITIZEN:
        raise CodeError(
            f"Số chứng minh nhân dân ‘{text.strip()}’ không phải 9 chữ số.",
            f"The number of an old card ‘{text.strip()}’ is not 9 digits.",
        )
    if kind == IdentifierKind.OLD_CARD:
        return read_citizen_id(number)
    if not PAPER.fullmatch(number):
        raise CodeError(
            f"Số giấy tờ ‘{text.strip()}’ phải có 5 đến 20 chữ cái, chữ số.",
            f"The number ‘{text.strip()}’ must have 5 to 20 letters and digits.",
        )
    return number


def is_old_card(number: str) -> bool:
    return len(number) == OLD_CITIZEN and number.isdigit()
