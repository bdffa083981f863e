"""The columns of a case file, read into one form: C50.4, 8500, 3, sex 1/2/9, age in years.

A file of a million cases holds a few hundred different texts in a column; each is read once.
What cannot be read becomes null; the checks see the raw text beside it and say so.
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
from banyan.science.coding.reading import BEHAVIOURS, HISTOLOGIES, SUBSITES

SEXES = {
    "1": ("1", "M", "MALE", "NAM"),
    "2": ("2", "F", "FEMALE", "NỮ", "NU"),
    "9": ("9", "U", "UNKNOWN", "KHÔNG RÕ"),
}
SEX = pl.Enum(["1", "2", "9"])
EDITIONS = pl.Enum([edition.value for edition in Edition])
RAW = pl.col("raw")
MARK = "ICD-O-4|"
TOPOGRAPHY_FORM_4 = r"^C[0-9]{2}\.[0-9][0-9A-Z]?$"


def take_texts(frame: pl.DataFrame, name: str) -> pl.Series:
    """Return a column as text; numbers as a person would type them, an absent column as nulls."""
    if name not in frame.columns:
        return pl.Series(name, [None], pl.String).new_from_index(0, frame.height)
    column = frame[name]
    if column.dtype.is_float():
        whole = (column == column.round()).fill_null(value=True).all()
        column = column.cast(pl.Int64) if whole else column
    if column.dtype.is_integer() and name == "topography":
        return column.cast(pl.String).str.zfill(3)  # a spreadsheet drops the zero of 021
    return column.cast(pl.String)


def clean_text(column: pl.Expr) -> pl.Expr:
    """Return text without blanks around it and in capitals; empty is null."""
    text = column.str.strip_chars().str.to_uppercase()
    return pl.when(text != "").then(text)


def clean_number(column: pl.Expr) -> pl.Expr:
    """Return a code that a spreadsheet may have turned into 1.0."""
    return clean_text(column).str.replace(r"^([0-9]+)\.0+$", "$1")


def read_values(column: pl.Series, **reads: pl.Expr) -> pl.DataFrame:
    """Read each different text of a column once; the expressions start from `RAW`."""
    return spread(column, column.unique().rename("raw").to_frame().select("raw", **reads))


def spread(column: pl.Series, read: pl.DataFrame) -> pl.DataFrame:
    """Give each line of a column what was read of its text (the column ``raw``)."""
    if read.height == 1:  # an absent column, or a year of one edition
        return pl.DataFrame([values.new_from_index(0, len(column)) for values in read.drop("raw")])
    raw = column.rename("raw").to_frame()
    return raw.join(read, on="raw", how="left", maintain_order="left", nulls_equal=True).drop("raw")


def translate(column: pl.Expr, spellings: Mapping[str, tuple[str, ...]]) -> pl.Expr:
    """Return the code that each spelling stands for, or null."""
    pairs = {spelling: code for code, words in spellings.items() for spelling in words}
    return column.replace_strict(pairs, default=None, return_dtype=pl.String)


def read_sex(frame: pl.DataFrame) -> pl.Series:
    """Return the sex as 1, 2 or 9, null where it is missing or another text."""
    sex = translate(clean_number(RAW), SEXES).cast(SEX)
    return read_values(take_texts(frame, "sex"), sex=sex)["sex"]


def read_edition(frame: pl.DataFrame) -> pl.Series:
    """Return the edition: 3.2 where none is stated, null where it is not one we know."""
    text = clean_text(RAW).str.replace(r"^ICD-?O-?", "").str.replace(r"^([34])\.0$", "$1")
    stated = text.fill_null(Edition.ICDO32.value).cast(EDITIONS, strict=False)
    return read_values(take_texts(frame, "edition"), edition=stated)["edition"]


def mark_editions(column: pl.Series, is_4: pl.Series) -> pl.Series:
    """Put a mark before each text coded in ICD-O-4, so that one reading serves both forms."""
    if not is_4.any():
        return column
    marked = pl.when("is_4").then(pl.lit(MARK) + RAW).otherwise(RAW)
    return pl.DataFrame({"raw": column, "is_4": is_4}).select(raw=marked)["raw"]


def read_topography(column: pl.Series, is_4: pl.Series) -> pl.DataFrame:
    """Return ``topography`` (text of its edition), ``subsite`` (the code of ICD-O-3) and ``site_valid``.

    Text of another form stays as it is in ``topography``.
    """
    text = clean_text(RAW)
    four = text.str.starts_with(MARK)
    bare = text.str.strip_prefix(MARK)
    code = (
        pl.when(four)
        .then(bare.str.replace(TOPOGRAPHY_INPUT_4, "C${1}.${2}"))
        .otherwise(bare.str.replace(TOPOGRAPHY_INPUT, "C${1}.${2}"))
    )
    subsite = pl.when(four).then(code.str.slice(0, 5)).otherwise(code).cast(SUBSITES, strict=False)
    valid = pl.when(four).then(code.str.contains(TOPOGRAPHY_FORM_4)).otherwise(subsite.is_not_null())
    return read_values(mark_editions(column, is_4), topography=code, subsite=subsite, site_valid=valid)


def read_morphology(column: pl.Series, is_4: pl.Series) -> pl.DataFrame:
    """Return ``histology`` (text of its edition), ``parent`` (the code of ICD-O-3) and ``written``.

    ``written`` is the behaviour behind the slash, ``written_text`` whatever stands there.
    ``histology`` is null for text of another form.
    """
    text = clean_text(RAW)
    four = text.str.starts_with(MARK)
    bare = text.str.strip_prefix(MARK)
    parts = [
        pl.when(four)
        .then(bare.str.extract(MORPHOLOGY_INPUT_4, group))
        .otherwise(bare.str.extract(MORPHOLOGY_INPUT, group))
        for group in (1, 2)
    ]
    parent = parts[0].str.slice(0, 4).cast(HISTOLOGIES, strict=False)
    return read_values(
        mark_editions(column, is_4),
        histology=parts[0],
        parent=parent,
        written=parts[1].cast(BEHAVIOURS, strict=False),
        written_text=parts[1],
    )


def read_tumour(frame: pl.DataFrame) -> pl.DataFrame:
    """Return sex, edition, site and morphology in one form, a line per case.

    Returns
    -------
    polars.DataFrame
        ``sex``, ``edition``, ``topography``, ``subsite``, ``site_valid``, ``histology``, ``parent``,
        ``written`` (behaviour behind the slash; ``written_text`` whatever stands there), ``stated``
        (behaviour in its own column) and ``behaviour`` (the stated one, or else the written one).
        ``subsite`` and ``parent`` are the codes of ICD-O-3 that a code of ICD-O-4 refines:
        conversions and checks are written for these.
    """
    edition = read_edition(frame)
    is_4 = (edition == Edition.ICDO4.value).fill_null(value=False)
    site = read_topography(take_texts(frame, "topography"), is_4)
    morphology = read_morphology(take_texts(frame, "morphology"), is_4)
    stated = clean_number(RAW).str.strip_prefix("/").cast(BEHAVIOURS, strict=False)
    behaviour = read_values(take_texts(frame, "behaviour"), stated=stated)
    return pl.DataFrame(
        [
            read_sex(frame),
            edition,
            *site,
            *morphology,
            behaviour["stated"],
            behaviour["stated"].fill_null(morphology["written"]).alias("behaviour"),
        ]
    )
