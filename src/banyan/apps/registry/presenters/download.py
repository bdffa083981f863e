"""Refused rows with their reasons, as a file that the sender can work on."""

import io
from collections.abc import Iterable

import polars as pl
from django.utils.translation import gettext

from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.presenters.labels import label_field, pick_language

# a spreadsheet would run a cell that begins so
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tabulate_refused(batch: Batch, rows: Iterable[HeldRow]) -> pl.DataFrame:
    """Return the rows as the file had them, with line, column at fault and reason in front."""
    line, column, why = gettext("Dòng"), gettext("Ô"), gettext("Vì sao không nhận")
    cells = []
    for row in rows:
        fields = "; ".join(dict.fromkeys(label_field(reason["field"]) for reason in row.reasons))
        reasons = " ".join(pick_language(reason["vi"], reason["en"]) for reason in row.reasons)
        raw = {name: row.raw.get(name) or "" for name in batch.columns}
        cells.append({line: row.line, column: fields, why: reasons, **raw})
    schema = {line: pl.Int64, column: pl.String, why: pl.String} | dict.fromkeys(batch.columns, pl.String)
    return pl.DataFrame(cells, schema=schema)


def write_csv(table: pl.DataFrame) -> bytes:
    """Write CSV that spreadsheets read as UTF-8; no cell can be taken for a formula."""
    safe = table.with_columns(
        pl.when(
            pl.col(pl.String).str.head(1).is_in(FORMULA)
            & ~pl.col(pl.String).str.contains(r"^-?\d+([.,]\d+)?$")
        )
        .then(pl.lit("'") + pl.col(pl.String))
        .otherwise(pl.col(pl.String))
        .name.keep()
    )
    return "\ufeff".encode() + safe.write_csv().encode()


def write_xlsx(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_excel(buffer, worksheet="refused", autofit=True)
    return buffer.getvalue()
