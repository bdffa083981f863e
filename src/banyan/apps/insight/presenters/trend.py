"""The page "Xu hướng": how fast a rate changes, where the change itself changed, and whether men differ from women."""

from collections.abc import Iterator
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer
from banyan.apps.core.rules.figures import format_figure, format_interval
from banyan.apps.insight.presenters.course import say_lack, show_course, write_change
from banyan.apps.insight.presenters.figure import Figure
from banyan.apps.insight.presenters.finding import (
    say_p,
)
from banyan.apps.insight.presenters.scope import Scope, write_period
from banyan.apps.insight.presenters.segment import show_sexes, tabulate_models, tabulate_segments
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import (
    Course,
    TrendAnswer,
    list_windows,
)
from banyan.science.burden.trend import JoinpointTrend


def show_trend_answers(answer: TrendAnswer) -> list[Answer]:
    """Lay out the average change over all years and over the last, the years of change, and the latest whole rate."""
    course = answer.asked
    if course.model is None:
        label = _("Thay đổi trung bình mỗi năm (AAPC)")
        return [Answer(label=label, value="–", unit=say_lack(course))]
    rows = course.model.averages(list_windows(course)).to_dicts()
    return [
        *(make_change(row) for row in rows),
        count_joinpoints(course.model),
        tell_last_rate(course),
    ]


def make_change(row: dict[str, Any]) -> Answer:
    years = write_period(int(row["start"]), int(row["end"]))
    return Answer(
        label=_("Thay đổi trung bình mỗi năm (AAPC), %(years)s") % {"years": years},
        value=write_change(row["aapc"]),
        interval=format_interval(row["aapc_lower"], row["aapc_upper"]),
        note=say_p(row["p_value"]),
    )


def count_joinpoints(model: JoinpointTrend) -> Answer:
    years = ", ".join(f"{year:g}" for year in model.joinpoints)
    tried = len(model.fits) - 1
    return Answer(
        label=_("Điểm gãy"),
        value=format_figure(len(model.joinpoints)),
        unit=years,
        interval=_("đã thử đến %(count)s") % {"count": tried},
    )


def tell_last_rate(course: Course) -> Answer:
    row = course.rates.filter(~pl.col("provisional")).row(-1, named=True)
    return Answer(
        label=_("ASR năm %(year)s") % {"year": row["year"]},
        value=format_figure(row["asr"], 1),
        interval=format_interval(row["asr_lower"], row["asr_upper"]),
    )


def build_trend(answer: TrendAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    yield show_course(answer.asked, quality, scope)
    if answer.asked.model:
        yield tabulate_segments([answer.asked], quality, scope)
        yield tabulate_models(answer.asked.model, quality, scope)
    if any(course.model for course in answer.sexes):
        yield show_sexes(answer, quality, scope)
