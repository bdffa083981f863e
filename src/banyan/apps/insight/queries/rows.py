"""Rows without identity: one a case, with nothing that names a person and nothing that only a few share."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.conf import settings

from banyan.apps.insight.queries.disclosure.grid import name_band, place_cases
from banyan.apps.insight.queries.disclosure.tables import Disclosure
from banyan.apps.insight.queries.memory import Memory
from banyan.apps.insight.queries.register import Register
from banyan.apps.people.choices import Purpose
from banyan.apps.people.queries.consent import refused_ids

FEWEST_ALIKE = 5
# A ward is named where so many live there; elsewhere the row says the city.
LARGE_WARD = 100_000
LONGEST = 120  # months of follow-up told; who was followed longer is told as 120
# One row in ten is kept back by the site's secret: a count of rows is no count of cases.
KEPT_BACK = 0.1
FEWEST_OF_A_TYPE = 20  # a morphology with fewer cases of its site is not told
WHOLE_CITY = "city"
ALIKE = ("sex", "age_group", "year", "place")
COLUMNS = (
    "key", "sex", "age_group", "year", "place", "site", "topography", "morphology", "basis", "stage", "dead",
    "months",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Extract:
    """The rows that may leave (COLUMNS, in the order of their keys), and what became of the others.

    `fewest` is the smallest number of rows alike in sex, age group, year and place; `held` were alike with fewer than
    five and are not among the rows; `sampled` were kept back by chance, or because the person refused research or her
    record is restricted (a number of its own would tell how few); `widened` say less of year or place.
    """

    rows: pl.DataFrame
    fewest: int
    held: int
    sampled: int
    widened: int


_extracts: Memory[Extract] = Memory(1)


def extract_rows(register: Register, told: Disclosure) -> Extract:
    """Return the rows that may leave now: a refusal of research, or a restriction, holds from its own moment."""
    refused = frozenset(refused_ids(Purpose.RESEARCH))
    return _extracts.recall(
        (register.key, register.version.fingerprint, refused), lambda: make_extract(register, told, refused)
    )


def make_extract(register: Register, told: Disclosure, refused: frozenset[int]) -> Extract:
    """Choose, code, widen until nobody stands out, and hold back who still does."""
    secret = make_secret(register)
    keys = [
        hashlib.blake2b(str(number).encode(), key=secret, digest_size=12).digest()
        for number in register.cases["id"]
    ]
    kept = pl.Series([key[-1] >= 256 * KEPT_BACK for key in keys], dtype=pl.Boolean)
    keyed = register.cases.with_columns(key=pl.Series([key[:8].hex() for key in keys], dtype=pl.String))
    cases = keyed.filter(kept & ~pl.col("early") & pl.col("person").is_in(refused).not_())
    rows = widen(code_rows(cases, register, told), told)
    alike = rows.with_columns(alike=pl.len().over(ALIKE))
    safe = alike.filter(pl.col("alike") >= FEWEST_ALIKE)
    return Extract(
        rows=safe.select(COLUMNS).sort("key"),
        fewest=int(safe["alike"].min() or 0),  # type: ignore[arg-type]
        held=alike.height - safe.height,
        sampled=keyed.height - cases.height,
        widened=int(safe["widened"].sum()),
    )


def make_secret(register: Register) -> bytes:
    """Return a secret of this site and this version: keys of two extracts cannot be joined, nor turned back."""
    mark = f"rows {register.version.fingerprint}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), mark, hashlib.sha256).digest()


def code_rows(cases: pl.DataFrame, register: Register, told: Disclosure) -> pl.DataFrame:
    """Say of each case what may be said: no dates, codes at their broad level, wards that are large."""
    end = pl.coalesce("death_date", "last_contact_date")
    days = (end - pl.col("incidence_date")).dt.total_days()
    people = register.people.filter(pl.col("year") == register.years[-1])
    wards = people.group_by("ward_code").agg(pl.col("person_years").sum())
    large = wards.filter(pl.col("person_years") >= LARGE_WARD)["ward_code"].to_list()
    placed = place_cases(cases).collect()
    shown = [told.shows_case(*case) for case in placed.select("site", "sex", "year").iter_rows()]
    common = pl.len().over("site", "morphology") >= FEWEST_OF_A_TYPE
    return placed.with_columns(
        pl.Series("shown", shown, dtype=pl.Boolean),
        year=pl.col("year").cast(pl.String),
        age_group=pl.col("age_group").cast(pl.Int64),
        place=pl.when(pl.col("ward_code").is_in(large)).then("ward_code").otherwise(pl.lit(WHOLE_CITY)),
        topography=pl.col("topography").str.slice(0, 3),
        morphology=pl.when(common).then("morphology"),
        stage=pl.col("stage_group"),
        dead=pl.col("death_date").is_not_null().cast(pl.Int8),
        months=pl.when(days >= 0).then((days / 30.4375).floor().clip(upper_bound=LONGEST).cast(pl.Int64)),
    ).with_columns(
        pl.when("shown").then(pl.col(name)).alias(name) for name in ("site", "topography", "morphology")
    )


def widen(rows: pl.DataFrame, told: Disclosure) -> pl.DataFrame:
    """Say less of those who are alike with too few: first the city for the ward, then the band for the year."""
    bands = {str(year): name_band(band) for band in told.bands for year in range(band[0], band[1] + 1)}
    steps: list[tuple[str, Any]] = [
        ("place", pl.lit(WHOLE_CITY)),
        ("year", pl.col("year").replace(bands)),
    ]
    wide = rows.with_columns(widened=pl.lit(value=False))
    for name, broader in steps:
        few = pl.len().over(ALIKE) < FEWEST_ALIKE
        changed = few & (pl.col(name) != broader)
        wide = wide.with_columns(
            pl.when(few).then(broader).otherwise(pl.col(name)).alias(name),
            widened=pl.col("widened") | changed,
        )
    return wide
