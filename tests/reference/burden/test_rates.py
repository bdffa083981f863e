"""Rates beside Rcan 1.3.92, epitools 0.5-10.1, popEpi 0.4.10 and the published figures of Viet Nam."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import count_cases, standardise_rates

SEGI_OF_RCAN = {"SEGI": "segi", "EURO": "european1976", "EURO2": "european2013", "WHO": "who"}


@pytest.fixture(scope="module")
def registries(oracle):
    """Four registries, age groups 1 to 18 and 19 for unknown, as Rcan ships them."""
    table = pl.read_csv(oracle / "statistics" / "c_rcan_csu_registry_data_1.csv")
    age = pl.when(pl.col("age") < 19).then((pl.col("age") - 1) * 5).alias("age_group")
    return table.select("registry", age, "cases", pl.col("py").cast(pl.Float64).alias("person_years"))


def read(oracle, name):
    return pl.read_csv(oracle / "statistics" / f"c_rcan_{name}.csv").sort("registry")


@pytest.mark.parametrize("base", SEGI_OF_RCAN)
@pytest.mark.burden("rates.asr", "rates.standards", oracle="c_rcan_asr_registry1_*.csv")
def test_asr_equals_rcan_which_folds_the_oldest_groups(oracle, registries, base):
    expected = read(oracle, f"asr_registry1_{base}")
    known = registries.filter(pl.col("age_group").is_not_null())

    rates = standardise_rates(known, by=["registry"], standard=SEGI_OF_RCAN[base], on_missing_band="fold")

    np.testing.assert_allclose(rates["asr"], expected["asr"], atol=0.0051)
    np.testing.assert_allclose(rates["asr_se"], expected["st_err"], atol=0.0051)
    assert rates["cases"].to_list() == expected["cases"].to_list()
    assert rates["person_years"].to_list() == expected["py"].to_list()


@pytest.mark.burden("rates.unknown_age", oracle="c_rcan_asr_registry1_SEGI_missingage19.csv")
def test_unknown_age_equals_rcan_missing_age(oracle, registries):
    expected = read(oracle, "asr_registry1_SEGI_missingage19")

    rates = standardise_rates(registries, by=["registry"], unknown_age="redistribute", on_missing_band="fold")

    np.testing.assert_allclose(rates["asr"], expected["asr"], atol=0.0051)
    np.testing.assert_allclose(rates["asr_se"], expected["st_err"], atol=0.0051)
    assert rates["cases"].to_list() == expected["cases"].to_list()
    correction = 100 * rates["unknown_age_cases"] / (rates["cases"] - rates["unknown_age_cases"])
    np.testing.assert_allclose(correction, expected["correction"], atol=0.05)


@pytest.mark.burden("rates.truncated", oracle="c_rcan_asr_registry1_SEGI_0_14.csv")
def test_truncated_rate_equals_rcan(oracle, registries):
    """Rcan counts the cases of unknown age among those of 0-14; ours says them beside."""
    expected = read(oracle, "asr_registry1_SEGI_0_14")

    rates = standardise_rates(
        registries, by=["registry"], ages=(0, 14), unknown_age="redistribute", upper_age=15
    )

    np.testing.assert_allclose(rates["asr"], expected["asr"], atol=0.0051)
    np.testing.assert_allclose(rates["asr_se"], expected["st_err"], atol=0.0051)
    assert (rates["cases"] + rates["unknown_age_cases"]).to_list() == expected["cases"].to_list()


@pytest.mark.parametrize(("last_band", "upper_age"), [(13, 65), (15, 75)])
@pytest.mark.burden("rates.cumulative", oracle="c_rcan_cumrisk_registry1_*.csv")
def test_cumulative_risk_equals_rcan_and_its_error_is_that_of_the_rate(
    oracle, registries, last_band, upper_age
):
    """Rcan prints the standard error of the cumulative rate beside the risk; ours gives one for each."""
    expected = read(oracle, f"cumrisk_registry1_lastage{last_band}")

    rates = standardise_rates(
        registries, by=["registry"], upper_age=upper_age, unknown_age="redistribute", on_missing_band="fold"
    )

    np.testing.assert_allclose(rates["cumulative_risk"], expected["cumrisk"], atol=0.0051)
    np.testing.assert_allclose(rates["cumulative_rate_se"], expected["st_err"], atol=0.0051)
    alive = np.exp(-rates["cumulative_rate"].to_numpy() / 100)
    np.testing.assert_allclose(rates["cumulative_risk_se"], alive * rates["cumulative_rate_se"], rtol=1e-12)


@pytest.mark.burden("intervals.gamma", oracle="c_epitools_direct_registry1_segi_gamma.csv")
def test_gamma_interval_equals_epitools(oracle, registries):
    expected = pl.read_csv(oracle / "statistics" / "c_epitools_direct_registry1_segi_gamma.csv").sort(
        "registry"
    )
    known = registries.filter(
        pl.col("age_group").is_not_null(), pl.col("registry").is_in(expected["registry"].to_list())
    )

    rates = standardise_rates(known, by=["registry"])

    for ours, theirs in (
        ("crude_rate", "crude.rate"),
        ("asr", "adj.rate"),
        ("asr_lower", "lci"),
        ("asr_upper", "uci"),
    ):
        np.testing.assert_allclose(rates[ours], expected[theirs], rtol=1e-8)


@pytest.mark.burden("rates.asr", oracle="b_rate_adjusted_segi_present_groups.csv")
def test_rates_of_present_groups_equal_popepi(oracle):
    """popEpi rescales Segi's weights to the 12 groups present, ages 30 and over: a truncated standard."""
    folder = oracle / "statistics"
    events = pl.read_csv(folder / "b_lexpand_agg_events_py.csv")
    expected = pl.read_csv(folder / "b_rate_adjusted_segi_present_groups.csv").sort("per")
    cells = events.select("per", age_group="agegroup", cases="from0to1", person_years="pyrs")

    rates = standardise_rates(cells, by=["per"], ages=(30, None), on_missing_band="drop")

    np.testing.assert_allclose(rates["asr"] / 1e5, expected["rate.adj"], rtol=1e-10)
    np.testing.assert_allclose(rates["asr_se"] / 1e5, expected["SE.rate.adj"], rtol=1e-10)
    np.testing.assert_allclose(rates["crude_rate"] / 1e5, expected["rate"], rtol=1e-10)


