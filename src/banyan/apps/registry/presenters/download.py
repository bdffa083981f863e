"""Refused rows with their reasons, as a file that the sender can work on; made a piece at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from tempfile import TemporaryFile
from typing import IO, cast

import polars as pl
from django.utils.translation import gettext

from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.presenters.labels import label_field, pick_language
from banyan.science.files import disarm_formulas

AT_A_TIME = 2_000
# rows of a sheet, the header taken off
MOST_ON_SHEET = 1_048_575


def tabulate_refused(batch: Batch, rows: Iterable[HeldRow]) -> Iterator[pl.DataFrame]:
    """Give the rows as the file had them, with line, column at fault and reason in front; one table at least."""
    line, column, why = name_columns(batch)
    schema = {line: pl.Int64, column: pl.String, why: pl.String} | dict.fromkeys(batch.columns, pl.String)
    yield pl.DataFrame(schema=schema)
    left = iter(rows)
    while some := list(islice(left, AT_A_TIME)):
        cells = []
        for row in some:
            fields = "; ".join(dict.fromkeys(label_field(reason["field"]) for reason in row.reasons))
            reasons = " ".join(pick_language(reason["vi"], reason["en"]) for reason in row.reasons)
            raw = {name: row.raw.get(name) or "" for name in batch.columns}
            cells.append({line: row.line, column: fields, why: reasons, **raw})
        yield pl.DataFrame(cells, schema=schema)


def name_columns(batch: Batch) -> tuple[str, ...]:
    """Return the names of our columns, marked where the file has one of that name."""
    ours = (gettext("Dòng"), gettext("Ô"), gettext("Vì sao không nhận"))
    return tuple(f"{name} (Banyan)" if name in batch.columns else name for name in ours)


def write_csv(tables: Iterable[pl.DataFrame]) -> Iterator[bytes]:
    """Give CSV that spreadsheets read as UTF-8; no cell can be taken for a formula."""
    yield "\ufeff".encode()
    for number, table in enumerate(tables):
        yield disarm_formulas(table).write_csv(include_header=number == 0).encode()


def write_xlsx(tables: Iterable[pl.DataFrame]) -> IO[bytes]:
    """Write a workbook, text as text, further sheets where one is full; return it open at its beginning."""
    from xlsxwriter import Workbook  # noqa: PLC0415 -- slow import, only with workbooks

    file = cast("IO[bytes]", TemporaryFile())  # noqa: SIM115 -- the answer closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        sheet, at = book.add_worksheet(), 0
        header: list[str] = []
        for table in tables:
            if not header:
                header = disarm_formulas(table).columns
                sheet.write_row(0, 0, header)
            for row in disarm_formulas(table).iter_rows():
                if at == MOST_ON_SHEET:
                    sheet, at = book.add_worksheet(), 0
                    sheet.write_row(0, 0, header)
                at += 1
                sheet.write_row(at, 0, row)
    file.seek(0)
    return file
