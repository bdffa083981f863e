"""Stage at diagnosis: drawn from the site's mix, which shifts a little every year; TNM to go with it."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import blank_where, choose, choose_column
from banyan.science.city.incidence import PIVOT
from banyan.science.city.tables import phrases, read

STAGES = np.array(["I", "II", "III", "IV"])
LATE = np.array([-1.5, -0.5, 0.5, 1.5])  # how far each stage stands from the middle
WITHOUT_TNM = ("lymphoma", "none", "in_situ")
TNM_STATED = 0.78  # of the staged, the rest give the group only
SECOND_EDITION = 2018  # from this year on the eighth edition
THYROID_TURNING_AGE = 55  # below it a differentiated cancer of the thyroid is stage I unless it has spread


def add_stage(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Draw the true stage, what the registry knows of it, and T, N and M.

    Returns
    -------
    DataFrame
        With ``true_stage`` (0-3, for survival only; -1 where the site is not staged), ``stage``
        ("0", "I" ... "IV", "9" unknown), ``stage_system``, ``t``, ``n``, ``m``.
    """
    course = cases.select("site").join(read("site_course"), on="site", how="left", maintain_order="left")
    true = draw_true_stage(cases, course, rng)
    scheme = course["scheme"].to_numpy().astype(str)
    unknown = rng.random(len(cases)) < chance_unknown(cases, course, true)
    stage = np.where(unknown | (true < 0), "9", STAGES[true])
    stage = np.where(scheme == "in_situ", "0", stage)
    return cases.with_columns(
        true_stage=true,
        stage=stage,
        stage_system=name_system(scheme, cases["incidence_date"].dt.year().to_numpy(), stage),
    ).with_columns(**draw_tnm(scheme, stage, rng))


def draw_true_stage(cases: pl.DataFrame, course: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Return 0 to 3 for stages I to IV, -1 where a site is not staged."""
    mix = course.select("i", "ii", "iii", "iv").fill_null(0).to_numpy().astype(float)
    years = cases["incidence_date"].dt.year().to_numpy() - PIVOT
    shift = course["shift"].to_numpy() * years
    weights = mix * np.exp(-shift[:, None] * LATE)
    young_thyroid = (cases["site"] == "thyroid").to_numpy() & (
        cases["exact_age"].to_numpy() < THYROID_TURNING_AGE
    )
    weights[young_thyroid] = [1.0, 0.0, 0.0, 0.0]
    return np.where(mix.sum(axis=1) > 0, choose_column(rng, weights), -1)


def chance_unknown(cases: pl.DataFrame, course: pl.DataFrame, true: np.ndarray) -> np.ndarray:
    """Return the probability that the stage is not known: always for a DCO, more often without a microscope."""
    base = course["unstaged"].to_numpy() / 100
    clinical = cases["basis"].is_in(["1", "2", "4", "9"]).to_numpy()
    chance = base * np.where(clinical, 2.2, 1.0) * np.where(true == 3, 1.15, 0.95)
    return np.where(cases["dco"].to_numpy(), 1.0, chance)


def name_system(scheme: np.ndarray, years: np.ndarray, stage: np.ndarray) -> pl.Series:
    """Return the staging system of each staged case, None where there is none."""
    tnm = np.where(years >= SECOND_EDITION, "TNM8", "TNM7")
    system = np.select([scheme == "lymphoma", scheme == "gynaecology"], ["Ann Arbor", "FIGO"], default=tnm)
    return blank_where(system, (stage == "9") | (stage == "0"))


def draw_tnm(scheme: np.ndarray, stage: np.ndarray, rng: Generator) -> dict[str, pl.Series]:
    """Return T, N and M that belong to the stage, None where only the group is known."""
    triples = np.full(len(stage), "", dtype="<U8")
    stated = rng.random(len(stage)) < TNM_STATED
    for row in read("stage_tnm").iter_rows(named=True):
        chosen = stated & (scheme == row["scheme"]) & (stage == row["stage"].upper())
        triples[chosen] = choose(rng, phrases(row["combinations"]), int(chosen.sum()))
    parts = blank_where(triples, triples == "").str.split_exact(" ", 2).struct.unnest()
    return {name: parts[field].str.slice(1) for name, field in zip("tnm", parts.columns, strict=True)}
