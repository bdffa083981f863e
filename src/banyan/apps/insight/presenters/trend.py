"""The page "Xu hướng": how fast a rate changes, where the change itself changed, and whether men differ from women."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import polars as pl
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import NONE, format_figure, format_interval, format_percent
from banyan.apps.insight.choices import SexAsked
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import (
    SURE,
    Estimate,
    say_held_trend,
    say_p,
    say_sexes_apart,
    say_trend,
    write_p,
)
from banyan.apps.insight.presenters.incidence import mark_note
from banyan.apps.insight.presenters.quality import say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks, write_period
from banyan.apps.insight.queries.projection import HORIZON
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.apps.insight.queries.trend import (
    FEW,
    FEWEST_YEARS,
    HELD,
    PERMUTATIONS,
    SEED,
    ZERO,
    Course,
    TrendAnswer,
    list_windows,
)
from banyan.science.burden.chart import draw_joinpoints, draw_trend
from banyan.science.burden.chart.palette import COBALT, INK_2, TURMERIC
from banyan.science.burden.trend import JoinpointTrend

COLUMNS = ("year", "cases", "asr", "asr_lower", "asr_upper", "provisional", "fitted")


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


def write_change(value: float | None) -> str:
    """Write a change with its sign: "+3,2 %"."""
    sign = "+" if value is not None and round(value, 1) > 0 else ""
    return sign + format_percent(value, 1)


def mark_sure(p_value: float | None) -> str:
    """Return the star that says that a change is told apart from none."""
    return "*" if p_value is not None and p_value < SURE else ""


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


def say_lack(course: Course) -> str:
    """Say why there is no line, and from when on there would be."""
    words = {
        HELD: say_held_trend(),
        FEW: _("Có %(years)s năm trọn vẹn; cần ít nhất %(fewest)s năm để nói về xu hướng.")
        % {"years": course.years, "fewest": FEWEST_YEARS},
        ZERO: _("Có năm tỷ suất bằng 0, không lấy được logarit: không khớp đường nào."),
    }
    return " ".join(part for part in (words[course.lack], say_crude(course)) if part)


def say_crude(course: Course) -> str:
    """Say how the crude rate changes, where the standardised one has no line."""
    change = course.crude
    if change is None:
        return ""
    said = say_trend(
        Estimate(change.percent, change.lower, change.upper), min(change.years), max(change.years)
    )
    return _("Tỷ suất thô, %(sentence)s") % {"sentence": said}


def build_trend(answer: TrendAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    yield show_course(answer.asked, quality, scope)
    if answer.asked.model:
        yield tabulate_segments([answer.asked], quality, scope)
        yield tabulate_models(answer.asked.model, quality, scope)
    if any(course.model for course in answer.sexes):
        yield show_sexes(answer, quality, scope)


def name_topic(scope: Scope, sex: str) -> str:
    words = {"sex": sex, "years": scope.period, "standard": scope.standard_words}
    return _("ASR trên 100.000 · %(standard)s · %(sex)s · %(years)s") % words


def show_course(course: Course, quality: QualityAnswer, scope: Scope) -> Figure:
    topic = name_topic(scope, scope.sex_words)
    finding = say_course(course)
    return Figure(
        slug="trend",
        topic=topic,
        finding=finding,
        label=f"{scope.title}. {topic}. {finding}",
        draw=draw_courses([course], ("",), f"{scope.title}. {topic}"),
        frame=shape_file(course.rates),
        table=tabulate_years(course, scope),
        method="joinpoint",
        key=list_keys(course),
        trust=[*say_room(course), *say_trust(quality, scope)],
        links=link_on(scope),
        width="w7" if course.model else "w12",
        table_open=True,
    )


def link_on(scope: Scope) -> list[tuple[str, str]]:
    """Lead on to what the rates would become."""
    return [
        (
            _("Dự báo đến %(year)s") % {"year": HORIZON},
            f"{reverse('figures-projection')}?{scope.question.query()}",
        )
    ]


def say_course(course: Course) -> str:
    """Say each segment's change, judged on its own interval."""
    if course.model is None:
        return say_lack(course)
    said = [
        say_trend(
            Estimate(row["apc"], row["apc_lower"], row["apc_upper"]), int(row["start"]), int(row["end"])
        )
        for row in course.model.segments().to_dicts()
    ]
    return " ".join(said)


def say_room(course: Course) -> list[str]:
    """Say under the figure how many joinpoints the years leave room for, and which are not fitted."""
    note = mark_note(course.rates["provisional"])
    if course.model is None:
        return [note] if note else []
    words = {"years": course.years, "most": len(course.model.fits) - 1}
    room = (
        _("%(years)s năm trọn vẹn cho phép thử đến %(most)s điểm gãy (1 từ 7 năm, 2 từ 12, 3 từ 17)") % words
    )
    return [room, *([note] if note else [])]


def draw_courses(courses: Sequence[Course], names: Sequence[str], label: str) -> Any:
    """Return what draws the courses that have lines; the rates alone where there is none, nothing without rates."""
    rates = pl.concat([shape_rates(number, course) for number, course in enumerate(courses)])
    models = [course.model for course in courses if course.model]
    if rates["value"].is_null().all():
        return None
    if len(models) < len(courses):
        alone = rates.filter(pl.col("series") == 0).with_columns(provisional=~pl.col("fitted"))
        none = pl.DataFrame(schema={"year": pl.Float64, "value": pl.Float64})
        return partial(draw_trend, alone, none, language=speaks(), label=label)
    return partial(draw_joinpoints, models, names=names, language=speaks(), label=label, rates=rates)


def shape_rates(number: int, course: Course) -> pl.DataFrame:
    return course.rates.select(
        pl.lit(number).alias("series"),
        "year",
        value="asr",
        lower="asr_lower",
        upper="asr_upper",
        fitted=~pl.col("provisional"),
    )


def list_keys(course: Course) -> list[tuple[SafeString, str]]:
    keys = [(draw_key("point", COBALT), _("Từng năm, kèm KTC 95 %"))]
    if course.model:
        keys.append((draw_key("line", COBALT), _("Đường khớp")))
    if course.model and course.model.joinpoints:
        keys.append((draw_key("hollow", INK_2), _("Điểm gãy")))
    if course.rates["provisional"].any():
        keys.append((draw_key("hollow", COBALT), _("Tạm tính, không tính vào đường khớp")))
    return keys


def shape_file(rates: pl.DataFrame) -> pl.DataFrame:
    return rates.select(name for name in (*COLUMNS, "suppressed") if name in rates.columns)


def tabulate_years(course: Course, scope: Scope) -> DataTable:
    columns = [
        (_("Năm"), False), (_("Ca mới"), True), ("ASR", True), (_("KTC 95 %"), True), (_("Đường khớp"), True),
    ]  # fmt: skip
    rows = [
        [
            f"{row['year']} *" if row["provisional"] else str(row["year"]),
            format_figure(row["cases"]),
            format_figure(row["asr"], 1),
            format_interval(row["asr_lower"], row["asr_upper"]),
        ]
        for row in course.rates.to_dicts()
    ]
    hidden = scope.mark_hidden(rows)
    lines = [format_figure(value, 1) for value in course.rates["fitted"]]
    return DataTable(
        title=_("Bảng số từng năm"),
        columns=columns,
        rows=[[*row, line] for row, line in zip(hidden, lines, strict=True)][::-1],
    )


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


def say_star() -> str:
    return _("* khác 0 với p < 0,05")


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
