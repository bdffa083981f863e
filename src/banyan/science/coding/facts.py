"""What a case file states, as facts that the rules can be asked of."""

from functools import cache

import polars as pl

from banyan.science.coding.basis import BASIS_CODES, FROM_EITHER, FROM_ENCR2022, FROM_IARC
from banyan.science.coding.codes import Edition
from banyan.science.coding.columns import (
    RAW,
    clean_number,
    clean_text,
    read_tumour,
    read_values,
    take_texts,
    translate,
)
from banyan.science.coding.dates import read_dates
from banyan.science.coding.iccc3 import join_iccc3
from banyan.science.coding.reading import BEHAVIOURS, HISTOLOGIES, SUBSITES, match_subsites, read_rows

DATES = ("birth_date", "incidence_date", "last_contact_date", "death_date")
CODES = ("sex", "topography", "morphology", "behaviour")
OLDEST = 120
UNKNOWN_AGE = "999"
SIDES = {
    "0": ("0", "N", "NONE"),
    "1": ("1", "R", "RIGHT", "PHẢI"),
    "2": ("2", "L", "LEFT", "TRÁI"),
    "3": ("3",),
    "4": ("4", "B", "BILATERAL", "HAI BÊN"),
    "5": ("5", "MIDLINE"),
    "9": ("9", "U", "UNKNOWN", "KHÔNG RÕ"),
}
GRADES = pl.Enum([str(grade) for grade in range(1, 10)])
STAGES = pl.Enum(["0", "1", "2", "3", "4"])
CATEGORIES = pl.Enum(["0", "1", "2", "3", "4", "IS", "A"])
YES = ("1", "TRUE", "YES", "Y", "CÓ")
STAGE = r"^(?:STAGE |GIAI ĐOẠN |GĐ )?(IV|I{1,3}|[0-4])(?:[A-E][0-9]?|IS)?$"
ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}


