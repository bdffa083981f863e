"""The paper trail: what each source said about a case, rarely all of it and sometimes something else."""

from datetime import date

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import blank_where
from banyan.science.city.facilities import LEAD
from banyan.science.city.histology import MICROSCOPIC

NOTICES = {
    # kind: chance of a notice, where the case allows it; days after the incidence date, on average
    "pathology": (0.93, 6),
    "discharge": (0.72, 30),
    "insurance": (0.32, 45),
    "clinic": (0.11, 15),
    "death": (0.46, 0),
}
STAGE_STATED = {"pathology": 0.15, "discharge": 0.8, "insurance": 0.0, "clinic": 0.45, "death": 0.0}
ELSEWHERE = 0.2  # of discharges come from the lead hospital although the diagnosis was made elsewhere
VAGUE = {"pathology": 0.08, "discharge": 0.18, "insurance": 0.35, "clinic": 0.3, "death": 0.6}
NOT_SPECIFIC = {"3": "8000/3", "2": "8010/2", "1": "8000/1", "0": "8000/0"}
SLIP = 0.02  # of notices name a neighbouring stage


def draw_notifications(
    tumours: pl.DataFrame, deaths: pl.DataFrame, closing: date, rng: Generator
) -> pl.DataFrame:
    """Draw the notices of every case, about 2.2 each and at least one.

    Parameters
    ----------
    tumours : DataFrame
        Finished tumours.
    deaths : DataFrame
        person_id, death_date.
    closing : date
    rng : Generator

    Returns
    -------
    DataFrame
        tumour_number, facility_code, kind, date, topography, morphology, behaviour, basis, stage.
    """
    cases = tumours.join(deaths, on="person_id", how="left", maintain_order="left")
    told = {kind: draw_told(cases, kind, rng) for kind in NOTICES}
    none = ~np.logical_or.reduce(list(told.values()))
    told["discharge"] |= none & ~cases["dco"].to_numpy()
    parts = [state(cases.filter(pl.Series(told[kind])), kind, closing, rng) for kind in NOTICES]
    return pl.concat(parts).sort("tumour_number", "date", "kind")


def draw_told(cases: pl.DataFrame, kind: str, rng: Generator) -> np.ndarray:
    """Return which cases a kind of source tells of."""
    told = rng.random(len(cases)) < NOTICES[kind][0]
    only_death = cases["dco"].to_numpy()
    if kind == "death":
        return (told & cases["death_date"].is_not_null().to_numpy()) | cases["dci"].to_numpy()
    if kind == "pathology":
        return told & cases["basis"].is_in(MICROSCOPIC).to_numpy() & ~only_death
    return told & ~only_death


def state(cases: pl.DataFrame, kind: str, closing: date, rng: Generator) -> pl.DataFrame:
    """Return what one kind of source states about its cases."""
    size = len(cases)
    vague = pl.Series(rng.random(size) < VAGUE[kind])
    delay = pl.duration(days=pl.lit(pl.Series(np.floor(rng.exponential(NOTICES[kind][1], size)))))
    day = (
        pl.col("death_date")
        if kind == "death"
        else pl.min_horizontal(pl.col("incidence_date") + delay, pl.lit(closing))
    )
    site_only = pl.col("topography").str.slice(0, 3) + ".9"
    morphology = pl.when(vague).then(pl.col("behaviour").replace_strict(NOT_SPECIFIC)).otherwise("morphology")
    facility = place(cases, kind, rng)
    return cases.select(
        tumour_number="number",
        facility_code=facility,
        kind=pl.lit(kind),
        date=day,
        topography=pl.when(vague).then(site_only).otherwise("topography"),
        morphology=morphology if kind != "insurance" else pl.lit(None, dtype=pl.String),
        behaviour="behaviour",
        basis=pl.lit("0") if kind == "death" else pl.col("basis"),
        stage=draw_stages(cases["stage"].to_numpy().astype(str), kind, rng),
    )


def place(cases: pl.DataFrame, kind: str, rng: Generator) -> pl.Series:
    """Return who sends it: deaths the station of the ward, the rest the hospital, sometimes the lead one."""
    if kind == "death":
        return "HN-1" + cases["ward_code"]
    moved = rng.random(len(cases)) < (ELSEWHERE if kind in {"discharge", "insurance"} else 0)
    return pl.Series(np.where(moved, LEAD, cases["facility_code"].to_numpy()).astype(str))


def draw_stages(stage: np.ndarray, kind: str, rng: Generator) -> pl.Series:
    """Return the stage as this source wrote it: often nothing, rarely the neighbouring one."""
    slipped = np.select(
        [stage == "I", stage == "II", stage == "III", stage == "IV"], ["II", "III", "IV", "III"], stage
    )
    written = np.where(rng.random(len(stage)) < SLIP, slipped, stage)
    silent = (rng.random(len(stage)) >= STAGE_STATED[kind]) | (stage == "9")
    return blank_where(written, silent)


def mix_status(years: np.ndarray, last_year: int, rng: Generator) -> np.ndarray:
    """Return whether the registrar is done with a case; of the last year some still wait."""
    waiting = rng.random(len(years)) < np.where(years == last_year, 0.05, 0.003)
    return np.where(waiting, "pending", "confirmed")
