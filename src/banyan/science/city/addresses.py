"""Where they lived: a made-up line and a real ward, most often written with the units before July 2025."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import blank_where
from banyan.science.city.wards import load_old_wards, load_ward_links, load_wards

OLD_STYLE = 0.9  # of the addresses were written before the reform and name the old unit and its district
PART_WEIGHT = 0.4  # of a divided old unit, against 1 for one that went over whole


def add_addresses(persons: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Add ``old_ward_code``, ``ward_method`` and ``address``.

    Returns
    -------
    DataFrame
        ``old_ward_code`` is null where the address names only the unit of 2025. ``ward_method`` says how the
        ward of 2025 follows from the address: "stated"; "whole", the old unit went there undivided; of a divided
        one "default", where the source's choice is right, and "chosen", where somebody had to know better.
    """
    size = len(persons)
    old = blank_where(draw_old_wards(persons["ward_code"], rng), rng.random(size) >= OLD_STYLE)
    persons = persons.with_columns(old_ward_code=old)
    persons = persons.with_columns(ward_method=name_method(persons))
    older = load_old_wards().select(old_ward_code="code", old_name="name", district="district")
    newer = load_wards().select(ward_code="code", new_name="name")
    named = persons.join(older, on="old_ward_code", how="left", maintain_order="left").join(
        newer, on="ward_code", how="left", maintain_order="left"
    )
    unit = pl.coalesce("old_name", "new_name")
    place = pl.concat_str(
        lower_kind(unit), lower_kind(pl.col("district")), pl.lit("Hà Nội"), separator=", ", ignore_nulls=True
    )
    rural = unit.str.starts_with("Xã")
    line = pl.when(rural).then(pl.lit(draw_villages(size, rng))).otherwise(pl.lit(draw_streets(size, rng)))
    return persons.with_columns(address=named.select(pl.concat_str(line, place, separator=", ")).to_series())


def draw_old_wards(ward_codes: pl.Series, rng: Generator) -> np.ndarray:
    """Return for each ward one of the old units that went into it."""
    links = load_ward_links().with_columns(
        weight=pl.when(pl.col("relation") == "whole").then(1.0).otherwise(PART_WEIGHT)
    )
    codes = ward_codes.to_numpy().astype(str)
    old = np.full(len(codes), "", dtype="<U5")
    for (ward,), group in sorted(links.group_by("new_ward_code", maintain_order=True)):
        chosen = codes == ward
        weights = group["weight"].to_numpy() / group["weight"].sum()
        old[chosen] = rng.choice(
            group["old_ward_code"].to_numpy().astype(str), size=int(chosen.sum()), p=weights
        )
    return old


def name_method(persons: pl.DataFrame) -> pl.Series:
    """Return how the ward of 2025 follows from the old one."""
    links = load_ward_links().rename({"new_ward_code": "ward_code"})
    linked = persons.select("old_ward_code", "ward_code").join(
        links, on=["old_ward_code", "ward_code"], how="left", maintain_order="left"
    )
    method = (
        pl.when(pl.col("relation").is_null())
        .then(pl.lit("stated"))
        .when(pl.col("relation") == "whole")
        .then(pl.lit("whole"))
        .when("default")
        .then(pl.lit("default"))
        .otherwise(pl.lit("chosen"))
    )
    return linked.select(method).to_series()


def lower_kind(name: pl.Expr) -> pl.Expr:
    """Write the kind of a unit small, as inside a sentence: "phường Ba Đình"."""
    return name.str.slice(0, 1).str.to_lowercase() + name.str.slice(1)


def draw_villages(size: int, rng: Generator) -> pl.Series:
    village = pl.Series(rng.integers(1, 13, size)).cast(pl.String)
    return "Thôn " + village


def draw_streets(size: int, rng: Generator) -> pl.Series:
    number, alley, group = (pl.Series(rng.integers(1, top, size)).cast(pl.String) for top in (120, 60, 31))
    return "Số " + number + " ngõ " + alley + ", tổ " + group
