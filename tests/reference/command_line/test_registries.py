"""`banyan check` and `banyan rates` on three sample registries."""

from datetime import date

import polars as pl
import pytest

from banyan.__main__ import run

AREAS = ["410103", "410307", "411721"]
EPOCH = date(1970, 1, 1)
NAMES = [
    word
    for name in ("topography=topo", "morphology=morp", "behaviour=beha", "grade=grad", "basis=basi")
    for word in ("--map", name)
]


@pytest.fixture(params=AREAS)
def registry(request, oracle, tmp_path):
    """A sample registry with its counts of days written as dates, and its population."""
    folder = oracle / "registry"
    cases = pl.read_csv(
        folder / f"sample_{request.param}_incidence.csv.gz", schema_overrides={"morp": pl.String}
    )
    day = pl.lit(EPOCH)
    cases = cases.with_columns(
        birth_date=day + pl.duration(days="birthda"),
        incidence_date=day + pl.duration(days="inciden"),
        death_date=day + pl.duration(days="deathda"),
    )
    years = (pl.col("incidence_date") - pl.col("birth_date")).dt.total_days() / 365.25
    cases = cases.with_columns(age=years.floor().cast(pl.Int64))
    path = tmp_path / f"cases_{request.param}.csv"
    cases.write_csv(path)
    return path, folder / f"sample_{request.param}_population.csv", cases


def test_rates_count_every_case_of_the_year(registry, banyan):
    path, population, cases = registry
    (year,) = pl.read_csv(population)["year"].unique().to_list()
    names = ["--map", "age_group=agegrp", "--map", "person_years=rks"]

    rows = banyan("rates", path, "--population", population, *names, "--by", "sex", "--years", year)

    inside = cases.filter(pl.col("incidence_date").dt.year() == year)
    counts = dict(inside.group_by(pl.col("sex").cast(pl.String)).len().rows())
    assert {row["sex"]: row["cases"] for row in rows} == counts
    people = dict(
        pl.read_csv(population).group_by(pl.col("sex").cast(pl.String)).agg(pl.col("rks").sum()).rows()
    )
    assert {row["sex"]: row["person_years"] for row in rows} == people
    assert all(row["asr_lower"] < row["asr"] < row["asr_upper"] for row in rows)


def test_sites_of_icd10_are_the_cases_of_the_registry(registry, banyan):
    path, population, cases = registry
    (year,) = pl.read_csv(population)["year"].unique().to_list()
    names = ["--map", "age_group=agegrp", "--map", "person_years=rks", "--site-groups", "icd10"]

    rows = banyan("rates", path, "--population", population, *names, "--by", "site", "--years", year)

    inside = cases.filter(pl.col("incidence_date").dt.year() == year)
    counts = dict(
        inside.group_by(pl.col("icd10").str.strip_chars().str.to_uppercase().str.slice(0, 3)).len().rows()
    )
    assert {row["site"]: row["cases"] for row in rows} == counts


def test_every_date_after_death_is_found(registry, banyan):
    path, _, cases = registry

    rows = banyan("check", path, *NAMES)

    after = cases.with_row_index("line", offset=2).filter(pl.col("incidence_date") > pl.col("death_date"))
    lines = {row["line"] for row in rows if row["rule"].startswith("date")}
    assert set(after["line"].to_list()) <= lines
    assert {row["result"] for row in rows} <= {"rare", "query", "invalid"}


def test_days_since_1970_are_refused_as_dates(registry, capsys):
    path, population, cases = registry
    names = ("date=inciden", "age_group=agegrp", "person_years=rks")
    maps = [word for name in names for word in ("--map", name)]

    code = run(["rates", str(path), "--population", str(population), *maps])

    first = cases["inciden"][0]
    sentence = f"‘{first}’ is a number, not a date (a count of days says nothing without its first day)."
    assert code == 2
    assert capsys.readouterr().err == f"{path}, line 2, column inciden: {sentence}\n"
