"""Whole or not at all: stage, quality and survival of a site, published only where every cell of it is safe.

Breakdowns of the same cases can be subtracted from each other, so they are decided together: the finest first, and what
it opens stays open in those that are sums of it. Groups that two breakdowns tell apart between them (the deaths and
losses of the first year that are no death certificates) have to be safe as well: `Breakdown.beside`.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY
from banyan.apps.insight.queries.design import follow_cases
from banyan.apps.insight.queries.disclosure.grid import BOTH, EARLY, SEXES, STAGED, Period, name_band
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import SKIN, WITHOUT_STAGE
from banyan.apps.insight.queries.survival import YEARS
from banyan.science.burden.disclosure import open_layers

FEWEST = 30  # a site with fewer cases is not broken down
MEASURES = ("mv", "dco", "unknown_stage")
CURVE, STAGE_CURVES = "survival", "survival_by_stage"


@dataclass(frozen=True, eq=False)
class Layers:
    """For each breakdown, and "by year" of it: the level (0 to 2) of each site, as `open_layers` gives it."""

    levels: dict[str, dict[str, int]]

    def is_open(self, name: str, question: Question, site: str | None = None) -> bool:
        """Tell whether a breakdown of the question's site (or another one, in the same sex) may be told."""
        asked = site or question.site
        if question.place != WHOLE_CITY or question.early or (question.skin and asked == ALL_SITES):
            return False
        level = self.levels[name].get(asked, 0)
        return level == 2 or (level == 1 and question.sex == BOTH)


@dataclass(frozen=True)
class Grid:
    """Years and bands, the threshold, and the (site, sex, period) whose cases are told."""

    years: Sequence[int]
    bands: Sequence[Period]
    threshold: int
    told: Collection[tuple[object, ...]]

    def cap(self, site: str, period: str) -> int:
        """Return how far a site may be broken down: no further than its cases are told, in every year or band."""
        names = [str(year) for year in self.years] if period == "year" else list(map(name_band, self.bands))
        both = all((site, BOTH, name) in self.told for name in names)
        return int(both) + int(
            both and all((site, sex, name) in self.told for sex in SEXES for name in names)
        )


@dataclass(frozen=True, eq=False)
class Breakdown:
    """Cases that fall into cells (column `cell`) in each year or band; `finer`: the breakdowns it is a sum of.

    `beside` are columns that say who belongs to a group that has to be safe too. `total` is the site that all together
    are, in the grid.
    """

    cases: pl.DataFrame
    period: str
    finer: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    total: str = ALL_SITES


def decide_layers(placed: pl.DataFrame, grid: Grid) -> Layers:
    cases = placed.filter(pl.col("site") != EARLY).with_columns(band=find_band(grid.bands))
    levels: dict[str, dict[str, int]] = {}
    for name, breakdown in (split_stages(cases) | split_ends(cases) | split_bases(cases)).items():
        levels[name] = decide(breakdown, grid, [levels[finer] for finer in breakdown.finer])
    return Layers(levels)


def find_band(bands: Sequence[Period]) -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("year").is_between(*band)).then(pl.lit(str(band[0]))) for band in bands)


def split_stages(cases: pl.DataFrame) -> dict[str, Breakdown]:
    """Return stage, stage by how a case ended, and the share without stage: each a sum of those before it."""
    staged = cases.filter("can_be_staged")
    stage = pl.col("stage_group").fill_null("?")
    stages = staged.with_columns(cell=stage)
    unknown = staged.with_columns(cell=(stage == "?").cast(pl.String))
    ends = mark_ends(staged)
    ends = ends.with_columns(cell=pl.concat_str(stage, "end"))
    return {
        "stage_by_year": Breakdown(stages, "year", total=STAGED),
        STAGE_CURVES: Breakdown(ends, "band", beside=LOST, total=STAGED),
        "stage": Breakdown(stages, "band", ("stage_by_year", STAGE_CURVES), total=STAGED),
        "unknown_stage_by_year": Breakdown(unknown, "year", ("stage_by_year",), total=STAGED),
        "unknown_stage": Breakdown(unknown, "band", ("unknown_stage_by_year", "stage"), total=STAGED),
    }


def split_ends(cases: pl.DataFrame) -> dict[str, Breakdown]:
    """Return the intervals in which cases died or were last seen."""
    return {CURVE: Breakdown(mark_ends(cases).with_columns(cell="end"), "band", (STAGE_CURVES,), LOST)}


