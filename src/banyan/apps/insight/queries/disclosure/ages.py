"""Rates that say nothing of a hidden age: its cases are shared out among all ages that are hidden with it.

A standardised rate is a weighted sum of the cases of each age. With known populations, and as many rates as there are
standards, years and sites, such sums tell hidden ages apart even where each is rounded. So the ages that are hidden are
taken as one group with one rate: what is worked out from it is worked out from numbers that are told.
"""

from collections.abc import Callable, Sequence
from functools import reduce

import polars as pl

from banyan.apps.insight.queries.disclosure.grid import Period

Hidden = Callable[[str, Period], Sequence[int | None]]


def pool_ages(
    cases: pl.DataFrame, people: pl.DataFrame, part: pl.Expr, bands: Sequence[Period], hidden: Hidden
) -> pl.DataFrame:
    """Give the cases of hidden ages one rate in each year.

    Parameters
    ----------
    cases : data frame
        Counted rows: year, age_group (null: unknown), cases, and what else tells them apart.
    people : data frame
        year, age_group, person_years.
    part : expression
        The site of the grid whose ages count for a row.
    hidden : function
        The ages of a site and band that are not told.

    Returns
    -------
    polars.DataFrame
        The columns of `cases`, in any order of rows; cases are no whole numbers any more, their sums are.
    """
    marked = cases.with_columns(part.alias("part"), pl.col("cases").cast(pl.Float64), band=find_start(bands))
    kinds = marked.select("part", "band").unique().drop_nulls()
    starts = {band[0]: band for band in bands}
    rows = [(site, start, age) for site, start in kinds.iter_rows() for age in hidden(site, starts[start])]
    keys = ["part", "band", "age_group"]
    pooled = pl.DataFrame(rows, schema={name: marked.schema[name] for name in keys}, orient="row")
    crowd = people.group_by("year", "age_group").agg(pl.col("person_years").sum())
    shares = share_out(pooled, crowd, bands)
    inside = marked.join(pooled, on=keys, how="semi", nulls_equal=True)
    left = marked.join(pooled, on=keys, how="anti", nulls_equal=True)
    others = [name for name in marked.columns if name not in ("age_group", "cases")]
    spread = (
        inside.group_by(others)
        .agg(pl.col("cases").sum())
        .join(shares, on=["part", "year"], how="inner")
        .with_columns(cases=pl.col("cases") * pl.col("share"))
    )
    return pl.concat([left.select(cases.columns), spread.select(cases.columns)])


def find_start(bands: Sequence[Period]) -> pl.Expr:
    """Return the first year of the band in which a row's year lies."""
    year = pl.col("year")
    return reduce(
        lambda found, band: pl.when(year.is_between(*band)).then(pl.lit(band[0], pl.Int64)).otherwise(found),
        bands,
        pl.lit(None, pl.Int64),
    )


def share_out(pooled: pl.DataFrame, crowd: pl.DataFrame, bands: Sequence[Period]) -> pl.DataFrame:
    """Return part, year, age_group, share: as the people of the pooled ages are shared in that year."""
    placed = crowd.with_columns(
        band=find_start(bands), age_group=pl.col("age_group").cast(pooled.schema["age_group"])
    )
    inside = pooled.drop_nulls("age_group").join(placed, on=["band", "age_group"], how="inner")
    return inside.with_columns(
        share=pl.col("person_years") / pl.col("person_years").sum().over("part", "year")
    ).select("part", "year", "age_group", "share")
