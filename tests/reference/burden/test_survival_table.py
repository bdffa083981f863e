"""Life tables of patients beside popEpi 0.4.10: Finnish women with rectal cancer, monthly, to ten years."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import LifeTable, net_survival, survival_from_counts, survival_table

YEAR = 365.242199
MONTHS = np.arange(121) / 12
THEIRS = {
    "Tstart": "from_years",
    "Tstop": "years",
    "d": "deaths",
    "pyrs": "person_years",
    "n": "at_risk",
    "n.cens": "censored",
    "d.exp": "expected",
    "d.pp": "weighted_deaths",
    "d.pp.2": "weighted_deaths_squared",
    "d.exp.pp": "weighted_expected",
    "pyrs.pp": "weighted_person_years",
    "n.pp": "weighted_at_risk",
    "n.cens.pp": "weighted_censored",
}
CASES = [("pohar-perme", "pp"), ("ederer2", "e2")]
FORMS = ["hazard", "lifetable"]


@pytest.fixture(scope="module")
def popmort(oracle):
    table = pl.read_csv(oracle / "statistics" / "b_popmort.csv")
    renamed = table.select(pl.col("sex") + 1, "year", age="agegroup", hazard="haz")
    return LifeTable.from_frame(renamed, days_per_year=YEAR)


@pytest.fixture(scope="module")
def sire(oracle):
    """Without those who were diagnosed on the day they left, whom popEpi cannot take."""
    women = pl.read_csv(oracle / "statistics" / "b_sire.csv", try_parse_dates=True)
    return women.filter(pl.col("dg_date") < pl.col("ex_date")).select(
        sex=pl.col("sex") + 1,
        age_days=pl.col("dg_age") * YEAR,
        diagnosis_date="dg_date",
        time_days=(pl.col("ex_date") - pl.col("dg_date")).dt.total_days(),
        dead=(pl.col("status") > 0).cast(pl.Int64),
    )


def read_table(oracle, name):
    table = pl.read_csv(oracle / "statistics" / f"b_survtab_sire_monthly_{name}.csv")
    return table.rename({theirs: ours for theirs, ours in THEIRS.items() if theirs in table.columns})


def find_differences(found, expected, short, tolerance):
    """Return the columns of which a row lies further apart; a value that only one side has is one."""
    pairs = {"observed": "surv.obs", "observed_std_err": "SE.surv.obs"}
    pairs |= {"survival": f"r.{short}", "std_err": f"SE.r.{short}"} if short else {}
    pairs |= {"lower": f"r.{short}.lo", "upper": f"r.{short}.hi"} if short else {}
    return [
        ours
        for ours, theirs in pairs.items()
        if not np.allclose(found[ours], expected[theirs], rtol=0, atol=tolerance, equal_nan=True)
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("method", "short"), CASES)
@pytest.mark.burden("survival.counts", oracle="b_survtab_sire_monthly_*.csv")
def test_popepis_own_counts_give_popepis_survival(oracle, method, short, form):
    expected = read_table(oracle, f"{short}_{form}")

    found = survival_from_counts(expected, method=method, form=form, convention="popepi")

    assert find_differences(found, expected, short, 1e-12) == []


@pytest.mark.burden("survival.counts", oracle="b_survtab_sire_monthly_observed.csv")
def test_popepis_own_counts_give_popepis_observed_survival(oracle):
    expected = read_table(oracle, "observed")

    found = survival_from_counts(expected, method="observed")

    assert find_differences(found, expected, "", 1e-12) == []
    for ours, theirs in (("lower", "surv.obs.lo"), ("upper", "surv.obs.hi")):
        np.testing.assert_allclose(found[ours], expected[theirs], rtol=0, atol=1e-12)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("method", "short"), CASES)
@pytest.mark.burden("survival.table", oracle="b_survtab_sire_monthly_*.csv")
def test_persons_give_popepis_counts_and_survival(oracle, sire, popmort, method, short, form):
    expected = read_table(oracle, f"{short}_{form}")

    found = survival_table(
        sire, popmort, breaks=MONTHS, method=method, form=form, convention="popepi", clock="calendar"
    )

    assert find_differences(found, expected, short, 1e-8) == []
    for name in [name for name in THEIRS.values() if name in expected.columns and name in found.columns]:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-8, atol=1e-9, err_msg=name)


@pytest.mark.burden("survival.table", oracle="b_survtab_sire_monthly_observed.csv")
def test_persons_give_popepis_observed_table(oracle, sire, popmort):
    expected = read_table(oracle, "observed")

    found = survival_table(
        sire, popmort, breaks=MONTHS, method="observed", convention="popepi", clock="calendar"
    )

    assert find_differences(found, expected, "", 1e-12) == []


@pytest.mark.parametrize("form", FORMS)
def test_exact_life_table_is_the_curve_within_a_thousandth(sire, popmort, form):
    """popEpi's weights fall within an interval, where those of the definition rise: at ten years it is 4e-4 away."""
    curve = net_survival(sire, popmort, at=[1, 5, 10])

    found = survival_table(sire, popmort, breaks=MONTHS, form=form)[[11, 59, 119]]

    np.testing.assert_allclose(found["survival"], curve["survival"], rtol=0, atol=1e-3)
    np.testing.assert_allclose(found["std_err"], curve["std_err"], rtol=0, atol=1e-3)


@pytest.mark.burden("survival.table", oracle="popEpi .44144141 for colrec")
def test_colrec_gives_popepis_monthly_figure(oracle, slopop):
    """Time as days / 365.241: popEpi's five years of the benchmark are .44144141."""
    colrec = pl.read_csv(oracle / "statistics" / "a_colrec.csv", try_parse_dates=True)
    patients = colrec.rename({"diag_date": "diagnosis_date", "stat": "dead"})

    found = survival_table(patients, slopop, breaks=MONTHS, convention="popepi")

    assert found["survival"][59] == pytest.approx(0.44144141, abs=1e-7)
