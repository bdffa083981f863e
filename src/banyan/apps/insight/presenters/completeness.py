"""The part "Đầy đủ" of the quality page: years that stand out, completeness by three methods, and which sources overlap."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import NONE, format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_completeness, say_stability
from banyan.apps.insight.presenters.quality import name_source, say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.completeness import (
    DEATHS,
    FEW,
    FEWEST,
    FLOW_EARLY,
    FLOW_LATE,
    HELD,
    METHODS,
    RECAPTURE,
    SHORT,
    UNFIT,
    UNSOURCED,
    CompletenessAnswer,
)
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.science.burden.chart import draw_points, draw_stability
from banyan.science.burden.chart.palette import COBALT, INK_3, URGENT
from banyan.science.burden.quality import COMPLETE_SOURCE

COLOURS = {"ok": COBALT, "unsure": INK_3, "low": URGENT}


def name_methods() -> dict[str, str]:
    return {
        RECAPTURE: _("Bắt – bắt lại, ba nguồn"),
        DEATHS: _("DCN và tử vong trên mới mắc"),
        FLOW_EARLY: _("Dòng đăng ký, sau 1 năm"),
        FLOW_LATE: _("Dòng đăng ký, sau 5 năm"),
    }


def name_known_sources() -> dict[str, str]:
    return {
        "pathology": _("giải phẫu bệnh"),
        "hospital": _("bệnh viện, bảo hiểm, phòng khám"),
        "death": _("giấy báo tử"),
    }


def explain_lack(lack: str) -> str:
    """Say why a method could not be applied."""
    return {
        HELD: _("không nêu cho người không có quyền xem danh tính"),
        FEW: _("dưới %(count)s ca") % {"count": FEWEST},
        UNSOURCED: _("sổ không có thông báo của đủ ba loại nguồn"),
        UNFIT: _("số liệu không hợp với cách tính này"),
        SHORT: _("theo dõi chưa đủ dài"),
    }[lack]


def explain_unstable(lack: str) -> str:
    return {
        HELD: _("Số ca từng năm bị ẩn với người xem này, nên không xét tính ổn định."),
        FEW: _("Quá ít ca mỗi năm để xét tính ổn định."),
        SHORT: _("Chưa đủ năm trọn vẹn để xét tính ổn định."),
    }[lack]


def write_flag(flag: str | None) -> str:
    words = {
        "ok": _("đạt"),
        "unsure": _("chưa rõ"),
        "low": _("thấp"),
        "high": _("cao"),
    }
    return words[flag] if flag else NONE


def build_completeness(answer: CompletenessAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    yield show_stability(answer, quality, scope)
    yield show_completeness(answer, quality, scope)
    if answer.cells.height:
        yield show_sources(answer, quality, scope)


def show_stability(answer: CompletenessAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Set the cases of each complete year beside what the other years make one expect."""
    years = answer.stability
    finding = explain_unstable(answer.unstable) if answer.unstable else ""
    if not finding:
        low, high = (years.filter(pl.col("flag") == side)["year"].to_list() for side in ("low", "high"))
        finding = say_stability(low, high, years["year"][0], years["year"][-1])
    columns = [
        (_("Năm"), True),
        (_("Ca mới"), True),
        (_("Mong đợi"), True),
        (_("Từ – đến"), True),
        (_("Kết quả"), False),
    ]
    rows = [
        [
            str(row["year"]),
            format_figure(row["cases"]),
            format_figure(row["expected"]),
            format_interval(row["lower"], row["upper"], 0),
            write_flag(row["flag"]) + (" ▲" if row["flag"] in {"low", "high"} else ""),
        ]
        for row in (years if not answer.unstable else years.clear()).iter_rows(named=True)
    ]
    topic = _("Ổn định qua các năm · ca mới")
    draw = partial(draw_stability, years, language=speaks(), label=f"{scope.title}. {topic}. {finding}")
    return Figure(
        slug="stability",
        topic=topic,
        finding=finding,
        label=topic,
        draw=None if answer.unstable else draw,
        frame=years,
        table=DataTable(title=_("Bảng số theo năm"), columns=columns, rows=rows[::-1]),
        method="completeness",
        key=[
            (draw_key("point", COBALT), _("Từng năm")),
            (draw_key("band", COBALT), _("Mong đợi theo các năm khác")),
        ],
        trust=[
            _("Chỉ xét năm trọn vẹn; tính theo tỷ suất thô"),
            _("Parkin, Bray 2009; phép kiểm định và mức 5 % là của phần mềm này"),
            *say_trust(quality, scope),
        ],
        width="w6",
    )


