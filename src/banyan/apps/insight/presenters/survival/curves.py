"""Survival curves: of all, and of each stage."""

from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_held, say_stages_apart, say_survival
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.presenters.survival.sentences import cite_design, say_stage_test, say_whom
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.survival import FEWEST, HORIZON, YEARS, SurvivalAnswer, at_years
from banyan.science.burden.chart import draw_survival
from banyan.science.burden.chart.palette import COBALT


def show_survival_answers(answer: SurvivalAnswer) -> list[Answer]:
    """Lay out survival at five, three and one year."""
    found = {round(row["years"]): row for row in at_years(answer.overall).iter_rows(named=True)}
    answers = [make_survival_answer(year, found.get(year)) for year in reversed(YEARS)]
    if answer.suppressed:
        return [Answer(label=one.label, value=_("ẩn"), unit=_("ít ca")) for one in answers]
    if answer.patients is None:
        return answers
    patients = Answer(label=_("Ca được theo dõi"), value=format_figure(answer.patients))
    return [*answers, patients]


def make_survival_answer(year: int, row: dict[str, Any] | None) -> Answer:
    label = _("Sống thêm thuần %(year)s năm") % {"year": year}
    if row is None or row["survival"] is None:
        return Answer(label=label, value="–", note=_("chưa đủ người theo dõi"))
    lower, upper = row["lower"], row["upper"]
    return Answer(
        label=label,
        value=format_percent(row["survival"], 1),
        interval=format_interval(lower, upper),
        ends=(lower, row["survival"], upper),
        scale=(0.0, 100.0),
    )


def estimate_at(curve: pl.DataFrame, name: str = "") -> Estimate | None:
    """Return survival at five years, or None where nobody was followed so long."""
    rows = at_years(curve).filter(pl.col("years").round() == HORIZON).drop_nulls("survival")
    if rows.is_empty():
        return None
    value, lower, upper = rows.select("survival", "lower", "upper").row(0)
    return Estimate(value, lower, upper, name)


def start_curve(curve: pl.DataFrame, series: int) -> pl.DataFrame:
    """Let a drawn curve begin with everybody alive."""
    start = pl.DataFrame({"years": [0.0], "survival": [100.0], "lower": [100.0], "upper": [100.0]})
    drawn = pl.concat([start, curve.select("years", "survival", "lower", "upper")])
    return drawn.select(pl.lit(series, pl.Int64).alias("series"), pl.all())


def show_overall(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    topic = _("Sống thêm thuần · Pohar–Perme · %(whom)s") % {"whom": say_whom(answer, scope.period)}
    finding = say_held() if answer.suppressed else say_survival(estimate_at(answer.overall))
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="overall",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=None
        if answer.overall.is_empty()
        else partial(
            draw_survival, start_curve(answer.overall, 0), names=("",), language=speaks(), label=label
        ),
        frame=answer.overall,
        table=tabulate_survival([("", answer.overall)], scope),
        method="survival",
        key=[(draw_key("line", COBALT), _("Sống thêm thuần, %")), (draw_key("band", COBALT), _("KTC 95 %"))],
        trust=[*say_left_out(answer), *say_method(answer), *say_trust(quality, scope)],
        width="w6",
        table_open=True,
    )


def show_by_stage(answer: SurvivalAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    curves = [
        (stage, answer.by_stage.filter(pl.col("stage_group") == stage).drop("stage_group"))
        for stage in answer.stage_patients
    ]
    ends = [end for stage, curve in curves if (end := estimate_at(curve, stage))]
    topic = _("Theo giai đoạn lúc chẩn đoán · %(whom)s") % {"whom": say_whom(answer, scope.period)}
    finding = " ".join(filter(None, [say_stages_apart(ends), say_stage_test(answer.stages_differ)]))
    label = f"{scope.title}. {topic}"
    drawn = pl.concat([start_curve(curve, series) for series, (_stage, curve) in enumerate(curves)])
    return Figure(
        slug="stages",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=partial(
            draw_survival, drawn, names=tuple(answer.stage_patients), language=speaks(), label=label
        ),
        frame=answer.by_stage.rename({"stage_group": "stage"}),
        table=tabulate_survival(curves, scope),
        method="survival",
        trust=[
            *say_stage_patients(answer),
            _("Không vẽ giai đoạn dưới %(count)s ca") % {"count": FEWEST},
            _("Dải nhạt: KTC 95 %"),
            *say_method(answer),
            *([_("Kiểm định: Grafféo và cộng sự 2016")] if answer.stages_differ is not None else []),
            *say_trust(quality, scope),
        ],
        width="w6",
        table_open=True,
    )


def say_stage_patients(answer: SurvivalAnswer) -> list[str]:
    """Count the patients of each stage, where that may be told."""
    known = {stage: count for stage, count in answer.stage_patients.items() if count is not None}
    counts = ", ".join(f"{stage}: {format_figure(count)}" for stage, count in known.items())
    return [_("Ca theo giai đoạn: %(counts)s") % {"counts": counts}] if known else []


def say_method(answer: SurvivalAnswer) -> list[str]:
    """Name the estimator and the design, each with its reference."""
    return [_("Ước lượng: Pohar Perme, Stare, Estève 2012"), *filter(None, [cite_design(answer)])]


def say_left_out(answer: SurvivalAnswer) -> list[str]:
    """Count the cases that could not be followed, by reason."""
    words = {
        "dco": _("%(count)s ca chỉ biết qua giấy báo tử hoặc giải phẫu tử thi"),
        "sex": _("%(count)s ca không rõ giới"),
        "age": _("%(count)s ca không rõ tuổi"),
        "follow_up": _("%(count)s ca không có ngày theo dõi"),
    }
    said = [words[name] % {"count": format_figure(count)} for name, count in answer.left_out.items() if count]
    return [_("Không tính: %(reasons)s") % {"reasons": "; ".join(said)}] if said else []


def tabulate_survival(curves: list[tuple[str, pl.DataFrame]], scope: Scope) -> DataTable:
    """Set 1, 3 and 5 years below each other; a stage has its column only where there is more than one curve."""
    named = len(curves) > 1 or bool(curves[0][0])
    columns = [
        *([(_("Giai đoạn"), False)] if named else []),
        (_("Năm"), False),
        (_("Sống thêm, %"), True),
        (_("KTC 95 %"), True),
        (_("Đang theo dõi"), True),
        (_("Tử vong"), True),
    ]
    rows = [
        [
            *([stage] if named else []),
            format_figure(row["years"]),
            format_figure(row["survival"], 1),
            format_interval(row["lower"], row["upper"]),
            format_figure(row["at_risk"]),
            format_figure(row["events"]),
        ]
        for stage, curve in curves
        for row in at_years(curve).iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng 1, 3, 5 năm"), columns=columns, rows=scope.mark_hidden(rows))
