from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable, QualityMeasure, QualityStrip
from banyan.apps.core.rules.figures import format_figure, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import say_measure, say_quality, say_unjudged
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.quality import (
    FEWEST_CASES,
    HELD,
    UNGRADED,
    QualityAnswer,
    can_be_staged,
    missed_targets,
)
from banyan.apps.insight.queries.question import find_site
from banyan.apps.insight.queries.trend import mark_provisional
from banyan.apps.insight.rules import FEWEST_FOR_RATE, TARGETS
from banyan.science.burden.chart import draw_trend
from banyan.science.burden.chart.palette import COBALT
from banyan.science.burden.quality import OWN

# The end of each bar in the strip: past it a bar is simply full.
FULL = {"mv": 100.0, "dco": 10.0, "unknown_stage": 40.0, "unknown_age": 4.0, "sources": 4.0}


def name_measures() -> dict[str, str]:
    return {
        "mv": _("Có mô bệnh học"),
        "dco": _("Chỉ giấy báo tử"),
        "unknown_stage": _("Không rõ giai đoạn"),
        "unknown_age": _("Không rõ tuổi"),
        "sources": _("Nguồn mỗi ca"),
    }


def write_measure(name: str, value: float | None) -> str:
    return format_figure(value, 1) if name == "sources" else format_percent(value, 1)


def write_or_hide(name: str, answer: QualityAnswer) -> str:
    """Write a measure of the whole; "ẩn" where this reader is not told."""
    value = answer.total[name]
    return _("ẩn") if value is None and HELD in answer.total else write_measure(name, value)


def write_target(name: str) -> str:
    """Write ≥ 2, ≤ 5 or 75–99."""
    low, high = (None if end is None else write_limit(end) for end in (TARGETS[name].low, TARGETS[name].high))
    if low and high:
        return f"{low}–{high}"
    return f"≥ {low}" if low else f"≤ {high}"


def write_limit(limit: float) -> str:
    return format_figure(limit, 0 if limit == int(limit) else 1)


def name_source(source: str) -> str:
    """Say whose limit it is; our own are said to be ours in the reader's language."""
    return source.replace(OWN, _("giới hạn làm việc của phần mềm này, chưa có chuẩn công bố"))


def show_strip(answer: QualityAnswer, scope: Scope) -> QualityStrip:
    """Lay out grade, measures and targets; the grade's reasons stand on the quality page."""
    words = {"A": _("tốt"), "B": _("khá"), "C": _("cần xem lại"), "D": _("yếu")}
    words[UNGRADED] = say_ungraded(answer) or _("dưới %(count)s ca, chưa xếp hạng") % {"count": FEWEST_CASES}
    measures = [make_measure(name, label, answer) for name, label in name_measures().items()]
    why = _("Vì sao không là A") if answer.missed else ""
    return QualityStrip(
        grade=answer.grade,
        words=_("Chất lượng: %(words)s") % {"words": words[answer.grade]},
        measures=measures,
        why=why,
        why_address=f"{reverse('figures-quality')}?{scope.question.query()}#targets" if why else "",
    )


def say_ungraded(answer: QualityAnswer) -> str:
    """Say that there is no grade because a measure is hidden from this reader."""
    return _("có chỉ số bị ẩn, không xếp hạng") if answer.total.get("suppressed") is not None else ""


def make_measure(name: str, label: str, answer: QualityAnswer) -> QualityMeasure:
    value, target, full = answer.total[name], TARGETS[name], FULL[name]
    return QualityMeasure(
        label=label,
        value=write_or_hide(name, answer),
        target=write_target(name),
        share=None if value is None else 100 * value / full,
        target_share=100 * target.limit / full,
        missed=name in answer.missed,
    )


def say_trust(answer: QualityAnswer, scope: Scope) -> list[str]:
    """Say under a figure what it may be trusted for: cases of the period, their quality, the version of the data."""
    version = {"date": scope.version_words, "mark": scope.register.version.fingerprint}
    cases = answer.total["cases"]
    return [
        _("Số ca: ẩn") if cases is None else _("%(count)s ca") % {"count": format_figure(cases)},
        say_grade(answer),
        _("Bản dữ liệu %(date)s, dấu vân %(mark)s") % version,
        *say_limits(scope),
    ]


def say_limits(scope: Scope) -> list[str]:
    """Say under a figure what "ẩn" means, to a reader from whom some numbers are hidden."""
    if scope.register.disclosure is None:
        return []
    words = {"count": scope.register.disclosure.threshold, "fewest": FEWEST_FOR_RATE}
    return [
        _(
            "“ẩn”: dưới %(count)s ca, hoặc giữ kín để không ai tính ra được ô dưới %(count)s ca; "
            "không nêu tỷ suất chuẩn hóa khi dưới %(fewest)s ca"
        )
        % words
    ]


