"""Standardised ratios and Keyfitz's variance beside popEpi, epitools and Rcan."""

import polars as pl
import pytest

from banyan.science.burden import standardise_rates, standardised_ratio
from banyan.science.burden.intervals import log_interval

ON = ("agegroup", "year", "sex")
POPEPI = 0.9500042097035593  # the level whose quantile is the 1.96 that popEpi writes


@pytest.fixture(scope="module")
def folder(oracle):
    return oracle / "statistics"


@pytest.mark.parametrize("interval", ["profile", "exact", "byar"])
@pytest.mark.burden("rates.sir", oracle="b_smr_sire_total.csv")
def test_a_cohort_against_its_population(folder, interval):
    """popEpi rounds to four places; its limits are those of the profile likelihood, and the others lie close."""
    cells = pl.read_csv(folder / "b_smr_sire_aggregated_input.csv.gz").rename(
        {"from0to1": "cases", "pyrs": "person_years"}
    )
    population = pl.read_csv(folder / "b_popmort.csv").rename({"haz": "rate"})
    expected = pl.read_csv(folder / "b_smr_sire_total.csv").row(0, named=True)

    found = standardised_ratio(cells, population, on=ON, interval=interval).row(0, named=True)

    assert found["cases"] == expected["observed"]
    assert found["expected"] == pytest.approx(expected["expected"], abs=1e-4)
    assert found["ratio"] == pytest.approx(expected["sir"], abs=1e-4)
    closeness = 1e-4 if interval == "profile" else 2e-3
    limits = [found["ratio_lower"], found["ratio_upper"]]
    assert limits == pytest.approx([expected["sir.lo"], expected["sir.hi"]], abs=closeness)


@pytest.mark.burden("rates.sir", oracle="c_epitools_indirect_registry1.csv")
def test_registries_against_their_sum(folder):
    data = pl.read_csv(folder / "c_rcan_csu_registry_data_1.csv")
    expected = pl.read_csv(folder / "c_epitools_indirect_registry1.csv").sort("registry")
    chosen = data.filter(pl.col("registry").is_in(expected["registry"].implode()), pl.col("age") <= 18)
    cells = chosen.select("registry", "age", "cases", person_years="py")
    sums = cells.group_by("age").agg(rate=pl.col("cases").sum() / pl.col("person_years").sum())

    found = standardised_ratio(cells, sums, on=["age"], by=["registry"], interval="log")

    for ours, theirs in {
        "expected": "exp",
        "ratio": "sir",
        "ratio_lower": "lci",
        "ratio_upper": "uci",
    }.items():
        assert found[ours].to_list() == pytest.approx(expected[theirs].to_list(), rel=1e-8)


@pytest.mark.burden("rates.asr", oracle="b_rate_adjusted_segi_present_groups.csv")
def test_log_normal_limits_of_an_adjusted_rate(folder):
    """popEpi's interval of a rate that is adjusted by the age groups present."""
    counts = pl.read_csv(folder / "b_lexpand_agg_events_py.csv")
    weights = dict(pl.read_csv(folder / "b_rate_weights_segi_present_groups.csv").iter_rows())
    expected = pl.read_csv(folder / "b_rate_adjusted_segi_present_groups.csv").sort("per")
    cells = counts.filter(pl.col("pyrs") > 0).select(
        "per", age_group="agegroup", cases="from0to1", person_years="pyrs"
    )

    found = standardise_rates(
        cells, by=["per"], standard=weights, interval="log", level=POPEPI, on_missing_band="drop"
    )

    per_person = found.select(pl.col("asr", "asr_se", "asr_lower", "asr_upper") / 1e5)
    names = ("rate.adj", "SE.rate.adj", "rate.adj.lo", "rate.adj.hi")
    for ours, theirs in zip(per_person.columns, names, strict=True):
        assert per_person[ours].to_list() == pytest.approx(expected[theirs].to_list(), rel=1e-10)


@pytest.mark.burden("rates.age_specific", oracle="b_rate_crude_by_period.csv")
def test_crude_rates_by_period(folder):
    expected = pl.read_csv(folder / "b_rate_crude_by_period.csv")

    rate = (expected["from0to1"] / expected["pyrs"]).to_numpy()
    lower, upper = log_interval(rate, 1 / expected["from0to1"].to_numpy() ** 0.5, POPEPI)

    assert [*rate, *lower, *upper] == pytest.approx(
        [*expected["rate"], *expected["rate.lo"], *expected["rate.hi"]], rel=1e-10
    )


@pytest.mark.burden("rates.asr", oracle="c_rcan_asr_registry1_*.csv")
def test_the_binomial_error_is_rcan_s(folder):
    data = pl.read_csv(folder / "c_rcan_csu_registry_data_1.csv")
    expected = pl.read_csv(folder / "c_rcan_asr_registry1_SEGI.csv")
    cells = data.filter(pl.col("age") <= 18, pl.col("py") > 0).select(
        "registry", "cases", age_group=(pl.col("age") - 1) * 5, person_years="py"
    )
    whole = cells.filter(pl.len().over("registry") == 18)

    found = standardise_rates(whole, by=["registry"], interval="normal", variance="binomial")

    both = found.join(expected, on="registry", suffix="_rcan")
    assert both.height >= 2
    assert both["asr_se"].to_list() == pytest.approx(both["st_err"].to_list(), abs=0.005)
