"""A figure as a file: SVG that explains itself, CSV and XLSX with every digit."""

import io
from html import escape

import polars as pl
import xlsxwriter
from django.utils.translation import gettext as _

from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.scope import Scope
from banyan.science.files import disarm_formulas

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


def write_file(figure: Figure, kind: str, scope: Scope, address: str) -> tuple[bytes, str] | None:
    """Return content and type, or None for a kind we do not make or a figure that has no picture."""
    lines = [(_("Hình"), f"{figure.topic}. {figure.finding}"), *scope.state(), (_("Địa chỉ"), address)]
    if kind == "csv":
        return write_csv(figure.frame, lines), CSV
    if kind == "xlsx":
        return write_workbook(figure.frame, lines), XLSX
    if kind == "svg" and figure.draw:
        return write_svg(figure.draw(), figure, lines), "image/svg+xml"
    return None


def write_csv(frame: pl.DataFrame, lines: list[tuple[str, str]] | None = None) -> bytes:
    """Write a table with the point as decimal sign; `lines` stand before it, each behind a #.

    With them the file begins with a byte-order mark, so that spreadsheets read Vietnamese as it is.
    """
    if not lines:
        return disarm_formulas(frame).write_csv().encode()
    preamble = "".join(f"# {label}: {' '.join(value.split())}\n" for label, value in lines)
    return f"\ufeff{preamble}{disarm_formulas(frame).write_csv()}".encode()


def write_workbook(frame: pl.DataFrame, lines: list[tuple[str, str]]) -> bytes:
    """Write the table on one sheet, and scope, method and versions on a second."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "nan_inf_to_errors": True,
        },
    ) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Số liệu"))
        sheet.write_row(0, 0, frame.columns, bold)
        for number, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        about = book.add_worksheet(_("Về bảng này"))
        about.set_column(0, 0, 22)
        about.set_column(1, 1, 110)
        for number, (label, value) in enumerate(lines):
            about.write_string(number, 0, label, bold)
            about.write_string(number, 1, value)
    return buffer.getvalue()


def write_svg(svg: str, figure: Figure, lines: list[tuple[str, str]]) -> bytes:
    """Give the picture a title, a description and a white ground, so that it stands alone."""
    said = "\n".join(f"{label}: {value}" for label, value in lines)
    head = f"<title>{escape(figure.finding)}</title><desc>{escape(said)}</desc>"
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>'
    opened = svg.index(">") + 1
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + svg[:opened] + head + ground + svg[opened:]).encode()
