"""The cells of a file, read into our fields: each column once, what cannot be read with the reason.

A refusal is a row of a frame: row, field, value, rule, vi, en.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from banyan.apps.people.rules import read_citizen_id, read_insurance_number
from banyan.apps.registry.choices import DateStyle
from banyan.apps.registry.rules.dates import DATES, NO_DOUBTS, read_date_column, refuse_doubtful
from banyan.apps.registry.rules.refusing import REFUSALS, refuse_texts
from banyan.apps.registry.rules.values import (
    SIDE_WORDS,
    read_age,
    read_basis,
    read_category,
    read_choice,
    read_name,
    read_stage,
    read_vital_status,
    read_ward,
)
from banyan.science.coding import CodeError, Edition, Morphology, Topography
from banyan.science.files import parse_sex
from banyan.science.linkage.names import fold_name

TEXTS = (
    "record_number",
    "patient_number",
    "source_record",
    "full_name",
    "citizen_id",
    "insurance_number",
    "address",
    "ward_code",
    "topography",
    "morphology",
    "behaviour",
    "grade",
    "laterality",
    "basis",
    "stage",
    "t",
    "n",
    "m",
    "age",
    "vital_status",
)
Reading = Mapping[str, str]
HEADER_AGAIN = (
    "topography",
    None,
    "repeated-header",
    "Đây là dòng tiêu đề lặp lại giữa tệp.",
    "This is the header again, among the rows.",
)
# marks that a file carries unseen: byte order, zero width, and zero, which no database keeps
UNSEEN = "[\ufeff\u200b\u200c\u200d\u2060\u0000]"


@dataclass(frozen=True)
class Read:
    """Rows as we read them: text codes, dates with their precision, and what was refused."""

    frame: pl.DataFrame
    refusals: pl.DataFrame


def read_cells(
    table: pl.DataFrame,
    mapping: Mapping[str, str],
    reading: Reading,
    doubts: Mapping[str, pl.Series] = NO_DOUBTS,
) -> Read:
    """Read the mapped columns of a table of text cells.

    `reading` says how values are written: dates (DateStyle), basis_scheme (iarc, encr2022), edition. `doubts`
    are the texts of each date field that the rest of its column makes doubtful (`find_doubts`).
    """
    cells = compose_dates(compose_names(take_columns(table, mapping)))
    edition = Edition(reading.get("edition") or Edition.ICDO32)
    columns, refusals = split_morphology(cells, edition)
    for name, read in text_readers(reading, edition).items():
        columns[name], refused = read_distinct(cells[name], name, read)
        refusals.append(refused)
    columns["sex"], refused = read_sex_column(cells["sex"])
    refusals.append(refused)
    for name in DATES:
        date, precision, refused = read_date_column(
            cells[name], name, reading.get("dates", DateStyle.WRITTEN)
        )
        columns[name], columns[f"{name.removesuffix('_date')}_precision"] = date, precision
        refusals += [refused, refuse_doubtful(cells[name], name, doubts)]
    frame = pl.DataFrame([column.alias(name) for name, column in columns.items()])
    frame = frame.with_columns(edition=pl.lit(edition.value))
    refused = refuse_headers(table, mapping, pl.concat(refusals))
    return Read(frame, refused.sort("row", maintain_order=True))


def refuse_headers(table: pl.DataFrame, mapping: Mapping[str, str], refusals: pl.DataFrame) -> pl.DataFrame:
    """Give a header that stands again among the rows one reason instead of one for each cell."""
    columns = {column for column in mapping.values() if column in table.columns}
    if not columns:
        return refusals
    same = (
        pl.col(column).str.replace_all(UNSEEN, "").str.strip_chars() == column.strip() for column in columns
    )
    again = table.select(pl.all_horizontal(same).arg_true()).to_series()
    if again.is_empty():
        return refusals
    said = pl.DataFrame({"row": again.cast(pl.UInt32)}).with_columns(
        **{name: pl.lit(text) for name, text in zip(list(REFUSALS)[1:], HEADER_AGAIN, strict=True)}
    )
    return pl.concat([refusals.filter(~pl.col("row").is_in(again.implode())), said.cast(pl.Schema(REFUSALS))])


def take_columns(table: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """Return our fields, each as trimmed text, null where empty or not mapped."""
    wanted = (*TEXTS, *DATES, "sex", "family_name", "middle_name", "given_name", *PARTS)
    columns = []
    for name in wanted:
        their = mapping.get(name, "")
        cell = (
            pl.col(their).cast(pl.String).str.replace_all(UNSEEN, "").str.strip_chars()
            if their in table.columns
            else pl.lit(None, pl.String)
        )
        columns.append(cell.replace("", None).alias(name))
    # a frame of literals alone would have one row
    return table.with_row_index("row").select(pl.col("row"), *columns)


PARTS = ("birth_year", "birth_month", "incidence_year", "incidence_month")


def compose_names(cells: pl.DataFrame) -> pl.DataFrame:
    """Put a name together from its parts, in the Vietnamese order."""
    whole = pl.concat_str("family_name", "middle_name", "given_name", separator=" ", ignore_nulls=True)
    return cells.with_columns(full_name=pl.col("full_name").fill_null(whole.replace("", None)))


def compose_dates(cells: pl.DataFrame) -> pl.DataFrame:
    """Put a date together from year and month columns."""
    return cells.with_columns(
        pl.col(f"{name}_date").fill_null(
            pl.concat_str(f"{name}_year", pl.col(f"{name}_month").fill_null("99").str.zfill(2), pl.lit("99"))
        )
        for name in ("birth", "incidence")
    )


def text_readers(reading: Reading, edition: Edition) -> dict[str, Callable[[str], str]]:
    return {
        "topography": lambda text: Topography.parse(text, edition).code,
        "basis": lambda text: read_basis(text, reading.get("basis_scheme") or "iarc"),
        "full_name": read_name,
        "citizen_id": read_citizen_id,
        "insurance_number": read_insurance_number,
        "grade": lambda text: read_choice(text, "123456789", "độ mô học", "grade"),
        "laterality": lambda text: read_choice(
            SIDE_WORDS.get(fold_name(text), text), "0123459", "bên", "side"
        ),
        "stage": read_stage,
        "t": read_category,
        "n": read_category,
        "m": read_category,
        "vital_status": read_vital_status,
        "age": read_age,
        "ward_code": read_ward,
        "record_number": lambda text: text[:40],
        "patient_number": lambda text: text[:40],
        "source_record": lambda text: text[:40],
        "address": lambda text: text[:200],
    }


def read_distinct(
    column: pl.Series, field: str, read: Callable[[str], str]
) -> tuple[pl.Series, pl.DataFrame]:
    """Read each different text of a column once; a CodeError refuses its rows."""
    texts = column.drop_nulls().unique().to_list()
    values, wrong = {}, {}
    for text in texts:
        try:
            values[text] = read(text)
        except CodeError as error:
            wrong[text] = error
    read_column = column.replace_strict(values, default=None, return_dtype=pl.String)
    return read_column, refuse_texts(column, field, wrong)


def split_morphology(
    cells: pl.DataFrame, edition: Edition
) -> tuple[dict[str, pl.Series], list[pl.DataFrame]]:
    """Read morphology and behaviour together: 8500/3, 85003, or 8500 and 3 apart."""
    both = cells.select(
        pair=pl.when(pl.col("morphology").is_not_null()).then(
            pl.concat_str("morphology", pl.col("behaviour").fill_null(""), separator="\t")
        )
    )["pair"]

    def read(pair: str) -> str:
        text, _, behaviour = pair.partition("\t")
        return str(Morphology.parse(text, behaviour.removesuffix(".0") or None, edition))

    values, wrong = {}, {}
    for pair in both.drop_nulls().unique().to_list():
        try:
            values[pair] = read(pair)
        except CodeError as error:
            wrong[pair] = error
    code = both.replace_strict(values, default=None, return_dtype=pl.String)
    parts = code.str.split_exact("/", 1).struct.unnest()
    refused = refuse_pairs(both, wrong)
    return {"morphology": parts["field_0"], "behaviour": parts["field_1"]}, [refused]


LACKS_BEHAVIOUR = CodeError(
    "Thiếu tính chất u (/0, /1, /2, /3, /6, /9).", "The behaviour is missing (/0, /1, /2, /3, /6, /9)."
)


def refuse_pairs(both: pl.Series, wrong: Mapping[str, CodeError]) -> pl.DataFrame:
    """Say of a refused pair which of the two is at fault, and show the cell as the file has it."""
    refused = refuse_texts(
        both, "morphology", {pair: judge_pair(pair, error) for pair, error in wrong.items()}
    )
    text = pl.col("value").str.split_exact("\t", 1)
    histology, behaviour = text.struct.field("field_0"), text.struct.field("field_1")
    lacks = pl.col("vi") == LACKS_BEHAVIOUR.vi
    at_behaviour = (pl.col("vi").str.contains("tính chất u", literal=True)) & (behaviour != "")
    return refused.with_columns(
        field=pl.when(lacks | at_behaviour).then(pl.lit("behaviour")).otherwise("field"),
        rule=pl.when(lacks)
        .then(pl.lit("missing-behaviour"))
        .when(at_behaviour)
        .then(pl.lit("code-behaviour"))
        .otherwise("rule"),
        value=pl.when(at_behaviour).then(behaviour).otherwise(histology),
    ).select(list(REFUSALS))


def judge_pair(pair: str, error: CodeError) -> CodeError:
    text, _, behaviour = pair.partition("\t")
    return (
        LACKS_BEHAVIOUR if not behaviour and text.isdigit() and len(text) == 4 and "‘’" in error.vi else error
    )


def read_sex_column(column: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    parsed = parse_sex(column)
    wrong = {
        text: CodeError(
            f"‘{text}’ không phải giới tính (1 nam, 2 nữ, 9 không rõ).",
            f"‘{text}’ is not a sex (1 male, 2 female, 9 unknown).",
        )
        for text in column.filter(parsed.wrong).unique().to_list()
    }
    return parsed.values, refuse_texts(column, "sex", wrong)
