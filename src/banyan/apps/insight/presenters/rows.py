"""Rows without identity, as a page and as a file."""

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import NONE, format_figure
from banyan.apps.insight.choices import SexAsked
from banyan.apps.insight.presenters.age import name_age
from banyan.apps.insight.presenters.file import CSV, XLSX, write_csv, write_workbook
from banyan.apps.insight.presenters.quality import name_site
from banyan.apps.insight.presenters.scope import speaks
from banyan.apps.insight.queries.register import Register
from banyan.apps.insight.queries.rows import ALIKE, FEWEST_ALIKE, WHOLE_CITY, Extract

PREVIEW = 20
LARGEST_WORKBOOK = 20_000  # rows; a larger one keeps its reader waiting


def show_extract(extract: Extract) -> list[Answer]:
    """Say how many rows there are, how many are alike at the least, and what became of the others."""
    return [
        Answer(label=_("Số dòng"), value=format_figure(extract.rows.height)),
        Answer(
            label=_("Ít nhất bao nhiêu dòng giống nhau"),
            value=format_figure(extract.fewest),
            interval=_("đòi hỏi từ %(count)s") % {"count": FEWEST_ALIKE},
        ),
        Answer(label=_("Nói rộng hơn (năm, nơi ở)"), value=format_figure(extract.widened)),
        Answer(label=_("Giữ lại vì khác số đông"), value=format_figure(extract.held)),
    ]


def preview_rows(extract: Extract) -> DataTable:
    columns = [(words, False) for words in name_columns().values()]
    rows = [write_row(row) for row in extract.rows.head(PREVIEW).iter_rows(named=True)]
    return DataTable(title=_("%(count)s dòng đầu") % {"count": len(rows)}, columns=columns, rows=rows)


def name_columns() -> dict[str, str]:
    return {
        "key": _("Khóa"),
        "sex": _("Giới"),
        "age_group": _("Tuổi"),
        "year": _("Năm"),
        "place": _("Nơi cư trú"),
        "site": _("Vị trí u"),
        "topography": _("Vị trí ICD-O"),
        "morphology": _("Hình thái"),
        "basis": _("Cơ sở chẩn đoán"),
        "stage": _("Giai đoạn"),
        "dead": _("Sống còn"),
        "months": _("Tháng theo dõi"),
    }


def write_row(row: dict[str, object]) -> list[str]:
    words: dict[str, object] = {
        **row,
        "sex": dict(SexAsked.choices).get(str(row["sex"]), NONE),
        "age_group": NONE if row["age_group"] is None else name_age(int(str(row["age_group"]))),
        "place": _("Toàn thành phố") if row["place"] == WHOLE_CITY else row["place"],
        "site": NONE if row["site"] is None else name_site(str(row["site"]), speaks()),
        "dead": _("đã mất") if row["dead"] else _("còn sống"),
    }
    return [NONE if words[name] in {None, ""} else str(words[name]) for name in row]


def write_rows_file(extract: Extract, register: Register, kind: str) -> tuple[bytes, str] | None:
    lines = [
        (_("Nội dung"), _("Mỗi dòng một ca, không danh tính")),
        (_("Bản dữ liệu"), register.version.fingerprint),
        (_("Giống nhau ở"), ", ".join(ALIKE)),
        (_("Ít nhất bao nhiêu dòng giống nhau"), str(extract.fewest)),
        (_("Không đếm ca từ tệp này"), _("một phần mười số dòng được giữ lại ngẫu nhiên")),
    ]
    if kind == "csv":
        return write_csv(extract.rows, lines), CSV
    if kind == "xlsx" and extract.rows.height <= LARGEST_WORKBOOK:
        return write_workbook(extract.rows.cast({pl.Int64: pl.Int64}), lines), XLSX
    return None
