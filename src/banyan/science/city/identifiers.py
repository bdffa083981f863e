"""Citizen and insurance numbers that are well formed and agree with sex and birth, and belong to nobody."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import blank_where, choose, choose_column, draw_distinct
from banyan.science.city.tables import mixture

# Province where the birth was registered: Hanoi first, then its neighbours.
PROVINCES = mixture(
    "001:78 036:3 034:3 030:2.5 037:2 038:3 040:2.5 026:2 025:1.5 019:1 024:1 027:1 031:1 033:1.5 035:1.5"
)
INSURED = 0.9
GROUPS = mixture("GD4:44 DN4:27 HC4:5 BT2:5 HN2:4 CK2:4 TN4:2")
SLOTS, STRIDE = 20_000, 7919  # the stride is prime to the slots: members of a group get different serials


def draw_citizen_ids(persons: pl.DataFrame, rng: Generator) -> pl.Series:
    """Return 12 digits, the old 9, or null.

    Twelve digits are province, century and sex, year of birth, serial (Decree 137/2015). Who died early in the
    period often had the old card only; a child often has no number yet; no number stands where the birth is
    unknown.

    Parameters
    ----------
    persons : DataFrame
        sex, birth_year, birth_precision, last_contact_date.
    rng : Generator
    """
    size = len(persons)
    early = (persons["last_contact_date"].dt.year() < 2021).to_numpy()
    child = persons["birth_year"].to_numpy() > persons["last_contact_date"].dt.year().to_numpy() - 14
    weights = np.where(early[:, None], [0.42, 0.46, 0.12], [0.91, 0.03, 0.06])
    weights[child] = [0.55, 0.0, 0.45]
    kind = choose_column(rng, weights)
    new = new_numbers(persons, choose(rng, PROVINCES, size), rng)
    old = pl.Series(10_000_000 + draw_distinct(rng, size, 9_000_000)).cast(pl.String).str.zfill(9)
    number = np.where(kind == 0, new.to_numpy(), old.to_numpy())
    return blank_where(number, (kind == 2) | persons["birth_precision"].is_null().to_numpy())


def new_numbers(persons: pl.DataFrame, province: np.ndarray, rng: Generator) -> pl.Series:
    """Compose 12 digits: province, century and sex, two digits of the year, serial."""
    century = 2 * (persons["birth_year"] // 100 - 19) + (persons["sex"] == "2").cast(pl.Int32)
    frame = pl.DataFrame(
        {
            "prefix": pl.Series(province)
            + century.cast(pl.String)
            + (persons["birth_year"] % 100).cast(pl.String).str.zfill(2)
        }
    )
    width = 1_000_000 // SLOTS
    slot = pl.int_range(pl.len()).over("prefix") * STRIDE % SLOTS
    serial = slot * width + pl.Series(rng.integers(0, width, len(persons)))
    return frame.select(pl.col("prefix") + serial.cast(pl.String).str.zfill(6)).to_series()


def draw_insurance_numbers(persons: pl.DataFrame, rng: Generator) -> pl.Series:
    """Return the ten digits of the social insurance, on older cards with five characters before, or null."""
    size = len(persons)
    digits = pl.Series(100_000_000 + draw_distinct(rng, size, 20_000_000)).cast(pl.String).str.zfill(10)
    age = persons["last_contact_date"].dt.year().to_numpy() - persons["birth_year"].to_numpy()
    group = np.select(
        [age < 6, age >= 60],
        ["TE1", choose(rng, mixture("GD4:50 HT3:38 BT2:8 HN2:4"), size)],
        default=choose(rng, GROUPS, size),
    )
    old_card = (persons["last_contact_date"].dt.year() < 2021).to_numpy()
    card = (pl.Series(group) + "01" + digits).to_numpy()
    insured = rng.random(size) < INSURED
    return blank_where(np.where(old_card, card, digits.to_numpy()), ~insured)
