"""`banyan rates` on files of other programs, beside what those programs make of them."""

import polars as pl
import pytest


def make_rcan(oracle, tmp_path):
    """Registry data of Rcan with its age codes 1-18 (19 = unknown) written as lower bounds."""
    codes = pl.col("age")
    frame = pl.read_csv(oracle / "statistics" / "c_rcan_csu_registry_data_1.csv")
    path = tmp_path / "rcan.csv"
    frame.with_columns(age_group=pl.when(codes < 19).then(5 * (codes - 1))).drop("age").write_csv(path)
    return path


def test_four_registries_agree_with_rcan(oracle, tmp_path, banyan):
    path = make_rcan(oracle, tmp_path)
    arguments = [
        "rates",
        path,
        "--population",
        path,
        "--map",
        "person_years=py",
        "--fold-oldest",
        "--by",
        "registry",
    ]
    names = {"segi": "SEGI", "european1976": "EURO", "european2013": "EURO2", "who": "WHO"}

    for standard, name in names.items():
        expected = pl.read_csv(oracle / "statistics" / f"c_rcan_asr_registry1_{name}.csv")
        found = {int(row["registry"]): row["asr"] for row in banyan(*arguments, "--standard", standard)}
        for row in expected.rows(named=True):
            assert found[row["registry"]] == pytest.approx(row["asr"], abs=0.00501)


def test_unknown_ages_are_spread_as_rcan_does(oracle, tmp_path, banyan):
    path = make_rcan(oracle, tmp_path)
    arguments = [
        "rates",
        path,
        "--population",
        path,
        "--map",
        "person_years=py",
        "--fold-oldest",
        "--by",
        "registry",
    ]

    rows = banyan(*arguments, "--unknown-age", "redistribute")

    expected = pl.read_csv(oracle / "statistics" / "c_rcan_asr_registry1_SEGI_missingage19.csv")
    found = {int(row["registry"]): (row["cases"], row["person_years"], row["asr"]) for row in rows}
    for row in expected.rows(named=True):
        cases, person_years, asr = found[row["registry"]]
        assert (cases, person_years) == (row["cases"], row["py"])
        assert asr == pytest.approx(row["asr"], abs=0.00501)


@pytest.mark.parametrize(("upper_age", "last_age"), [(65, 13), (75, 15)])
def test_cumulative_risk_agrees_with_rcan(oracle, tmp_path, banyan, upper_age, last_age):
    path = make_rcan(oracle, tmp_path)
    arguments = [
        "rates",
        path,
        "--population",
        path,
        "--map",
        "person_years=py",
        "--fold-oldest",
        "--by",
        "registry",
    ]

    rows = banyan(*arguments, "--upper-age", upper_age, "--unknown-age", "redistribute")

    expected = pl.read_csv(oracle / "statistics" / f"c_rcan_cumrisk_registry1_lastage{last_age}.csv")
    found = {int(row["registry"]): row["cumulative_risk"] for row in rows}
    for registry, risk in expected.select("registry", "cumrisk").rows():
        assert found[registry] == pytest.approx(risk, abs=0.00501)


def test_full_precision_and_gamma_limits(oracle, tmp_path, banyan):
    path = make_rcan(oracle, tmp_path)
    arguments = [
        "rates",
        path,
        "--population",
        path,
        "--map",
        "person_years=py",
        "--fold-oldest",
        "--by",
        "registry",
    ]

    found = {int(row["registry"]): row for row in banyan(*arguments)}

    calvados = found[25002]
    assert calvados["asr"] == pytest.approx(13.41443, abs=5e-6)
    assert (calvados["asr_lower"], calvados["asr_upper"]) == pytest.approx((10.510, 17.446), abs=5e-4)
    cali = found[17001]
    assert cali["asr"] == pytest.approx(4.31523, abs=5e-6)
    assert (cali["asr_lower"], cali["asr_upper"]) == pytest.approx((3.054, 5.977), abs=5e-4)


