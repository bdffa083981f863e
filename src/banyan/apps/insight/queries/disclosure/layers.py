"""Whole or not at all: stage, quality and survival of a site, published only where every cell of it is safe."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from banyan.apps.insight.choices import ALL_SITES, WHOLE_CITY
from banyan.apps.insight.queries.disclosure.grid import BOTH, EARLY, SEXES, Period
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import SKIN
from banyan.apps.insight.queries.survival import YEARS, follow_cases
from banyan.science.burden.disclosure import open_layers

FEWEST = 30  # a site with fewer cases is not broken down
MEASURES = ("mv", "dco", "unknown_age", "unknown_stage")
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


def decide_layers(placed: pl.DataFrame, bands: Sequence[Period], threshold: int) -> Layers:
    """Decide each breakdown by year first, then by band of years: what is open by year is open by band."""
    counted = placed.filter(pl.col("site") != EARLY).with_columns(band=find_band(bands))
    levels: dict[str, dict[str, int]] = {}
    for name, cases in split_cases(counted).items():
        by_year = decide(cases, ["year", "cell"], threshold)
        levels[f"{name}_by_year"] = by_year
        levels[name] = decide(cases, ["band", "cell"], threshold, by_year)
    for name, cases in split_followed(counted).items():
        levels[name] = decide(cases, ["band", "cell"], threshold)
    return Layers(levels)


def find_band(bands: Sequence[Period]) -> pl.Expr:
    return pl.coalesce(pl.when(pl.col("year").is_between(*band)).then(pl.lit(str(band[0]))) for band in bands)


def split_cases(cases: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the cases of each breakdown with the cell that each falls into."""
    staged = cases.filter("can_be_staged")
    flags = {
        "mv": (cases, pl.col("microscopic")),
        "dco": (cases, pl.col("dco_only")),
        "unknown_age": (cases, pl.col("age").is_null()),
        "unknown_stage": (staged, pl.col("stage_group").is_null()),
    }
    found = {name: of.with_columns(cell=flag.cast(pl.String)) for name, (of, flag) in flags.items()}
    return {**found, "stage": staged.with_columns(cell=pl.col("stage_group").fill_null("?"))}


def split_followed(cases: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the followed cases by the interval in which they died or were last seen."""
    followed = follow_cases(cases).filter(pl.col("reason").is_null())
    passed = [(pl.col("time_days") > 365.25 * year).cast(pl.Int8) for year in YEARS]
    since = pl.sum_horizontal(passed).cast(pl.String)
    end = pl.concat_str(since, pl.when(pl.col("dead")).then(pl.lit("+")).otherwise(pl.lit("-")))
    stage = pl.col("stage_group").fill_null("?")
    return {
        CURVE: followed.with_columns(cell=end),
        STAGE_CURVES: followed.filter("can_be_staged").with_columns(cell=pl.concat_str(stage, end)),
    }


def decide(
    cases: pl.DataFrame, cells: Sequence[str], threshold: int, before: dict[str, int] | None = None
) -> dict[str, int]:
    """Lay cases out as sites, sexes and cells, and say which may be published; skin stands outside all sites."""
    counts = cases.group_by("site", "sex", *cells).len("count")
    sites = counts["site"].unique().sort().to_list()
    inside = [site for site in sites if site != SKIN]
    known = before or {}
    tensor = lay_out(counts, inside, cells)
    least = np.array([known.get(site, 0) for site in [*inside, ALL_SITES]])
    levels = open_layers(tensor, threshold, whole=FEWEST, least=least).tolist()
    found = dict(zip([*inside, ALL_SITES], levels, strict=True))
    if SKIN in sites:
        alone = lay_out(counts, [SKIN], cells)
        found[SKIN] = open_layers(alone, threshold, whole=FEWEST)[0]
    return found


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
