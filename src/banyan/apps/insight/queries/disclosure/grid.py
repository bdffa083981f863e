"""The fixed grid of what is published without identified access: sites, sexes, years and bands of years."""

from collections.abc import Sequence
from typing import Any

import polars as pl

from banyan.apps.insight.choices import ALL_SITES, SexAsked
from banyan.apps.insight.queries.register import SKIN, WITHOUT_STAGE
from banyan.science.burden.disclosure import Dimension
from banyan.science.coding import site_groups

BAND = 5
EVER = "ever"
NO_SITE, EARLY = "none", "early"  # a tumour of no group; bladder tumours that count on request only
STAGED, UNSTAGED = "staged", "unstaged"  # known as soon as the stage page shows all sites together
BOTH, OTHER_SEX = SexAsked.BOTH.value, "9"
SEXES = (SexAsked.MALE.value, SexAsked.FEMALE.value, OTHER_SEX)
SEX = Dimension("sex", SEXES, {BOTH: SEXES})

Period = tuple[int, int]


def cut_bands(years: Sequence[int]) -> list[Period]:
    """Cut the years of a register into bands of five, counted back from the last; the first may be shorter."""
    last = years[-1]
    ends = list(range(last, years[0] - 1, -BAND))[::-1]
    return [(max(years[0], end - BAND + 1), end) for end in ends]


def cover_period(bands: Sequence[Period], first: int, last: int) -> list[Period] | None:
    """Return the bands that make up a period, or None where it is not made of whole bands."""
    inside = [band for band in bands if first <= band[0] and band[1] <= last]
    whole = bool(inside) and inside[0][0] == first and inside[-1][1] == last
    return inside if whole else None


def name_band(band: Period) -> str:
    return str(band[0]) if band[0] == band[1] else f"{band[0]}-{band[1]}"


def year_dimension(years: Sequence[int]) -> Dimension:
    """Return years, bands of them, and all: as the trend and the periods of the pages publish them."""
    bands = cut_bands(years)
    totals: dict[str, tuple[str, ...]] = {
        name_band(band): tuple(str(year) for year in years if band[0] <= year <= band[1])
        for band in bands
        if band[0] < band[1]
    }
    if len(bands) > 1:
        totals[EVER] = tuple(name_band(band) for band in bands)
    return Dimension("year", tuple(map(str, years)), totals)


def site_dimension() -> Dimension:
    """Return all sites as the pages count them: skin and early bladder tumours stand beside, not in, the total."""
    keys = [group.key for group in site_groups()]
    staged = tuple(key for key in [*keys, NO_SITE] if key not in (*WITHOUT_STAGE, SKIN))
    totals = {STAGED: staged, UNSTAGED: WITHOUT_STAGE, ALL_SITES: (STAGED, UNSTAGED)}
    return Dimension("site", (*keys, NO_SITE, EARLY), totals)


def place_cases(cases: pl.DataFrame) -> pl.LazyFrame:
    """Give each tumour the site and sex of the grid."""
    site = pl.when("early").then(pl.lit(EARLY)).otherwise(pl.col("site").fill_null(NO_SITE))
    sex = pl.when(pl.col("sex").is_in(SEXES[:2])).then("sex").otherwise(pl.lit(OTHER_SEX))
    return cases.lazy().with_columns(site=site, sex=sex)


def list_parts(site: str, *, skin: bool, early: bool) -> list[str]:
    """Return the sites of the grid whose sum a question asks for."""
    extra = [SKIN] if skin and site == ALL_SITES else []
    if early and site in (ALL_SITES, "bladder"):
        extra.append(EARLY)
    return [site, *extra]


def count_cells(cases: pl.LazyFrame, by: Sequence[str], **more: Any) -> pl.DataFrame:
    return cases.group_by(by).agg(pl.len().alias("count"), **more).collect()
