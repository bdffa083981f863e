"""`banyan survival` on the patients of relsurv and popEpi."""

from datetime import date

import polars as pl
import pytest

from banyan.science.burden import LifeTable, design_patients, net_survival

COLREC = [
    "--map",
    "dead=stat",
    "--map",
    "diagnosis_date=diag_date",
    "--map",
    "hazard=haz_annual",
    "--days-per-year",
    "365.241",
]
COLUMNS = ("survival", "std_err", "lower", "upper")


def run_colrec(banyan, oracle, *options):
    statistics = oracle / "statistics"
    files = [statistics / "a_colrec.csv", "--life-table", statistics / "a_slopop.csv"]
    return banyan("survival", *files, *COLREC, *options)


@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
def test_colrec_by_sex(oracle, banyan, method):
    """At ten years relsurv's day steps have added up: it is up to 5e-4 from the exact integral."""
    expected = pl.read_csv(oracle / "statistics" / "a_netsurv_points.csv").filter(method=method)

    rows = run_colrec(banyan, oracle, "--method", method, "--by", "sex")

    points = {(row["group"], row["years"]): row for row in expected.rows(named=True)}
    assert len(rows) == 8
    for row in rows:
        point = points[f"sex={row['sex']}", row["years"]]
        assert row["at_risk"] == point["n_risk"]
        numbers = (point["surv"], point["std_err_summary"], point["lower"], point["upper"])
        assert tuple(row[name] for name in COLUMNS) == pytest.approx(
            numbers, abs=5e-5 if row["years"] <= 5 else 5e-4
        )


@pytest.mark.parametrize("stratum", ["sex", "all"])
def test_colrec_at_the_times_that_relsurv_was_given(oracle, banyan, stratum):
    expected = pl.read_csv(oracle / "statistics" / "a_netsurv_points.csv").filter(method="pohar-perme")
    points = {(row["group"], row["years"]): row for row in expected.rows(named=True)}

    rows = run_colrec(
        banyan, oracle, "--convention", "relsurv", *(("--by", "sex") if stratum == "sex" else ())
    )

    for row in rows:
        point = points[f"sex={row['sex']}" if stratum == "sex" else "all", row["years"]]
        numbers = (point["surv"], point["std_err_summary"], point["lower"], point["upper"])
        assert tuple(row[name] for name in COLUMNS) == pytest.approx(numbers, abs=1e-10)


@pytest.mark.parametrize("method", ["pohar-perme", "ederer2"])
def test_colrec_as_relsurv_counts(oracle, banyan, method):
    name = method.replace("-", "_")
    curve = pl.read_csv(oracle / "statistics" / f"a_curve_overall_{name}_noaddtimes.csv")

    options = ("--convention", "relsurv", "--no-add-times", "--method", method, "--at", "1,3,5")
    rows = run_colrec(banyan, oracle, *options)

    for row in rows:
        point = curve.filter(pl.col("time_days") <= row["years"] * 365.241).row(-1, named=True)
        assert row["survival"] == pytest.approx(point["surv"], abs=1e-10)
        assert row["std_err"] == pytest.approx(point["surv"] * point["std_err_cumhaz"], abs=1e-10)


def test_colrec_exactly(oracle, banyan):
    rows = run_colrec(banyan, oracle)

    expected = pl.read_csv(oracle / "statistics" / "a_netsurv_points.csv").filter(
        method="pohar-perme", by="overall"
    )
    for row, survival in zip(rows, expected["surv"].to_list(), strict=True):
        assert row["survival"] == pytest.approx(survival, abs=5e-5 if row["years"] <= 5 else 2e-4)


def test_deaths_are_counted_from_diagnosis(oracle, banyan):
    patients = pl.read_csv(oracle / "statistics" / "a_colrec.csv")

    rows = run_colrec(banyan, oracle, "--at", "1,5", "--by", "stage")

    for row in rows:
        inside = patients.filter(
            pl.col("stage") == int(row["stage"]),
            pl.col("stat") == 1,
            pl.col("time_days") <= row["years"] * 365.241,
        )
        assert row["events"] == inside.height