def show_completeness(answer: CompletenessAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Set the methods one below the other; of one that could not be applied the table says why."""
    names, found = name_methods(), {row["method"]: row for row in answer.estimates.to_dicts()}
    topic = _("Tính đầy đủ · %(period)s · %%") % {"period": scope.period}
    estimates = [make_estimate(row) for row in found.values()]
    finding = (
        say_completeness(estimates, answer.least)
        if estimates
        else _("Dữ liệu không cho phép ước lượng tính đầy đủ.")
    )
    columns = [
        (_("Cách ước lượng"), False),
        (_("Đầy đủ"), True),
        (_("KTC 95 %"), True),
        (_("Đích"), True),
        (_("Kết quả"), False),
    ]
    return Figure(
        slug="completeness",
        topic=topic,
        finding=finding,
        label=topic,
        draw=draw_methods(answer, names, f"{scope.title}. {topic}. {finding}") if found else None,
        frame=answer.estimates,
        table=DataTable(
            title=_("Bảng theo cách ước lượng"),
            columns=columns,
            rows=[write_method(names[name], found.get(name), answer, name) for name in METHODS],
        ),
        method="completeness",
        key=[
            (draw_key("point", COBALT), _("Đạt")),
            (draw_key("point", INK_3), _("Chưa rõ")),
            (draw_key("point", URGENT), _("Thấp")),
        ],
        trust=[*say_shortcomings(answer), *say_trust(quality, scope)],
        width="w6",
        table_open=True,
    )


def make_estimate(row: dict[str, Any]) -> Estimate:
    return Estimate(row["completeness"], row["completeness_lower"], row["completeness_upper"])


def draw_methods(answer: CompletenessAnswer, names: dict[str, str], label: str) -> Any:
    rows = answer.estimates.select(
        name=pl.col("method").replace_strict(names, return_dtype=pl.String),
        value="completeness",
        lower="completeness_lower",
        upper="completeness_upper",
        text=pl.col("completeness").map_elements(
            lambda value: format_percent(value, 0), return_dtype=pl.String
        ),
        colour=pl.col("flag").replace_strict(COLOURS, default=INK_3, return_dtype=pl.String),
    )
    target = _("đích %(target)s") % {"target": f"≥ {format_percent(answer.least, 0)}"}
    return partial(draw_points, rows, answer.least, target, language=speaks(), label=label)


def write_method(name: str, row: dict[str, Any] | None, answer: CompletenessAnswer, key: str) -> list[str]:
    target = f"≥ {format_percent(answer.least, 0)}"
    if row is None:
        return [name, NONE, NONE, target, explain_lack(answer.lacks.get(key, UNFIT))]
    share = format_percent(row["completeness"], 0)
    limits = format_interval(row["completeness_lower"], row["completeness_upper"], 0)
    return [name, share, limits, target, write_flag(row["flag"])]


def say_shortcomings(answer: CompletenessAnswer) -> list[str]:
    """Say what every method supposes, and what was left out."""
    lines = [
        _("Nguồn của đích: %(source)s") % {"source": name_source(COMPLETE_SOURCE)},
        _("Các nguồn được coi là không báo cho nhau; nếu có, số thật thấp hơn"),
        _("Tử vong là giấy báo tử có ung thư mà sổ nhận được, không phải thống kê tử vong độc lập"),
    ]
    if answer.unsourced:
        lines.append(
            _("%(count)s ca không có thông báo nào, không tính") % {"count": format_figure(answer.unsourced)}
        )
    return lines


def show_sources(answer: CompletenessAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Count the cases by which sources know them: what capture-recapture is worked out from."""
    names = name_known_sources()
    rows = [
        [
            " + ".join(name for name, seen in zip(names.values(), history, strict=True) if seen == "1"),
            format_figure(cases),
        ]
        for history, cases in answer.cells.sort("cases", descending=True).iter_rows()
    ]
    recaptured = answer.estimates.filter(method=RECAPTURE).to_dicts()
    total = int(answer.cells["cases"].sum())
    finding = _("%(count)s ca được ít nhất một nguồn báo.") % {"count": format_figure(total)}
    if recaptured:
        row = recaptured[0]
        words = {
            "count": format_figure(total),
            "estimate": format_figure(row["estimate"]),
            "limits": format_interval(row["lower"], row["upper"], 0),
        }
        finding = _("Các nguồn báo %(count)s ca; ước lượng có %(estimate)s ca (%(limits)s).") % words
    topic = _("Ca theo nguồn báo · %(period)s") % {"period": scope.period}
    return Figure(
        slug="sources",
        topic=topic,
        finding=finding,
        label=topic,
        draw=None,
        frame=answer.cells,
        table=DataTable(
            title=_("Bảng theo nguồn báo"),
            columns=[(_("Nguồn biết ca"), False), (_("Ca mới"), True)],
            rows=rows,
        ),
        method="completeness",
        trust=[
            *(say_model(row["model"]) for row in recaptured),
            *say_trust(quality, scope),
        ],
        table_open=True,
    )


def say_model(model: str) -> str:
    """Write a model in the words of its sources: which pairs of them depend on each other."""
    names = name_known_sources()
    pairs = [pair.split("*") for pair in model.split(" + ")] if "*" in model else []
    if not pairs:
        return _("Mô hình: các nguồn độc lập")
    words = "; ".join(" × ".join(names[each] for each in pair) for pair in pairs)
    return _("Mô hình có phụ thuộc: %(pairs)s") % {"pairs": words}