@pytest.mark.burden("rates.counts", oracle="c_rcan_group_cases.csv")
def test_counts_equal_rcan_group_cases(oracle):
    """Every count that Rcan makes from the individual file, by registry, sex, year and age group."""
    folder = oracle / "statistics"
    expected = pl.read_csv(folder / "c_rcan_group_cases.csv", infer_schema_length=None)
    individuals = pl.read_csv(folder / "c_rcan_data_individual_file.csv", infer_schema_length=None)
    by = ["regcode", "sex", "year", "LABEL"]
    group = pl.col("site").str.slice(0, 3).replace_strict(_icd_groups(oracle), default=None).alias("LABEL")
    cases = individuals.select(
        "regcode",
        "sex",
        (pl.col("doi") // 10_000).alias("year"),
        group,
        pl.when(pl.col("age") < 999).then(pl.col("age")).alias("age"),
    )

    counted = count_cases(cases, by=by)

    theirs = (
        expected.filter(pl.col("cases") > 0)
        .with_columns(age_group=pl.when(pl.col("age_group") < 19).then((pl.col("age_group") - 1) * 5))
        .select(*by, "age_group", "cases")
        .sort([*by, "age_group"], nulls_last=True)
    )
    ours = counted.filter(pl.col("LABEL").is_not_null())
    assert ours.rows() == theirs.rows()


def _icd_groups(oracle):
    """Three-character ICD-10 code to the label of the range it falls in, such as C03 to that of C00-08."""
    groups = {}
    for ranges, label in pl.read_csv(oracle / "statistics" / "c_rcan_ICD_group_GLOBOCAN.csv").rows():
        for part in ranges.split(","):
            first, _, last = part.removeprefix("C").partition("-")
            groups |= {f"C{code:02d}": label for code in range(int(first), int(last or first) + 1)}
    return groups


PUBLISHED = {
    ("colorectum", "new_cases"): (13.9, 13.8545),
    ("colorectum", "deaths"): (6.8, 6.7364),
    ("colon", "new_cases"): (5.9, 5.9211),
    ("colon", "deaths"): (3.0, 2.9584),
    ("rectum", "new_cases"): (7.5, 7.4962),
    ("rectum", "deaths"): (3.6, 3.5580),
    ("lip-oral-cavity", "new_cases"): (2.0, 2.0244),
    ("lip-oral-cavity", "deaths"): (1.0, 1.0388),
}


@pytest.mark.burden("rates.asr", oracle="GLOBOCAN 2022, Viet Nam")
def test_viet_nam_2022_equals_globocan(oracle, shared):
    """Published to one decimal on a finer interpolation of the population, so within 0.07 (see its README)."""
    ages = pl.read_csv(oracle / "burden_vietnam" / "globocan_vn_2022_age_specific_crc_oral.csv")
    cells = (
        ages.unpivot(
            ["new_cases", "deaths"], index=["site", "age_start"], variable_name="measure", value_name="cases"
        )
        .rename({"age_start": "age_group"})
        .join(_interpolate_population(shared), on="age_group")
    )

    rates = standardise_rates(cells, by=["site", "measure"])

    found = {(row["site"], row["measure"]): row["asr"] for row in rates.iter_rows(named=True)}
    assert found.keys() == PUBLISHED.keys()
    for key, (printed, computed) in PUBLISHED.items():
        assert abs(found[key] - computed) <= 0.0005
        assert abs(found[key] - printed) <= 0.07


def _interpolate_population(shared):
    """WPP 2019 at 2022: 0.6 of 2020 and 0.4 of 2025, both sexes, 85 and over summed: 98 845 883 people."""
    people = pl.read_csv(
        shared / "reference" / "tables" / "population" / "vn_population_wpp2019_1980_2050.csv"
    ).filter(pl.col("year").is_in([2020, 2025]))
    age = pl.col("age_group").str.extract(r"^(\d+)").cast(pl.Int64)
    share = pl.when(pl.col("year") == 2020).then(0.6).otherwise(0.4)
    summed = (
        people.group_by(pl.min_horizontal(age, pl.lit(85)).alias("age_group"))
        .agg(person_years=(share * pl.col("population")).sum())
        .sort("age_group")
    )
    assert round(summed["person_years"].sum()) == 98_845_883
    return summed


@pytest.mark.burden("rates.asr", oracle="Cancer Incidence in Five Continents XI, Ho Chi Minh City")
def test_ho_chi_minh_city_equals_the_computed_rates(oracle):
    """No person-years at 80 and over: the computed rates leave those cases out (the folded ones are higher)."""
    folder = oracle / "burden_vietnam"
    cells = pl.read_csv(folder / "ci5xi_hcmc_2009_2012_age_sex_site.csv")
    expected = pl.read_csv(folder / "ci5xi_hcmc_asr_computed.csv").sort("sex", "code")
    age = pl.col("age_group").str.extract(r"^(\d+)").cast(pl.Int64)
    frame = cells.select(
        age.alias("age_group"),
        "cases",
        sex="sex_label",
        code="cancer_code",
        person_years=pl.col("py").cast(float),
    )

    rates = standardise_rates(frame, by=["sex", "code"], on_missing_band="drop").filter(pl.col("cases") > 0)

    assert rates.height == 107
    assert rates["cases"].to_list() == expected["cases"].to_list()
    assert rates["asr"].round(1).to_list() == expected["asr_w"].to_list()