def test_sire_is_near_popepi(oracle, tmp_path, banyan):
    """The files of popEpi need their codes changed: status 0/1/2, and a life table with 0 male and 1 female."""
    statistics = oracle / "statistics"
    patients = pl.read_csv(statistics / "b_sire.csv", try_parse_dates=True)
    patients = patients.filter(pl.col("dg_date") < pl.col("ex_date"))
    patients.with_columns(sex=pl.lit("female"), dead=pl.col("status") > 0).write_parquet(
        tmp_path / "sire.parquet"
    )
    pl.read_csv(statistics / "b_popmort.csv").with_columns(pl.col("sex") + 1).write_csv(
        tmp_path / "popmort.csv"
    )
    names = [
        "birth_date=bi_date",
        "diagnosis_date=dg_date",
        "exit_date=ex_date",
        "age=agegroup",
        "hazard=haz",
    ]
    maps = [word for name in names for word in ("--map", name)]

    (row,) = banyan(
        "survival", tmp_path / "sire.parquet", "--life-table", tmp_path / "popmort.csv", *maps, "--at", "5"
    )

    assert row["survival"] == pytest.approx(0.607190, abs=1e-3)
    assert row["at_risk"] + row["events"] <= patients.height == 8227


def test_sire_as_popepi_counts(oracle, tmp_path, banyan):
    statistics = oracle / "statistics"
    patients = pl.read_csv(statistics / "b_sire.csv", try_parse_dates=True)
    patients = patients.filter(pl.col("dg_date") < pl.col("ex_date"))
    patients.with_columns(sex=pl.lit("female"), dead=pl.col("status") > 0).write_parquet(
        tmp_path / "sire.parquet"
    )
    popmort = pl.read_csv(statistics / "b_popmort.csv").with_columns(pl.col("sex") + 1)
    popmort.rename({"agegroup": "dg_age"}).write_csv(tmp_path / "popmort.csv")
    names = ["diagnosis_date=dg_date", "exit_date=ex_date", "age=dg_age", "hazard=haz"]
    maps = [word for name in names for word in ("--map", name)]
    files = [tmp_path / "sire.parquet", "--life-table", tmp_path / "popmort.csv"]
    how = ["--convention", "popepi", "--clock", "calendar", "--interval", "log-log"]

    for form in ("hazard", "lifetable"):
        expected = pl.read_csv(statistics / f"b_survtab_sire_monthly_pp_{form}.csv").filter(
            pl.col("Tstop") == 5
        )

        (row,) = banyan(
            "survival",
            *files,
            *maps,
            *how,
            "--table-form",
            form,
            "--at",
            "5",
            "--days-per-year",
            "365.242199",
        )

        numbers = expected.select("r.pp", "SE.r.pp", "r.pp.lo", "r.pp.hi").row(0)
        assert tuple(row[name] for name in COLUMNS) == pytest.approx(numbers, abs=1e-8)


def test_colrec_by_period_is_the_period_of_the_package(oracle, banyan):
    statistics = oracle / "statistics"
    table = pl.read_csv(statistics / "a_slopop.csv").select("sex", "year", "age", hazard="haz_annual")
    patients = pl.read_csv(statistics / "a_colrec.csv", try_parse_dates=True)
    patients = patients.rename({"diag_date": "diagnosis_date", "stat": "dead"})
    window = (date(1999, 12, 31), date(2002, 12, 31))
    chosen = design_patients(patients, design="period", window=window).patients
    expected = net_survival(chosen, LifeTable.from_frame(table, days_per_year=365.241), at=[1, 5])

    rows = run_colrec(banyan, oracle, "--design", "period", "--window", "2000-2002", "--at", "1,5")

    assert [row["survival"] for row in rows] == pytest.approx(expected["survival"].to_list(), abs=1e-12)
    assert [row["at_risk"] for row in rows] == expected["at_risk"].to_list()


def test_colrec_standardised_by_age(oracle, banyan):
    """Weighted means of relsurv's own age groups."""
    points = pl.read_csv(oracle / "statistics" / "a_netsurv_points.csv").filter(
        method="pohar-perme", by="agegr", years=5
    )
    weights = [0.07, 0.12, 0.23, 0.29, 0.29]
    groups = points.sort("group")
    survival = sum(w * s for w, s in zip(weights, groups["surv"], strict=True))
    error = sum((w * s) ** 2 for w, s in zip(weights, groups["std_err_summary"], strict=True)) ** 0.5

    (row,) = run_colrec(banyan, oracle, "--standard", "icss1", "--convention", "relsurv", "--at", "1,3,5,10")[
        2:3
    ]

    # relsurv was asked for its figures with added times, which a standardised curve has not
    assert row["survival"] == pytest.approx(survival, abs=2e-4)
    assert row["std_err"] == pytest.approx(error, abs=2e-5)
