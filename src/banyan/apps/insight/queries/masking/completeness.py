from dataclasses import replace

import polars as pl

from banyan.apps.insight.queries.completeness import ESTIMATES, HELD, METHODS, Sourced, is_whole
from banyan.apps.insight.queries.disclosure import Disclosure, cover_period
from banyan.apps.registry.queries.sources import SOURCES

WHOLE = ("completeness", "completeness_lower", "completeness_upper")
COUNTS = ("observed", "estimate", "lower", "upper")


def mask_completeness(sourced: Sourced, told: Disclosure) -> Sourced:
    """Leave completeness in whole per cent, of all cases of the city and whole bands of years, and no count.

    Of no site, sex or ward is it told, so that nothing can be taken from anything; and only where each way of being
    known to the sources has no case, or as many as may be told, in each band.
    """
    if not is_whole(sourced.question) or not is_safe(sourced, told):
        lacks = dict.fromkeys(METHODS, HELD)
        return Sourced(question=sourced.question, lacks=lacks)
    figures = sourced.estimates.with_columns(
        *(pl.col(name).round(0) for name in WHOLE),
        *(pl.lit(None, ESTIMATES[name]).alias(name) for name in COUNTS),
    )
    return replace(
        sourced, estimates=figures, cells=sourced.cells.clear(), by_year=sourced.by_year.clear(), unsourced=0
    )


def is_safe(sourced: Sourced, told: Disclosure) -> bool:
    bands = cover_period(told.bands, sourced.question.first, sourced.question.last)
    if bands is None or sourced.by_year.is_empty():
        return False
    return all(is_band_safe(sourced.by_year, band, told.threshold) for band in bands)


def is_band_safe(by_year: pl.DataFrame, band: tuple[int, int], threshold: int) -> bool:
    inside = by_year.filter(pl.col("year").is_between(*band))
    cells = inside.group_by("history").agg(pl.col("cases").sum())["cases"]
    return len(cells) <= 2 ** len(SOURCES) and bool((cells >= threshold).all())
