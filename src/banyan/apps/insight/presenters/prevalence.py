"""The page "Bao nhiêu người đang sống chung?": prevalence by years since diagnosis, sex and site."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from banyan.apps.core.presenters.parts import Answer, DataTable
from banyan.apps.core.rules.figures import format_date, format_figure, format_interval
from banyan.apps.insight.choices import ALL_SITES, SexAsked
from banyan.apps.insight.presenters.figure import Figure, draw_key
from banyan.apps.insight.presenters.finding import Estimate, say_held, say_prevalence, say_ranking
from banyan.apps.insight.presenters.quality import name_site, say_trust
from banyan.apps.insight.presenters.scope import Scope, speaks
from banyan.apps.insight.queries.incidence import TOP_SITES
from banyan.apps.insight.queries.prevalence import PrevalenceAnswer
from banyan.apps.insight.queries.quality import QualityAnswer
from banyan.science.burden.chart import draw_prevalence
from banyan.science.burden.chart.prevalence import SHADES

USUAL = 5  # the years of the headline, where they may be told


def name_years(years: int | None, answer: PrevalenceAnswer) -> str:
    """Write "5 năm", or what all years are."""
    if years is None:
        return _("mọi năm từ %(year)s") % {"year": answer.since}
    return _("1 năm") if years == 1 else _("%(years)s năm") % {"years": years}


def say_years(years: int | None, answer: PrevalenceAnswer) -> str:
    """Say "5 năm qua" in a sentence."""
    if years is None:
        return name_years(years, answer)
    return _("1 năm qua") if years == 1 else _("%(years)s năm qua") % {"years": years}


def show_prevalence_answers(answer: PrevalenceAnswer) -> list[Answer]:
    """Lay out five years, then one, three and the longest, of the site and sex asked for."""
    own = choose_rows(answer, answer.question.site, answer.question.sex)
    order = sorted(own, key=lambda row: (row["years"] != USUAL, row["years"] or 1000))
    return [make_prevalence_answer(row, answer) for row in order[:4]]


def make_prevalence_answer(row: dict[str, Any], answer: PrevalenceAnswer) -> Answer:
    label = _("Hiện mắc, %(years)s") % {"years": name_years(row["years"], answer)}
    if row["prevalent"] is None:
        return Answer(label=label, value=_("ẩn"), unit=_("ít ca"))
    share = format_figure(row["proportion"], 1)
    return Answer(
        label=label,
        value=format_figure(row["prevalent"]),
        unit=_("còn sống"),
        interval=format_interval(row["lower"], row["upper"], 0),
        note=_("%(share)s trên 100.000 người") % {"share": share},
    )


def choose_rows(answer: PrevalenceAnswer, site: str, sex: str) -> list[dict[str, Any]]:
    return answer.figures.filter(site=site, sex=sex).to_dicts()


def build_prevalence(answer: PrevalenceAnswer, quality: QualityAnswer, scope: Scope) -> Iterator[Figure]:
    yield show_durations(answer, quality, scope)
    if answer.question.site == ALL_SITES:
        yield show_prevalent_sites(answer, quality, scope)


def show_durations(answer: PrevalenceAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Draw a bar for each sex, divided by years since diagnosis."""
    words = {sex: str(SexAsked(sex).label) for sex in SexAsked.values}
    frame = answer.figures.filter(site=answer.question.site)
    named = frame.with_columns(name=pl.col("sex").replace_strict(words, return_dtype=pl.String))
    topic = _("Người còn sống ngày %(day)s, trên 100.000 · theo năm từ lúc chẩn đoán") % {
        "day": format_date(answer.index_date)
    }
    own = choose_rows(answer, answer.question.site, answer.question.sex)
    finding = say_held() if answer.suppressed else say_prevalence(*find_headline(own, answer))
    label = f"{scope.title}. {topic}"
    return Figure(
        slug="durations",
        topic=topic,
        finding=finding,
        label=f"{label}. {finding}",
        draw=draw_named(named, answer, label),
        frame=write_frame(frame),
        table=tabulate_durations(named, answer, scope),
        method="prevalence",
        key=make_keys(answer),
        trust=[*say_method(answer), *say_trust(quality, scope)],
        table_open=True,
    )


def find_headline(rows: list[dict[str, Any]], answer: PrevalenceAnswer) -> tuple[Estimate, str, str]:
    """Return the estimate that the heading states, its years in words, and the day."""
    told = [row for row in rows if row["prevalent"] is not None]
    row = next((row for row in told if row["years"] == USUAL), told[-1])
    estimate = Estimate(row["prevalent"], row["lower"], row["upper"])
    return estimate, say_years(row["years"], answer), format_date(answer.index_date)


