"""Cox's model against R's coxph, and against a likelihood written out person by person."""

import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import BurdenError, model_survival

pytest.importorskip("statsmodels", reason="Cox's model comes with banyan[cox], which is not installed")


def read_lung(oracle: Path) -> pl.DataFrame:
    rows = pl.read_csv(oracle / "statistics/g_lung.csv", null_values=["", "NA"])
    return rows.with_columns(time_days="time", dead=pl.col("status") - 1)


@pytest.mark.burden("survival.cox", oracle="g_lung.csv")
@pytest.mark.shared
def test_lung_by_sex_is_what_coxph_prints(oracle: Path) -> None:
    """Documentation of R's survival package, lung by sex: coef -0.5310, exp(coef) 0.5880 (0.4237-0.8160), se 0.1672, p 0.00149."""
    found = model_survival(read_lung(oracle), covariates=["sex"])

    row = found.coefficients.row(0, named=True)
    assert (round(row["coefficient"], 4), round(row["std_err"], 4)) == (-0.5310, 0.1672)
    assert tuple(round(row[name], 4) for name in ("ratio", "ratio_lower", "ratio_upper")) == (
        0.5880,
        0.4237,
        0.8160,
    )
    assert round(row["p_value"], 5) == 0.00149
    assert (found.patients, found.deaths, round(found.log_likelihood, 3)) == (228, 165, -744.593)


@pytest.mark.burden("survival.cox", oracle="g_lung.csv")
@pytest.mark.shared
def test_lung_by_age_sex_and_performance_is_what_coxph_prints(oracle: Path) -> None:
    """The example of many texts on R: age 0.011067, sex -0.552612, ph.ecog 0.463728 (n 227, 164 deaths)."""
    rows = read_lung(oracle).drop_nulls("ph.ecog")

    found = model_survival(rows, covariates=["age", "sex", "ph.ecog"])

    assert (found.patients, found.deaths) == (227, 164)
    assert found.coefficients["coefficient"].round(6).to_list() == [0.011067, -0.552612, 0.463728]
    assert found.coefficients["std_err"].round(6).to_list() == [0.009267, 0.167739, 0.113577]


@pytest.mark.burden("survival.cox", oracle="g_colon.csv")
@pytest.mark.shared
def test_colon_by_arm_is_what_coxph_prints(oracle: Path) -> None:
    """Deaths of R's colon (etype 2) by rx, Efron: Lev -0.02664 (0.11030), Lev+5FU -0.37171 (0.11875)."""
    rows = pl.read_csv(oracle / "statistics/g_colon.csv", null_values=["", "NA"]).filter(pl.col("etype") == 2)
    rows = rows.with_columns(time_days="time", dead="status", rx=pl.col("rx").replace("Obs", " Obs"))

    found = model_survival(rows, covariates=["rx"])

    assert (found.patients, found.deaths) == (929, 452)
    assert found.coefficients["term"].to_list() == ["rx Lev", "rx Lev+5FU"]
    assert found.coefficients["coefficient"].round(5).to_list() == [-0.02664, -0.37171]
    assert found.coefficients["std_err"].round(5).to_list() == [0.11030, 0.11875]


def draw_patients(n: int = 60, seed: int = 3) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    time = random.integers(2, 12, n)
    return pl.DataFrame(
        {
            "time_days": time,
            "entry_days": np.where(random.random(n) < 0.4, random.integers(0, 12, n) % time, 0),
            "dead": random.integers(0, 2, n),
            "age": random.normal(60, 9, n),
            "arm": random.choice(["a", "b", "c"], n),
            "region": random.integers(1, 3, n),
        }
    )


def measure(rows: pl.DataFrame, beta: list[float], ties: str) -> float:
    """Log partial likelihood, one death time after the other: at risk is who entered before it and has not left."""
    total = 0.0
    for _, part in rows.group_by("region"):
        time, entry, dead = (part[name].to_numpy() for name in ("time_days", "entry_days", "dead"))
        columns = [
            part["age"].to_numpy(),
            *((part["arm"] == arm).to_numpy().astype(float) for arm in ("b", "c")),
        ]
        score = np.column_stack(columns) @ beta
        for t in np.unique(time[dead == 1]):
            at_risk, died = (entry < t) & (time >= t), (time == t) & (dead == 1)
            share = np.arange(died.sum()) / died.sum() if ties == "efron" else np.zeros(died.sum())
            total += score[died].sum()
            total -= np.log(np.exp(score[at_risk]).sum() - share * np.exp(score[died]).sum()).sum()
    return total


@pytest.mark.burden("survival.cox")
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_late_entry_strata_and_ties_maximise_the_likelihood_written_out(ties: str) -> None:
    rows = draw_patients()

    found = model_survival(rows, covariates=["age", "arm"], strata=["region"], ties=ties)

    beta = found.coefficients["coefficient"].to_list()
    assert found.coefficients["term"].to_list() == ["age", "arm b", "arm c"]
    best = measure(rows, beta, ties)
    for i in range(3):
        for move in (-1e-3, 1e-3):
            moved = [*beta[:i], beta[i] + move, *beta[i + 1 :]]
            assert measure(rows, moved, ties) < best


def test_units_change_the_coefficient_and_nothing_else() -> None:
    rows = draw_patients()
    years = model_survival(rows, covariates=["age"]).coefficients
    decades = model_survival(rows.with_columns(age=pl.col("age") / 10), covariates=["age"]).coefficients

    assert decades["coefficient"][0] == pytest.approx(10 * years["coefficient"][0], rel=1e-6)
    assert decades["p_value"][0] == pytest.approx(years["p_value"][0], rel=1e-6)


FAULTS = {
    "nobody dies": ({"dead": 0}, "nobody dies: there is nothing to fit."),
    "the same twice": ({"copy": pl.col("age") * 2}, "two covariates say the same."),
    "separated": (
        {"copy": pl.col("dead"), "time_days": pl.col("time_days") + 20 * (1 - pl.col("dead"))},
        "no estimate was found: a covariate separates the dead from all others.",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_fitted_is_said_in_one_sentence(fault: str) -> None:
    columns, sentence = FAULTS[fault]
    rows = draw_patients().with_columns(copy=pl.col("region")).with_columns(**columns)

    with pytest.raises(BurdenError) as caught:
        model_survival(rows.drop("entry_days"), covariates=["age", "copy"])

    assert str(caught.value) == sentence


def test_without_the_package_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "statsmodels.duration.hazard_regression", None)

    with pytest.raises(BurdenError) as caught:
        model_survival(draw_patients(), covariates=["age"])

    assert str(caught.value) == "Cox's model needs the package statsmodels; install banyan[cox]."
