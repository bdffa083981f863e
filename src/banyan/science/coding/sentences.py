"""The sentence of a finding, which names the facts that clash."""

import re
from collections.abc import Callable
from typing import Literal

import polars as pl

from banyan.science.coding.columns import RAW, read_values
from banyan.science.coding.facts import DATES
from banyan.science.coding.names import morphology_name, topography_name

Language = Literal["vi", "en"]

SEX_WORDS: dict[Language, dict[str, str]] = {
    "vi": {"1": "nam giới", "2": "nữ giới", "9": "người không rõ giới tính"},
    "en": {"1": "male", "2": "female", "9": "person of unknown sex"},
}
PLACE = re.compile(r"\{(\w+)\}")


def write_sentences(template: str, cases: pl.DataFrame, language: Language) -> pl.Series:
    """Fill in a template for each case.

    Parameters
    ----------
    template
        A sentence with facts in braces: ``{site} in a {sex}``.
    cases
        The facts of the cases, with the text of the file beside them in columns ``raw_…``.
    """
    names = PLACE.findall(template)
    if not names:
        return pl.Series("sentence", [template], pl.String).new_from_index(0, cases.height)
    values = pl.DataFrame([_write_fact(name, cases, language).alias(name) for name in dict.fromkeys(names)])
    return values.select(sentence=pl.format(PLACE.sub("{}", template), *names))["sentence"]


def _write_fact(name: str, facts: pl.DataFrame, language: Language) -> pl.Series:
    if name.startswith("raw_"):
        return facts[name].fill_null("").str.strip_chars()
    if name in DATES:
        return _write_date(facts, name)
    if name in WRITERS:
        return WRITERS[name](facts, language)
    return facts[name].cast(pl.String).fill_null("?")


def _write_date(facts: pl.DataFrame, name: str) -> pl.Series:
    """Write 07/05/2019, 05/2019 or 2019: what is known of the date."""
    first, precision = pl.col(f"{name}_first"), pl.col(f"{name}_precision")
    text = (
        pl.when(precision == "day")
        .then(first.dt.strftime("%d/%m/%Y"))
        .when(precision == "month")
        .then(first.dt.strftime("%m/%Y"))
        .otherwise(first.dt.strftime("%Y"))
    )
    return facts.select(text=text.fill_null("?"))["text"]


def _write_site(facts: pl.DataFrame, language: Language) -> pl.Series:
    return _name_codes(facts["topography"], lambda code: f"{_name_site(code, language)} ({code})")


def _write_site_inside(facts: pl.DataFrame, language: Language) -> pl.Series:
    """Write the site as it stands inside a sentence."""
    return _name_codes(facts["topography"], lambda code: f"{_lower(_name_site(code, language))} ({code})")


def _name_site(code: str, language: Language) -> str:
    """Name a subsite; an unspecified one by its heading, which is the shorter name of the same."""
    return topography_name(code[:3] if code.endswith(".9") else code, language)


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


def _write_code(facts: pl.DataFrame, _: Language) -> pl.Series:
    return facts.select(code=_code())["code"]


def _code() -> pl.Expr:
    behind = (
        pl.when(pl.col("behaviour").is_null())
        .then(pl.lit(""))
        .otherwise("/" + pl.col("behaviour").cast(pl.String))
    )
    return pl.concat_str(pl.col("histology").fill_null("?"), behind)


def _write_histology(facts: pl.DataFrame, language: Language) -> pl.Series:
    return _name_codes(
        _write_code(facts, language), lambda code: f"{morphology_name(code, language)} ({code})"
    )


def _write_sex(facts: pl.DataFrame, language: Language) -> pl.Series:
    return facts["sex"].cast(pl.String).replace(SEX_WORDS[language])


def _name_codes(codes: pl.Series, name: Callable[[str], str]) -> pl.Series:
    """Name each different code once."""
    different = codes.unique().drop_nulls()
    names = pl.Series([name(code) for code in different], dtype=pl.String)
    return read_values(codes, named=RAW.replace_strict(different, names, default="?"))["named"]


Writer = Callable[[pl.DataFrame, Language], pl.Series]
WRITERS: dict[str, Writer] = {
    "site": _write_site,
    "at_site": _write_site_inside,
    "histology": _write_histology,
    "code": _write_code,
    "sex": _write_sex,
}