def say_grade(answer: QualityAnswer) -> str:
    """Write grade, MV, DCO and unknown age on one line."""
    words = {
        "grade": answer.grade,
        "mv": write_or_hide("mv", answer),
        "dco": write_or_hide("dco", answer),
        "age": write_or_hide("unknown_age", answer),
    }
    return (
        _("Chất lượng %(grade)s: mô bệnh học %(mv)s, chỉ giấy báo tử %(dco)s, không rõ tuổi %(age)s") % words
    )


def build_quality(answer: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    for name in ("mv", "dco", "unknown_stage"):
        yield plot_measure(name, answer, scope)
    yield tabulate_sites(answer, scope)


def plot_measure(name: str, answer: QualityAnswer, scope: Scope) -> Figure:
    """Draw one measure by year against its target."""
    label, target = name_measures()[name], TARGETS[name]
    frame = answer.by_year.select("year", "cases", name)
    rates = frame.select(
        "year", value=name, lower=name, upper=name, provisional=mark_provisional(frame["year"])
    )
    finding = say_unjudged(FEWEST_CASES)
    if answer.is_judged:
        value, limit = write_measure(name, answer.total[name]), write_target(name)
        finding = say_measure(label, scope.period, value, limit, missed=name in answer.missed)
    columns = [(_("Năm"), True), (_("Ca mới"), True), (label, True), (_("Đích"), True)]
    rows = [
        [str(year), format_figure(cases), write_measure(name, share), write_target(name)]
        for year, cases, share in frame.iter_rows()
    ]
    return Figure(
        slug=name.replace("_", "-"),
        topic=_("%(label)s · theo năm · %%") % {"label": label},
        finding=finding,
        label=_("%(label)s theo năm, so với đích") % {"label": label},
        draw=None
        if rates["value"].is_null().all()
        else partial(
            draw_trend,
            rates,
            rates.head(0).select("year", "value"),
            language=speaks(),
            label=label,
            target=(target.limit, _("đích %(target)s") % {"target": write_target(name)}),
            width=230,
        ),
        frame=frame,
        table=DataTable(title=_("Bảng số theo năm"), columns=columns, rows=scope.mark_hidden(rows[::-1])),
        method="quality",
        key=[(draw_key("point", COBALT), _("Từng năm")), (draw_key("hollow", COBALT), _("Tạm tính"))],
        trust=[
            _("Nguồn của đích: %(source)s") % {"source": name_source(target.source)},
            *say_trust(answer, scope),
        ],
        width="w4",
    )


def tabulate_sites(answer: QualityAnswer, scope: Scope) -> Figure:
    """Set the measures of all sites side by side; a missed target carries its triangle."""
    names, language = name_measures(), speaks()
    rows = answer.by_site.filter(pl.col("cases") >= FEWEST_CASES).sort("cases", descending=True)
    missed = [
        name_site(row["site"], language)
        for row in rows.iter_rows(named=True)
        if missed_targets(judge_row(row))
    ]
    columns = [
        (_("Vị trí u"), False),
        (_("Ca mới"), True),
        *((f"{names[name]} ({write_target(name)})", True) for name in TARGETS),
    ]
    found = [names[name] for name in answer.missed]
    finding = (
        say_quality(len(TARGETS) - len(found), found) if answer.is_judged else say_unjudged(FEWEST_CASES)
    )
    return Figure(
        slug="sites",
        topic=_("Theo vị trí u · %(period)s") % {"period": scope.period},
        finding=finding,
        label=_("Số vị trí u chưa đạt từng đích"),
        draw=None,
        frame=rows,
        table=DataTable(
            title=_("Bảng theo vị trí u"),
            columns=columns,
            rows=scope.mark_hidden([write_site_row(row, language) for row in rows.iter_rows(named=True)]),
        ),
        method="quality",
        trust=[
            _("▲ chưa đạt đích"),
            _("%(count)s vị trí u chưa đạt ít nhất một đích") % {"count": len(missed)},
            _("Không xét vị trí u dưới %(count)s ca") % {"count": FEWEST_CASES},
            *say_trust(answer, scope),
        ],
        table_open=True,
    )


def judge_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the stage of a site that has none."""
    return dict(row) if can_be_staged(row["site"]) else {**row, "unknown_stage": None}


def name_site(key: str, language: str) -> str:
    group = find_site(key)
    return group.name(language) if group else key


def write_site_row(row: Mapping[str, Any], language: str) -> Sequence[str]:
    judged = judge_row(row)
    cells = [
        write_measure(name, judged[name]) + (" ▲" if target.is_missed(judged[name]) else "")
        for name, target in TARGETS.items()
    ]
    return [name_site(row["site"], language), format_figure(row["cases"]), *cells]


def list_targets(answer: QualityAnswer) -> list[dict[str, Any]]:
    """Return each target with its value, whether it is met, and who asks for it: the reasons of the grade."""
    return [
        {
            "label": label,
            "value": write_or_hide(name, answer),
            "target": write_target(name),
            "missed": name in answer.missed,
            "judged": answer.is_judged,
            "source": name_source(TARGETS[name].source),
        }
        for name, label in name_measures().items()
    ]
