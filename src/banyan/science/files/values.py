"""Parsers of single columns: sex, whole and decimal numbers, ages, age groups, years, yes and no.

Each takes a column as read (text, Categorical or typed) and returns `Parsed`; none raises.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial

import polars as pl

from banyan.science.files.faults import Reason
from banyan.science.files.parsed import Parsed, finish, is_empty, parse_distinct

MALE, FEMALE, UNKNOWN_SEX = "1", "2", "9"
BOTH_SEXES = "both"
_SEXES = {
    MALE: ("1", "01", "1.0", "m", "male", "males", "man", "men", "nam"),
    FEMALE: ("2", "02", "2.0", "f", "female", "females", "woman", "women", "nữ", "nu"),
    UNKNOWN_SEX: ("9", "09", "9.0", "u", "unknown", "unk", "không rõ", "khong ro"),
    BOTH_SEXES: ("both", "both sexes", "total", "persons", "hai giới", "cả hai giới", "chung"),
}
_FLAGS = {
    True: ("1", "1.0", "true", "yes", "y", "dead", "có", "chết", "tử vong", "đã chết"),
    False: ("0", "0.0", "false", "no", "n", "alive", "không", "sống", "còn sống"),
}
UNKNOWN_WORDS = ("unknown", "unk", "not known", "không rõ", "khong ro", "?")
OLDEST = 130
_WHOLE = r"^[+-]?[0-9]+(?:\.0+)?$"
_DECIMAL = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
_COMMA = r"^[+-]?[0-9]+,[0-9]+$"
_THOUSANDS = r"^[+-]?[1-9][0-9]{0,2},[0-9]{3}$"
_GROUP = r"^([0-9]{1,3})(?:\s*(?:\+|[-–—_]\s*([0-9]{1,3})?))?(?:\s*(?:years|yrs|tuổi))?$"


def parse_sex(series: pl.Series, *, both: bool = False) -> Parsed:
    """Parse a sex to "1" male, "2" female, "9" unknown or empty; with `both`, also "both" (a total)."""
    words = _turn(_SEXES if both else {code: words for code, words in _SEXES.items() if code != BOTH_SEXES})
    parsed = _parse_words(series, words, _explain_sex)
    return Parsed(parsed.values.fill_null(UNKNOWN_SEX), parsed.wrong, series, _explain_sex)


def parse_flag(series: pl.Series) -> Parsed:
    """Parse 0/1, yes/no, alive/dead to bool."""
    if series.dtype == pl.Boolean:
        return Parsed(series, pl.repeat(value=False, n=series.len(), eager=True), series, _explain_flag)
    return _parse_words(series, _turn(_FLAGS), _explain_flag)


def parse_whole(
    series: pl.Series, *, least: int | None = None, most: int | None = None, unknown: Collection[str] = ()
) -> Parsed:
    """Parse whole numbers (``45`` or ``45.0``) to Int64, within bounds; `unknown` codes become null."""
    explain = partial(_explain_bounds, what=("a whole number", "số nguyên"), least=least, most=most)
    return _parse_numbers(
        series, pattern=_WHOLE, kind=pl.Int64, explain=explain, least=least, most=most, unknown=unknown
    )


def parse_decimal(
    series: pl.Series, *, least: float | None = None, most: float | None = None, unknown: Collection[str] = ()
) -> Parsed:
    """Parse decimal numbers to Float64; a comma serves as decimal mark unless it may mark thousands."""
    explain = partial(_explain_bounds, what=("a number", "số"), least=least, most=most)
    return _parse_numbers(
        series, pattern=_DECIMAL, kind=pl.Float64, explain=explain, least=least, most=most, unknown=unknown
    )


def parse_age(series: pl.Series, *, unknown: Collection[str] = ()) -> Parsed:
    """Parse ages in years, from 0 to 130, to Float64."""
    return _parse_numbers(
        series,
        pattern=_DECIMAL,
        kind=pl.Float64,
        explain=_explain_age,
        least=0,
        most=OLDEST,
        unknown=(*unknown, *UNKNOWN_WORDS),
    )


def parse_year(series: pl.Series) -> Parsed:
    """Parse calendar years from 1800 to 2200 to Int64."""
    return _parse_numbers(
        series, pattern=_WHOLE, kind=pl.Int64, explain=_explain_year, least=1800, most=2200, unknown=()
    )


def parse_age_group(series: pl.Series, *, unknown: Collection[str] = ()) -> Parsed:
    """Parse five-year age groups to their lower bound (Int64): ``5``, ``5-9``, ``85+``; 1-4 belongs to 0."""
    codes = _unknown_codes((*unknown, *UNKNOWN_WORDS))

    def parse(texts: pl.Series) -> pl.DataFrame:
        texts = texts.str.replace(r"^([0-9]+)\.0+$", "$1")
        lower = texts.str.extract(_GROUP, 1).cast(pl.Int64)
        upper = texts.str.extract(_GROUP, 2).cast(pl.Int64)
        first = lower.is_in([0, 1])
        regular = first | ((lower % 5 == 0) & (lower <= OLDEST))
        width = upper.is_null() | (upper == lower + 4) | (upper >= 99) | (first & upper.is_in([0, 4]))
        # 1-4 but also 0-0: the first year of life alone, and the rest of the first band
        width = width & ~((lower == 1) & upper.is_not_null() & (upper != 4))
        empty = is_empty(texts) | texts.str.to_lowercase().is_in(codes)
        good = (regular & width).fill_null(value=False) & ~empty
        value = pl.select(pl.when(good).then(lower - lower % 5)).to_series()
        return pl.DataFrame({"value": value, "wrong": ~good & ~empty})

    return finish(series, parse_distinct(series, parse), _explain_group)


def _turn(words: Mapping[str, Collection[str]] | Mapping[bool, Collection[str]]) -> dict[str, object]:
    return {word: code for code, spelt in words.items() for word in spelt}


def _parse_words(series: pl.Series, words: Mapping[str, object], explain: Callable[[str], Reason]) -> Parsed:
    kind = pl.Boolean if True in words.values() else pl.String

    def parse(texts: pl.Series) -> pl.DataFrame:
        plain = texts.str.normalize("NFC").str.to_lowercase()
        value = plain.replace_strict(list(words), list(words.values()), default=None, return_dtype=kind)
        return pl.DataFrame({"value": value, "wrong": value.is_null() & ~is_empty(texts)})

    return finish(series, parse_distinct(series, parse), explain)


def _parse_numbers(
    series: pl.Series,
    *,
    pattern: str,
    kind: type[pl.Int64 | pl.Float64],
    explain: Callable[[str], Reason],
    least: float | None,
    most: float | None,
    unknown: Collection[str],
) -> Parsed:
    codes = _unknown_codes(unknown)

    def parse(texts: pl.Series) -> pl.DataFrame:
        plain = _write_point(texts)
        good = plain.str.contains(pattern)
        if kind is pl.Int64:
            plain = plain.str.replace(r"\.0+$", "")
        number = plain.cast(kind, strict=False)
        empty = is_empty(texts) | texts.str.to_lowercase().is_in(codes)
        good = good & number.is_not_null() & ~empty
        if kind is pl.Float64:
            good = good & number.is_finite()
        if least is not None:
            good = good & (number >= least)
        if most is not None:
            good = good & (number <= most)
        good = good.fill_null(value=False)
        return pl.DataFrame({"value": number, "good": good}).select(
            value=pl.when("good").then("value"), wrong=~pl.col("good") & ~empty
        )

    return finish(series, parse_distinct(series, parse), explain)


def _write_point(texts: pl.Series) -> pl.Series:
    """Turn a decimal comma into a point; ``1,234`` may be thousands and stays, to be refused."""
    comma = texts.str.contains(_COMMA) & ~texts.str.contains(_THOUSANDS)
    if not comma.any():
        return texts
    return pl.select(
        pl.when(comma).then(texts.str.replace(",", ".", literal=True)).otherwise(texts)
    ).to_series()


def _unknown_codes(unknown: Collection[str]) -> list[str]:
    codes = [code.strip().lower() for code in unknown]
    return [*codes, *(f"{code}.0" for code in codes)]


def _explain_sex(text: str) -> Reason:
    return Reason(
        f"‘{text}’ is not a sex (1 or M male, 2 or F female, 9 unknown)",
        f"‘{text}’ không phải giới tính (1 nam, 2 nữ, 9 không rõ)",
    )


def _explain_flag(text: str) -> Reason:
    return Reason(f"‘{text}’ is neither 0 (alive) nor 1 (dead)", f"‘{text}’ không phải 0 (sống) hay 1 (chết)")


def _explain_age(text: str) -> Reason:
    if text in {"999", "999.0"}:
        return Reason(
            "‘999’ is not an age in years (if it means unknown, say --unknown-code 999)",
            "‘999’ không phải tuổi (nếu nghĩa là không rõ, thêm --unknown-code 999)",
        )
    return Reason(
        f"‘{text}’ is not a number of years from 0 to {OLDEST}",
        f"‘{text}’ không phải số tuổi từ 0 đến {OLDEST}",
    )


def _explain_year(text: str) -> Reason:
    return Reason(f"‘{text}’ is not a calendar year", f"‘{text}’ không phải năm dương lịch")


def _explain_group(text: str) -> Reason:
    if text in {"99", "999"}:
        return Reason(
            f"‘{text}’ is not an age group (if it means unknown, say --unknown-code {text})",
            f"‘{text}’ không phải nhóm tuổi (nếu nghĩa là không rõ, thêm --unknown-code {text})",
        )
    return Reason(
        f"‘{text}’ is not the lower bound of a five-year age group (0, 5, 10, …, 85)",
        f"‘{text}’ không phải cận dưới của nhóm 5 tuổi (0, 5, 10, …, 85)",
    )


def _explain_bounds(text: str, *, what: tuple[str, str], least: float | None, most: float | None) -> Reason:
    if least is not None and most is not None:
        return Reason(
            f"‘{text}’ is not {what[0]} from {least:g} to {most:g}",
            f"‘{text}’ không phải {what[1]} từ {least:g} đến {most:g}",
        )
    if least is not None:
        return Reason(
            f"‘{text}’ is not {what[0]} of at least {least:g}",
            f"‘{text}’ không phải {what[1]} từ {least:g} trở lên",
        )
    return Reason(f"‘{text}’ is not {what[0]}", f"‘{text}’ không phải {what[1]}")