def split_bases(cases: pl.DataFrame) -> dict[str, Breakdown]:
    """Return microscopic or not, death certificate only or not; who is neither is what the two leave."""
    flagged = cases.with_columns(neither=~pl.col("microscopic") & ~pl.col("dco_only"))
    mv = flagged.with_columns(cell=pl.col("microscopic").cast(pl.String))
    dco = cases.with_columns(cell=pl.col("dco_only").cast(pl.String))
    return {
        "mv_by_year": Breakdown(mv, "year", beside=("neither",)),
        "mv": Breakdown(mv, "band", ("mv_by_year",), ("neither",)),
        "dco_by_year": Breakdown(dco, "year"),
        "dco": Breakdown(dco, "band", ("dco_by_year",)),
    }


# Lost from sight in the first year, without those of whom another page tells how many they are.
LOST = ("lost_after_diagnosis", "lost_of_known_age")


def mark_ends(cases: pl.DataFrame) -> pl.DataFrame:
    """Add `end`, the interval in which a case died (+) or was last seen (-), and the flags `LOST`.

    Cases that cannot be followed are as if last seen in the first year: no page tells the two apart.
    """
    followed = follow_cases(cases)
    out = pl.col("reason").is_not_null()
    passed = [(pl.col("time_days") > 365.25 * year).cast(pl.Int8) for year in YEARS]
    since = pl.sum_horizontal(passed).cast(pl.String)
    seen = pl.concat_str(since, pl.when(pl.col("dead")).then(pl.lit("+")).otherwise(pl.lit("-")))
    lost = pl.col("end") == "0-"
    return followed.with_columns(end=pl.when(out).then(pl.lit("0-")).otherwise(seen)).with_columns(
        lost_after_diagnosis=lost & ~pl.col("dco_only"), lost_of_known_age=lost & pl.col("age").is_not_null()
    )


def decide(breakdown: Breakdown, grid: Grid, finer: Sequence[dict[str, int]]) -> dict[str, int]:
    """Say how far each site, and all of them, may be published.

    Skin stands outside all sites. What covers sites that are staged and sites that are not is decided for each kind
    alone: stage by survival tells what the staged ones are together.
    """
    sites = breakdown.cases["site"].unique().sort().to_list()
    known = {site: max(each.get(site, 0) for each in finer) for site in (*sites, ALL_SITES)} if finer else {}
    kinds = [[site for site in sites if site != SKIN]]
    if breakdown.total == ALL_SITES:
        kinds = [[s for s in kinds[0] if s not in WITHOUT_STAGE], [s for s in kinds[0] if s in WITHOUT_STAGE]]
    found: dict[str, int] = {}
    together = grid.cap(breakdown.total, breakdown.period)
    for kind in kinds:
        floor = known if kind == kinds[0] else {**known, ALL_SITES: 0}
        levels = decide_kind(breakdown, grid, kind, floor)
        together = min(together, levels.pop(ALL_SITES))
        found |= levels
    if SKIN in sites:
        found[SKIN] = decide_kind(breakdown, grid, [SKIN], {**known, ALL_SITES: 0})[SKIN]
    return {**found, ALL_SITES: together}


def decide_kind(breakdown: Breakdown, grid: Grid, sites: list[str], known: dict[str, int]) -> dict[str, int]:
    """Lay the cases of some sites out as sites, sexes and cells, and open what may be opened."""
    keys = [breakdown.period, "cell"]
    cells = lay_out(breakdown.cases.group_by("site", "sex", *keys).len("count"), sites, keys)
    apart = [
        lay_out(
            breakdown.cases.group_by("site", "sex", breakdown.period).agg(pl.col(flag).sum().alias("count")),
            sites,
            [breakdown.period],
        )
        for flag in breakdown.beside
    ]
    names = [*sites, ALL_SITES]
    caps = [*(grid.cap(site, breakdown.period) for site in sites), 2]
    levels = open_layers(
        cells,
        grid.threshold,
        whole=FEWEST,
        least=np.array([known.get(site, 0) for site in names]),
        most=np.array(caps),
        beside=np.concatenate(apart, axis=2) if apart else None,
    )
    return dict(zip(names, levels.tolist(), strict=True))


def lay_out(counts: pl.DataFrame, sites: list[str], cells: Sequence[str]) -> np.ndarray:
    keys = counts.select(
        pl.concat_str([pl.col(name).cast(pl.String) for name in cells], separator="|").alias("key"),
        "site",
        "sex",
        "count",
    )
    columns = {key: at for at, key in enumerate(keys["key"].unique().sort())}
    tensor = np.zeros((len(sites), len(SEXES), len(columns)), dtype=np.int64)
    row = {site: at for at, site in enumerate(sites)}
    for key, site, sex, count in keys.iter_rows():
        if site in row:
            tensor[row[site], SEXES.index(sex), columns[key]] += count
    return tensor