def test_compressed_file_with_code_99_by_registry_sex_and_year(oracle, banyan):
    path = oracle / "statistics" / "c_rcan_csu_registry_data_2.csv.gz"
    arguments = ["--map", "person_years=py", "--map", "age_group=age", "--unknown-code", 99, "--fold-oldest"]

    rows = banyan("rates", path, "--population", path, *arguments, "--by", "registry,sex,year")

    source = pl.read_csv(path)
    assert sum(row["cases"] for row in rows) == source["cases"].sum()
    strata = source.select("registry", "sex", "year").unique().height
    assert len(rows) == strata


def test_worked_example_of_fay(oracle, tmp_path, banyan):
    source = pl.read_csv(oracle / "statistics" / "c_epitools_down_fay1998_input.csv")
    births = source.filter(pl.col("birth_order") < 6).with_columns(age_group=10 + 5 * pl.col("age_group"))
    births.write_csv(tmp_path / "births.csv")
    weights = births.group_by("age_group").agg(weight=pl.col("pop").sum())
    weights.write_csv(tmp_path / "standard.csv")
    files = [
        tmp_path / "births.csv",
        "--population",
        tmp_path / "births.csv",
        "--standard",
        tmp_path / "standard.csv",
    ]
    names = ["--map", "cases=count", "--map", "person_years=pop"]

    rows = banyan("rates", *files, *names, "--by", "birth_order")

    expected = pl.read_csv(oracle / "statistics" / "c_epitools_down_fay1998_direct.csv")
    found = {int(row["birth_order"]): row for row in rows}
    for row in expected.filter(pl.col("birth_order") < 6).rows(named=True):
        mine = found[row["birth_order"]]
        numbers = (mine["crude_rate"], mine["asr"], mine["asr_lower"], mine["asr_upper"])
        assert numbers == pytest.approx(
            (row["crude.rate"], row["adj.rate"], row["lci"], row["uci"]), rel=1e-8
        )


def test_ho_chi_minh_city_counts_the_aged_that_the_computed_rates_leave_out(oracle, banyan):
    """No person-years at 80 and over: folded into 75+ here, left out there."""
    path = oracle / "burden_vietnam" / "ci5xi_hcmc_2009_2012_age_sex_site.csv"
    names = ["--map", "person_years=py", "--map", "sex=sex_label", "--fold-oldest"]

    rows = banyan("rates", path, "--population", path, *names, "--by", "sex,cancer_code")

    found = {(row["sex"], int(row["cancer_code"])): row for row in rows}
    expected = pl.read_csv(oracle / "burden_vietnam" / "ci5xi_hcmc_asr_computed.csv")
    assert expected.height == 107
    for sex, code, cases, asr in expected.select("sex", "code", "cases", "asr_w").rows():
        row = found["1" if sex == "male" else "2", code]
        assert row["cases"] == cases
        assert row["asr"] >= asr - 0.05


def test_viet_nam_agrees_with_globocan(oracle, shared, tmp_path, banyan):
    source = pl.read_csv(oracle / "burden_vietnam" / "globocan_vn_2022_age_specific_crc_oral.csv")
    population = pl.read_csv(
        shared / "reference" / "tables" / "population" / "vn_population_wpp2019_1980_2050.csv"
    )
    people = make_viet_nam(population)
    people.write_csv(tmp_path / "population.csv")
    cases = source.select("site", pl.col("age_start").alias("age_group"), pl.col("new_cases").alias("cases"))
    cases.write_parquet(tmp_path / "cases.parquet")

    rows = banyan(
        "rates", tmp_path / "cases.parquet", "--population", tmp_path / "population.csv", "--by", "site"
    )

    expected = {"colorectum": 13.8545, "colon": 5.9211, "rectum": 7.4962}
    found = {row["site"]: row["asr"] for row in rows}
    for site, asr in expected.items():
        assert found[site] == pytest.approx(asr, abs=5e-4)


def make_viet_nam(population: pl.DataFrame) -> pl.DataFrame:
    """Both sexes in 2022, linear between 2020 and 2025."""
    lower = pl.col("age_group").str.extract(r"^(\d+)").cast(pl.Int64).clip(upper_bound=85)
    share = pl.col("year").replace_strict({2020: 0.6, 2025: 0.4}, default=None)
    people = population.filter(pl.col("year").is_in([2020, 2025]), pl.col("sex") != "both")
    return people.group_by(age_group=lower).agg(person_years=(pl.col("population") * share).sum())
