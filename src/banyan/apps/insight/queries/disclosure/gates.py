"""What survival in finer parts rests on: shown only where every count of deaths behind it is safe.

The figures here are rates: no count of theirs is told. Still each is shown only where the deaths that it is worked out of,
by age, year of death or narrower intervals, could be told themselves, with the sites that are not told pooled as anywhere.
A gate opens nothing that the breakdowns of `layers` keep shut: both have to be open.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import RLock

import polars as pl

from banyan.apps.insight.choices import ALL_SITES
from banyan.apps.insight.queries.design import LONGEST, follow_cases
from banyan.apps.insight.queries.disclosure.grid import EARLY, STAGED
from banyan.apps.insight.queries.disclosure.layers import Breakdown, Grid, Layers, decide, find_band
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.survival import YEARS, find_survival_standard
from banyan.science.burden.survival.combining import find_age_standard

CURVE, STAGES_APART, STANDARD, STAGE_STANDARD, LATER, CRUDE = (
    "curve", "stages", "standard", "stage_standard", "later", "crude",
)  # fmt: skip
STAGED_GATES = (STAGES_APART, STAGE_STANDARD)
NARROW = (1, 2, 3, 5, 6, 7, 8, LONGEST)
APART = ("out_after_diagnosis", "out_of_known_age")


@dataclass(frozen=True, eq=False)
class Gates:
    """Decides each gate when it is first asked for; `cases` are those of the grid, `lock` that of the tables."""

    cases: pl.DataFrame
    grid: Grid
    lock: RLock
    _decided: dict[tuple[str, bool], Layers] = field(default_factory=dict)

    def is_open(self, name: str, question: Question, *, by_time: bool) -> bool:
        """Tell whether the deaths of a gate are safe; `by_time`: by the years in which they died, too."""
        with self.lock:
            if (name, by_time) not in self._decided:
                breakdown = split_deaths(self.cases, name, self.grid, by_time=by_time)
                self._decided[name, by_time] = Layers({name: decide(breakdown, self.grid, ())})
        return self._decided[name, by_time].is_open(name, question)


def split_deaths(placed: pl.DataFrame, name: str, grid: Grid, *, by_time: bool) -> Breakdown:
    """Lay the cases of a gate out: one cell for the deaths of each interval and part, one for all others of it."""
    cases = placed.filter(pl.col("site") != EARLY).with_columns(band=find_band(grid.bands))
    if name in STAGED_GATES:
        cases = cases.filter("can_be_staged")
    ends = mark_deaths(cases, NARROW if name == LATER else YEARS)
    died = pl.col("died").is_not_null()
    parts = {
        STAGES_APART: [pl.col("stage_group").fill_null("?")],
        STAGE_STANDARD: [pl.col("stage_group").fill_null("?"), find_ages()],
        STANDARD: [find_ages()],
    }.get(name, [])
    year = pl.col("death_date").dt.year()
    when = pl.when(died).then(name_time(year, grid)).otherwise(pl.lit("")) if by_time else pl.lit("")
    cell = pl.concat_str(*parts, pl.col("died").fill_null("-"), when, separator="|")
    if name == CRUDE:
        # With the deaths it gives the number followed from the start, so who was lost in each interval is known too.
        lost = pl.when(died).then(pl.lit("")).otherwise(pl.col("since"))
        cell = pl.when("out").then(pl.lit("out")).otherwise(pl.concat_str(cell, lost))
    elif parts:
        ends = ends.filter(~pl.col("out"))
    return Breakdown(
        ends.with_columns(cell=cell),
        "band",
        beside=APART if name == CRUDE else (),
        total=STAGED if name in STAGED_GATES else ALL_SITES,
    )


def mark_deaths(cases: pl.DataFrame, years: Sequence[int]) -> pl.DataFrame:
    """Add `since`, the interval in which a case ended, `died`, the same of deaths within those years, and `out`.

    Who is `out` cannot be followed.
    """
    followed = follow_cases(cases).with_columns(out=pl.col("reason").is_not_null())
    passed = pl.sum_horizontal((pl.col("time_days") > 365.25 * year).cast(pl.Int8) for year in years)
    within = pl.col("dead") & ~pl.col("out") & (passed < len(years))
    return followed.with_columns(
        died=pl.when(within).then(passed.cast(pl.String)),
        since=passed.cast(pl.String),
        out_after_diagnosis=pl.col("out") & ~pl.col("dco_only"),
        out_of_known_age=pl.col("out") & pl.col("age").is_not_null(),
    )


def find_ages() -> pl.Expr:
    """Return the youngest age of the group in which a case counts: those of the first standard, of prostate with its own."""
    common, own = (sorted(find_age_standard(name)) for name in ("icss1", find_survival_standard("prostate")))
    both = sorted({*common, *own})
    prostate = pl.col("site") == "prostate"
    return pl.when(prostate).then(cut_age(both)).otherwise(cut_age(common))


def cut_age(edges: Sequence[int]) -> pl.Expr:
    years = pl.col("age_days") / 365.25
    return pl.sum_horizontal((years >= edge).cast(pl.Int8) for edge in edges[1:]).cast(pl.String)


def name_time(year: pl.Expr, grid: Grid) -> pl.Expr:
    """Return the band of years of a death; "later" after the last one."""
    bands = [pl.when(year.is_between(*band)).then(pl.lit(str(band[0]))) for band in grid.bands]
    return pl.coalesce(*bands, pl.lit("later"))
