"""The columns of a case file, read into one form: C50.4, 8500, 3, sex 1/2/9, age in years.

What cannot be read becomes null here; the checks compare with the raw text and say so.
"""

from collections.abc import Mapping

import polars as pl

from banyan.science.coding.codes import (
    MORPHOLOGY_INPUT,
    MORPHOLOGY_INPUT_4,
    TOPOGRAPHY_INPUT,
    TOPOGRAPHY_INPUT_4,
    Edition,
)

SEXES = {
    "1": ("1", "M", "MALE", "NAM"),
    "2": ("2", "F", "FEMALE", "NỮ", "NU"),
    "9": ("9", "U", "UNKNOWN", "KHÔNG RÕ"),
}
OLDEST = 120
UNKNOWN_AGES = ("999",)


def read_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a column as trimmed upper-case text; empty, or absent from the file, is null."""
    if name not in frame.columns:
        return pl.lit(None, pl.String)
    column = pl.col(name)
    if frame.schema[name].is_float():
        column = (
            pl.when(column == column.round())
            .then(column.cast(pl.Int64).cast(pl.String))
            .otherwise(column.cast(pl.String))
        )
    text = column.cast(pl.String).str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def read_number_text(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return a column of codes that a spreadsheet may have turned into 1.0, 2.0."""
    return read_text(frame, name).str.replace(r"^([0-9]+)\.0+$", "$1")


def translate(column: pl.Expr, spellings: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """Return the code that each spelling stands for, or null."""
    pairs = {spelling: code for code, words in spellings.items() for spelling in words}
    return column.replace_strict(pairs, default=None, return_dtype=pl.String)


def read_edition(frame: pl.DataFrame) -> pl.Expr:
    """Return the edition, 3.2 where none is stated, null where it is not one we know."""
    text = read_text(frame, "edition").str.replace(r"^ICD-?O-?", "").str.replace(r"^([34])\.0$", "$1")
    known = text.is_in([edition.value for edition in Edition])
    return pl.when(text.is_null()).then(pl.lit(Edition.ICDO32.value)).when(known).then(text)


def read_topography(frame: pl.DataFrame) -> pl.Expr:
    """Return the subsite as C50.4; text that has another form stays as it is, and is in no list."""
    text = read_text(frame, "topography")
    if "topography" in frame.columns and frame.schema["topography"].is_integer():
        text = text.str.zfill(3)  # a spreadsheet drops the zero of 021
    four = pl.col("edition") == Edition.ICDO4.value
    plain = text.str.replace(TOPOGRAPHY_INPUT, "C${1}.${2}")
    return pl.when(four).then(text.str.replace(TOPOGRAPHY_INPUT_4, "C${1}.${2}")).otherwise(plain)


def read_histology(frame: pl.DataFrame, group: int = 1) -> pl.Expr:
    """Return the histology (group 1) or the behaviour written behind it (group 2)."""
    text = read_text(frame, "morphology")
    four = pl.col("edition") == Edition.ICDO4.value
    plain = text.str.extract(MORPHOLOGY_INPUT, group)
    return pl.when(four).then(text.str.extract(MORPHOLOGY_INPUT_4, group)).otherwise(plain)


def read_behaviour(frame: pl.DataFrame) -> pl.Expr:
    """Return the behaviour from its own column, or from behind the histology."""
    apart = read_number_text(frame, "behaviour").str.strip_prefix("/")
    return pl.coalesce(apart, read_histology(frame, 2))


def read_age(frame: pl.DataFrame) -> pl.Expr:
    """Return the age in completed years, null where unknown or not a possible age."""
    text = read_number_text(frame, "age")
    years = text.cast(pl.Int32, strict=False)
    return pl.when(years.is_between(0, OLDEST)).then(years)


def read_tumour(frame: pl.DataFrame) -> pl.DataFrame:
    """Return sex, edition, topography, histology and behaviour in one form, a line per case.

    ``subsite`` and ``parent`` are the codes of ICD-O-3 that a code of ICD-O-4 refines; the
    tables of conversions and checks are written for these.
    """
    wide = frame.with_columns(read_edition(frame).alias("edition"))
    return wide.select(
        sex=translate(read_number_text(frame, "sex"), SEXES),
        edition="edition",
        topography=read_topography(frame),
        histology=read_histology(frame),
        behaviour=read_behaviour(frame),
    )