def read_facts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the facts of each case, a line per case, in the order of the file.

    A fact that is not stated, or that cannot be read, is null; for the latter a column
    ``…_unknown`` is true beside it.
    """
    facts = pl.concat(
        [
            join_iccc3(read_tumour(frame)),
            _read_empty(frame),
            _read_age(frame),
            _read_basis(frame),
            _read_details(frame),
            *(_read_date(frame, name) for name in DATES),
        ],
        how="horizontal",
    )
    return facts.hstack([_look_up_sites(facts), *_look_up_pairs(facts)])


def _read_empty(frame: pl.DataFrame) -> pl.DataFrame:
    """Tell of each code whether it is empty, and whether that is an empty cell of a column that exists."""
    empty = pl.DataFrame(
        [
            read_values(take_texts(frame, name), empty=clean_text(RAW).is_null())["empty"].alias(
                f"{name}_empty"
            )
            for name in CODES
        ]
    )
    present = [pl.lit(name in frame.columns) & pl.col(f"{name}_empty") for name in CODES]
    return empty.with_columns(
        **{f"{name}_missing": missing for name, missing in zip(CODES, present, strict=True)}
    )


def _read_age(frame: pl.DataFrame) -> pl.DataFrame:
    text = clean_number(RAW)
    years = text.cast(pl.Int16, strict=False)
    age = pl.when(years.is_between(0, OLDEST)).then(years)
    bad = text.is_not_null() & age.is_null() & (text != UNKNOWN_AGE)
    missing = pl.lit("age" in frame.columns) & age.is_null() & ~bad
    return read_values(take_texts(frame, "age"), age=age, age_unknown=bad, age_missing=missing)


def _read_basis(frame: pl.DataFrame) -> pl.DataFrame:
    """Read the basis by the scheme of each line; with none stated, by the two together."""
    text = clean_number(RAW)
    schemes = {"iarc": FROM_IARC, "encr2022": FROM_ENCR2022, "either": FROM_EITHER}
    codes = {
        name: translate(text, _spell(scheme)).cast(pl.Enum(BASIS_CODES)) for name, scheme in schemes.items()
    }
    values = read_values(take_texts(frame, "basis"), **codes, stated=text.is_not_null())
    scheme = read_values(take_texts(frame, "basis_scheme"), scheme=clean_text(RAW).fill_null(""))
    chosen = (
        pl.when(pl.col("scheme") == "IARC").then("iarc").when(pl.col("scheme") == "ENCR2022").then("encr2022")
    )
    basis = values.with_columns(scheme["scheme"]).select("stated", basis=chosen.otherwise("either"))
    return basis.select("basis", basis_unknown=pl.col("stated") & pl.col("basis").is_null())


def _spell(scheme: dict[str, str]) -> dict[str, tuple[str, ...]]:
    return {
        code: tuple(text for text, meant in scheme.items() if meant == code) for code in set(scheme.values())
    }


def _read_details(frame: pl.DataFrame) -> pl.DataFrame:
    """Read grade, side, stage, TNM and the mark of a certificate-only case."""
    number, text = clean_number(RAW), clean_text(RAW)
    grade = number.cast(GRADES, strict=False)
    side = translate(number, SIDES).cast(pl.Enum(list(SIDES)))
    columns = [
        read_values(take_texts(frame, "grade"), grade=grade, grade_unknown=_is_bad(number, grade)),
        read_values(
            take_texts(frame, "laterality"), laterality=side, laterality_unknown=_is_bad(number, side)
        ),
        read_values(take_texts(frame, "stage"), stage=text.str.extract(STAGE).replace(ROMAN).cast(STAGES)),
        read_values(take_texts(frame, "dco"), dco=text.is_in(YES).fill_null(value=False)),
        *(read_values(take_texts(frame, name), **{name: _read_category(text, name)}) for name in "tnm"),
    ]
    return pl.concat(columns, how="horizontal")


def _is_bad(text: pl.Expr, value: pl.Expr) -> pl.Expr:
    return text.is_not_null() & value.is_null()


def _read_category(text: pl.Expr, letter: str) -> pl.Expr:
    """Return the category behind the letter: ``pT2a`` is 2, ``Tis`` is IS; X, 9 and 99 are unknown."""
    bare = text.str.replace(r"^[CPYRA]{0,3}" + letter.upper(), "")
    return bare.str.extract(r"^(IS|A|[0-4])(?:$|[^0-9])").cast(CATEGORIES)


def _read_date(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    column = frame[name] if name in frame.columns else take_texts(frame, name)
    return read_dates(column).select(
        pl.col("first").alias(f"{name}_first"),
        pl.col("last").alias(f"{name}_last"),
        pl.col("precision").alias(f"{name}_precision"),
        pl.col("bad").alias(f"{name}_unknown"),
    )


def _look_up_sites(facts: pl.DataFrame) -> pl.Series:
    """Tell where a site is none of those of the family of the histology."""
    families = facts.select("parent", "subsite").join(
        _tabulate_families(), on="parent", how="left", maintain_order="left"
    )
    outside = families.join(_tabulate_outside(), on=["family", "subsite"], how="left", maintain_order="left")
    return outside["outside"].fill_null(value=False).alias("outside_family")


def _look_up_pairs(facts: pl.DataFrame) -> pl.DataFrame:
    """Tell whether the edition lists the histology, and the histology with this behaviour."""
    listed = (
        facts.select("edition", "histology", "parent", "behaviour")
        .join(_tabulate_histologies(), on="parent", how="left", maintain_order="left")
        .join(_tabulate_pairs(), on=["parent", "behaviour"], how="left", maintain_order="left")
    )
    is_4 = pl.col("edition") == Edition.ICDO4.value
    is_32 = pl.col("edition") == Edition.ICDO32.value
    return listed.select(
        histology_valid=pl.when(is_4)
        .then(pl.col("histology").is_not_null())
        .when(is_32)
        .then("in_32")
        .otherwise("in_31")
        .fill_null(value=False),
        pair_listed=pl.when(is_4)
        .then(pl.lit(value=True))
        .when(is_32)
        .then("pair_in_32")
        .otherwise("pair_in_31")
        .fill_null(value=False),
    )


@cache
def list_families() -> dict[str, tuple[str, ...]]:
    """Return the histologies of each family of the site checks."""
    families: dict[str, tuple[str, ...]] = {}
    for row in read_rows("morphology"):
        families[row["family"]] = (*families.get(row["family"], ()), row["histology"])
    return families


@cache
def _tabulate_families() -> pl.DataFrame:
    rows = [(row["histology"], int(row["family"])) for row in read_rows("morphology") if row["family"]]
    return pl.DataFrame(rows, {"parent": HISTOLOGIES, "family": pl.UInt8}, orient="row")


@cache
def _tabulate_outside() -> pl.DataFrame:
    """Return the sites at which a family is unusual: family, subsite, outside."""
    rows = [
        (int(row["family"]), subsite, True)
        for row in read_rows("families")
        for listed in [set(match_subsites(row["topography"]))]
        for subsite in match_subsites("*")
        if (subsite in listed) is (row["rule"] == "never")
    ]
    return pl.DataFrame(rows, {"family": pl.UInt8, "subsite": SUBSITES, "outside": pl.Boolean}, orient="row")


@cache
def _tabulate_histologies() -> pl.DataFrame:
    rows = [(row["histology"], row["icdo31"] != "", row["icdo32"] != "") for row in read_rows("morphology")]
    return pl.DataFrame(rows, {"parent": HISTOLOGIES, "in_31": pl.Boolean, "in_32": pl.Boolean}, orient="row")


@cache
def _tabulate_pairs() -> pl.DataFrame:
    rows = [
        (row["histology"], behaviour, behaviour in row["icdo31"], behaviour in row["icdo32"])
        for row in read_rows("morphology")
        for behaviour in BEHAVIOURS.categories
    ]
    flags = {"pair_in_31": pl.Boolean, "pair_in_32": pl.Boolean}
    return pl.DataFrame(rows, {"parent": HISTOLOGIES, "behaviour": BEHAVIOURS, **flags}, orient="row")