def show_prevalent_sites(answer: PrevalenceAnswer, quality: QualityAnswer, scope: Scope) -> Figure:
    """Rank the sites by the prevalence of the most years; a site of which nothing may be told stands last."""
    language = speaks()
    years = answer.spans[-1]
    sites = answer.figures.filter(pl.col("site") != ALL_SITES, pl.col("sex") == answer.question.sex)
    rank = sites.filter(pl.col("years").eq_missing(pl.lit(years))).select("site", rank="prevalent")
    ordered = sites.join(rank, on="site").sort(
        "rank", "site", descending=[True, False], nulls_last=True, maintain_order=True
    )
    keys = ordered["site"].unique(maintain_order=True)
    names = {key: name_site(key, language) for key in keys}
    named = ordered.drop("rank").with_columns(
        name=pl.col("site").replace_strict(names, return_dtype=pl.String)
    )
    topic = _("Theo vị trí u · %(years)s, trên 100.000 · %(sex)s · ngày %(day)s") % {
        "years": name_years(years, answer),
        "sex": scope.sex_words,
        "day": format_date(answer.index_date),
    }
    estimates = [
        Estimate(row["proportion"], row["proportion_lower"], row["proportion_upper"], row["name"])
        for row in named.filter(pl.col("years").eq_missing(pl.lit(years)))
        .drop_nulls("prevalent")
        .iter_rows(named=True)
    ]
    finding = say_ranking(estimates) if estimates or not answer.estimated else say_held()
    shown = [name for name in names.values() if name in {estimate.name for estimate in estimates}]
    return Figure(
        slug="sites",
        topic=topic,
        finding=finding,
        label=f"{topic}. {finding}",
        draw=draw_named(named.filter(pl.col("name").is_in(shown[:TOP_SITES])), answer, topic),
        frame=write_frame(named.select("site", "name", pl.exclude("site", "name"))),
        table=tabulate_prevalent_sites(named, answer, scope),
        method="prevalence",
        key=make_keys(answer),
        trust=[
            _("%(count)s vị trí nhiều nhất trong hình; tất cả trong bảng")
            % {"count": len(shown[:TOP_SITES])},
            *say_method(answer),
            *say_trust(quality, scope),
        ],
    )


def draw_named(named: pl.DataFrame, answer: PrevalenceAnswer, label: str) -> Any:
    """Return what draws the bars: each number of years less the one before it, as far as it may be told."""
    order = {years: at for at, years in enumerate(answer.spans)}
    told = named.drop_nulls("prevalent").with_columns(
        order=pl.Series([order[years] for years in named.drop_nulls("prevalent")["years"]], dtype=pl.Int64)
    )
    if told.is_empty():
        return None
    parts = told.with_columns(
        value=pl.col("proportion") - pl.col("proportion").shift(1, fill_value=0.0).over("name")
    )
    longest = told.group_by("name", maintain_order=True).last()
    totals = longest.select(
        "name",
        pl.Series("text", [format_figure(value, 1) for value in longest["proportion"]], dtype=pl.String),
        lower="proportion_lower",
        upper="proportion_upper",
    )
    return partial(
        draw_prevalence,
        parts.select("name", "order", pl.col("value").clip(0.0)),
        totals,
        language=speaks(),
        label=label,
    )


def make_keys(answer: PrevalenceAnswer) -> list[tuple[Any, str]]:
    """Name the shades by years since diagnosis."""
    before, keys = 0, []
    for at, years in enumerate(answer.spans):
        words = _("%(from)s đến dưới %(to)s năm") % {"from": before, "to": years}
        if not before:
            words = _("dưới 1 năm")
        if years is None:
            words = _("từ %(from)s năm") % {"from": before}
        keys.append((draw_key("box", SHADES[at]), words))
        before = years or before
    return keys


def tabulate_durations(named: pl.DataFrame, answer: PrevalenceAnswer, scope: Scope) -> DataTable:
    columns = [
        (_("Giới"), False),
        (_("Chẩn đoán trong"), False),
        (_("Người còn sống"), True),
        (_("KTC 95 %"), True),
        (_("Trên 100.000"), True),
        (_("KTC 95 %"), True),
        *([] if answer.estimated else [(_("Đã mất"), True), (_("Mất dấu"), True)]),
    ]
    rows = [
        [
            row["name"],
            name_years(row["years"], answer),
            *write_numbers(row),
            *([] if answer.estimated else [format_figure(row["died"]), format_figure(row["lost"])]),
        ]
        for row in named.iter_rows(named=True)
    ]
    return DataTable(title=_("Bảng theo giới"), columns=columns, rows=scope.mark_hidden(rows))


def write_numbers(row: dict[str, Any]) -> list[str]:
    return [
        format_figure(row["prevalent"]),
        format_interval(row["lower"], row["upper"], 0),
        format_figure(row["proportion"], 1),
        format_interval(row["proportion_lower"], row["proportion_upper"]),
    ]


def tabulate_prevalent_sites(named: pl.DataFrame, answer: PrevalenceAnswer, scope: Scope) -> DataTable:
    columns = [(_("Vị trí u"), False), *((name_years(years, answer), True) for years in answer.spans)]
    longest = name_years(answer.spans[-1], answer)
    columns += [(_("%(years)s, trên 100.000") % {"years": longest}, True), (_("KTC 95 %"), True)]
    rows = []
    for _site, group in named.group_by("site", maintain_order=True):
        last = group.row(-1, named=True)
        numbers = [format_figure(value) for value in group["prevalent"]]
        rows.append([last["name"], *numbers, *write_numbers(last)[2:]])
    return DataTable(title=_("Bảng mọi vị trí u"), columns=columns, rows=scope.mark_hidden(rows))


def write_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the figures as a file holds them; all registered years are written so."""
    return frame.with_columns(pl.col("years").cast(pl.String).fill_null("all"))


def say_method(answer: PrevalenceAnswer) -> list[str]:
    """Say how the people were counted, what was left out, and who they are a share of."""
    day = {"day": format_date(answer.index_date), "year": answer.index_date.year}
    people = _("Mẫu số: dân số năm %(year)s") % day
    if answer.estimated:
        return [
            _(
                "Ước tính từ ca mới từng năm và sống thêm quan sát (Pisani, Bray, Parkin 2002), không từ từng người"
            ),
            people,
        ]
    held = max(answer.figures["held"], default=0)
    kept = _("Đếm từng người; người mất dấu trước ngày %(day)s được tính theo xác suất còn sống")
    lines = [kept % day, people]
    if held:
        lines.append(
            _("%(count)s người mất dấu dựa vào đường sống thêm dừng sớm, giữ nguyên giá trị cuối")
            % {"count": format_figure(held)}
        )
    return lines
