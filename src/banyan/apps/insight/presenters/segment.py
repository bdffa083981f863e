"""What the joined lines say: the change of each segment and on average, the models tried, men beside women."""

from collections.abc import Sequence

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import DataTable
from banyan.apps.core.rules.figures import NONE, format_figure, format_interval
from banyan.apps.insight.choices import SexAsked
from banyan.apps.insight.presenters.course import (
    draw_courses,
    mark_sure,
    name_topic,
    say_lack,
    say_star,
    write_change,
)
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    Estimate,
    say_p,
    say_sexes_apart,
    say_trend,
    write_p,
)
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, write_period
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import (
    PERMUTATIONS,
    SEED,
    Course,
    TrendAnswer,
    list_windows,
)
from banyan.science.burden.chart.palette import COBALT, TURMERIC
from banyan.science.burden.trend import JoinpointTrend


def list_changes(courses: Sequence[Course]) -> pl.DataFrame:
    """Return one row a segment and a window: sex, kind (apc, aapc), start, end, percent, lower, upper, p_value."""
    frames = []
    for course in courses:
        if course.model is None:
            continue
        for kind, frame in (
            ("apc", course.model.segments()),
            ("aapc", course.model.averages(list_windows(course))),
        ):
            named = {"percent": kind, "lower": f"{kind}_lower", "upper": f"{kind}_upper"}
            frames.append(
                frame.select(
                    pl.lit(course.sex).alias("sex"),
                    pl.lit(kind).alias("kind"),
                    pl.col("start", "end").cast(pl.Int64),
                    "p_value",
                    **named,
                )
            )
    return pl.concat(frames).select("sex", "kind", "start", "end", "percent", "lower", "upper", "p_value")


def tabulate_segments(courses: Sequence[Course], quality: QualityAnswer, scope: Scope) -> Figure:
    frame = list_changes(courses)
    topic = _("APC từng đoạn, AAPC cả giai đoạn · % mỗi năm")
    finding = say_average(frame)
    return Figure(
        slug="segments",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=None,
        frame=frame,
        table=tabulate_changes(frame),
        method="joinpoint",
        trust=[say_star(), *say_trust(quality, scope)],
        width="w5",
        table_open=True,
    )


def say_average(frame: pl.DataFrame) -> str:
    row = frame.filter(pl.col("kind") == "aapc").row(0, named=True)
    change = Estimate(row["percent"], row["lower"], row["upper"])
    return _("Trung bình %(sentence)s") % {"sentence": say_trend(change, row["start"], row["end"])}


def tabulate_changes(frame: pl.DataFrame) -> DataTable:
    """Write the changes; a column says the sex where there is more than one."""
    many = frame["sex"].n_unique() > 1
    columns = [
        *([(_("Giới"), False)] if many else []),
        (_("Đoạn"), False), (_("Năm"), False), (_("% mỗi năm"), True), (_("KTC 95 %"), True), ("p", True),
    ]  # fmt: skip
    rows = [
        [
            *([str(SexAsked(row["sex"]).label)] if many else []),
            row["kind"].upper(),
            write_period(row["start"], row["end"]),
            write_change(row["percent"]) + mark_sure(row["p_value"]),
            format_interval(row["lower"], row["upper"]),
            write_p(row["p_value"]),
        ]
        for row in frame.to_dicts()
    ]
    return DataTable(title=_("Bảng thay đổi mỗi năm"), columns=columns, rows=rows)


def tabulate_models(model: JoinpointTrend, quality: QualityAnswer, scope: Scope) -> Figure:
    """Set every number of joinpoints tried beside its criterion."""
    frame = model.models().with_columns(
        years=pl.col("years").list.eval(pl.element().cast(pl.Int64).cast(pl.String)).list.join(", ")
    )
    columns = [
        (_("Số điểm gãy"), False), (_("Năm"), False),        (_("Tổng bình phương"), True), (_("BIC có trọng số"), True), (_("Được chọn"), False),
    ]  # fmt: skip
    rows = [
        [
            str(row["joinpoints"]),
            row["years"] or NONE,
            format_figure(row["wsse"], 2),
            format_figure(row["wbic"], 3),
            _("có") if row["chosen"] else "",
        ]
        for row in frame.to_dicts()
    ]
    finding = _("Số điểm gãy: %(count)s, nơi BIC có trọng số nhỏ nhất.") % {"count": len(model.joinpoints)}
    topic = _("Chọn số điểm gãy thế nào")
    return Figure(
        slug="models",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=None,
        frame=frame,
        table=DataTable(title=_("Bảng các mô hình"), columns=columns, rows=rows),
        method="joinpoint",
        trust=[
            _("Điểm gãy đặt ở năm tròn, có ít nhất hai năm trước, sau và giữa các điểm gãy"),
            *say_trust(quality, scope),
        ],
        width="w5",
        table_open=True,
    )


def show_sexes(answer: TrendAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Draw men beside women, with what tells their courses apart."""
    courses = [course for course in answer.sexes if course.model]
    names = [str(SexAsked(course.sex).label) for course in courses]
    topic = name_topic(scope, _("nam và nữ"))
    finding = say_sexes(answer)
    frame = list_changes(courses)
    return Figure(
        slug="sexes",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=draw_courses(courses, names, f"{scope.title}. {topic}"),
        frame=frame,
        table=tabulate_changes(frame),
        method="joinpoint",
        key=[(draw_key("line", (COBALT, TURMERIC)[number]), name) for number, name in enumerate(names)],
        trust=[say_star(), *say_tests(answer), *say_trust(quality, scope)],
        width="w7",
        table_open=True,
    )


def say_sexes(answer: TrendAnswer) -> str:
    """Say whether the two courses are told apart; where one is missing, whose and why."""
    if not answer.comparisons:
        return " ".join(
            f"{SexAsked(course.sex).label}: {say_lack(course)}" for course in answer.sexes if course.lack
        )
    p_values = {test.hypothesis: test.p_value for test in answer.comparisons}
    return say_sexes_apart(p_values["parallelism"], p_values["coincidence"])


def say_tests(answer: TrendAnswer) -> list[str]:
    if not answer.comparisons:
        return []
    words = {"parallelism": _("song song: %(p)s"), "coincidence": _("trùng nhau: %(p)s")}
    told = [words[test.hypothesis] % {"p": say_p(test.p_value)} for test in answer.comparisons]
    drawn = {"tests": "; ".join(told), "count": format_figure(PERMUTATIONS), "seed": SEED}
    return [_("Kiểm định hoán vị, %(tests)s (%(count)s lần, mầm %(seed)s)") % drawn]
