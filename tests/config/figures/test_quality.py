"""`banyan quality`, beside the package that it calls."""

import json
from pathlib import Path

import polars as pl
import pytest

from banyan.__main__ import run
from banyan.science.burden import capture_recapture, completeness_dcn_mi, flow_completeness, quality_indices

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
CASES, SOURCES = EXAMPLES / "cases.csv", EXAMPLES / "sources.csv"


@pytest.fixture
def banyan(capsys):
    """Run the command; give its exit code, its rows and its errors."""

    def banyan(file: Path, *arguments: str) -> tuple[int, list[dict], str]:
        code = run(["quality", str(file), "--format", "json", *arguments])
        caught = capsys.readouterr()
        return code, json.loads(caught.out) if caught.out else [], caught.err

    return banyan


@pytest.fixture
def write(tmp_path):
    def write(text: str, name: str = "table.csv") -> Path:
        path = tmp_path / name
        path.write_text(text)
        return path

    return write


def test_indices_are_those_of_the_package(banyan):
    frame = pl.read_csv(CASES, infer_schema=False)
    expected = quality_indices(frame, by=["sex"])

    code, rows, notes = banyan(CASES, "--by", "sex")

    assert (code, notes) == (0, "")
    names = ["sex", "index", "cases", "count", "percent", "lower", "upper", "flag", "source"]
    assert [tuple(row[name] for name in names) for row in rows] == expected.select(names).rows()


def test_strata_may_be_years_of_dates_and_sites_of_codes(banyan):
    _, rows, _ = banyan(CASES, "--by", "year,site")

    assert {row["year"] for row in rows} == {2023, 2024}
    assert sum(row["cases"] for row in rows if row["index"] == "mv" and row["site"] == "breast") > 0
    assert sum(row["cases"] for row in rows if row["index"] == "mv") == 120


def test_deaths_give_the_ratio_and_counts_are_counted(banyan, write):
    cases = write("sex,basis,cases\n1,7.1,30\n1,0,10\n", "cases.csv")
    deaths = write("sex,deaths\n1,26\n", "deaths.csv")

    _, rows, _ = banyan(cases, "--by", "sex", "--deaths", str(deaths))

    found = {row["index"]: (row["count"], row["percent"], row["flag"]) for row in rows}
    assert found["dco"] == (10, 25.0, "high")
    assert found["mi"] == (26, 65.0, "ok")


def test_own_limits(banyan):
    _, rows, _ = banyan(CASES, "--limit", "mv=90-", "--limit", "unknown_age=-0.5")

    found = {row["index"]: (row["low"], row["high"], row["flag"], row["source"]) for row in rows}
    assert found["mv"] == (90, None, "low", "given by the user")
    assert found["unknown_age"] == (None, 0.5, "high", "given by the user")


def test_stability_takes_rates_where_it_has_people(banyan, write):
    cases = write("year,cases\n" + "".join(f"{2010 + at},{500 + 500 * (at == 7)}\n" for at in range(8)))
    people = write(
        "year,age_group,person_years\n"
        + "".join(f"{2010 + at},0,{10**6 * (1 + (at == 7))}\n" for at in range(8)),
        "people.csv",
    )

    alone, with_people = (
        banyan(cases, "--part", "stability", *more)[1] for more in ((), ("--population", str(people)))
    )

    assert [row["flag"] for row in alone][-1] == "high"
    assert {row["flag"] for row in with_people} == {"ok"}


def test_recapture_and_its_models(banyan):
    names = ["hospital", "pathology", "death"]
    expected = capture_recapture(pl.read_csv(SOURCES), names, by=["sex"], counts="cases")
    asked = ("--by", "sex", "--sources", ",".join(names))

    _, rows, notes = banyan(SOURCES, "--part", "recapture", *asked)
    _, models, _ = banyan(SOURCES, "--part", "models", *asked)

    assert [row["estimate"] for row in rows] == pytest.approx(expected.estimates["estimate"].to_list())
    assert notes == "note: 8 log-linear models were compared; --part models lists them\n"
    assert [(row["sex"], row["model"]) for row in models if row["chosen"]] == [
        (sex, model)
        for sex, model in expected.models.filter("chosen").select(pl.col("sex").cast(str), "model").rows()
    ]


def test_two_sources_are_said_to_be_supposed_independent(banyan, write):
    path = write("a,b,cases\n1,1,60\n1,0,40\n0,1,20\n")

    _, rows, notes = banyan(path, "--part", "recapture", "--sources", "a,b", "--language", "vi")

    assert rows[0]["model"] == "Chapman"
    assert notes.startswith("lưu ý: ước lượng Chapman giả định hai nguồn độc lập")


def test_a_case_that_none_of_the_named_sources_knows_is_refused(banyan):
    code, rows, errors = banyan(SOURCES, "--part", "recapture", "--sources", "hospital,pathology")

    assert (code, rows) == (2, [])
    assert "line 8, column hospital: no source knows the case" in errors


def test_dcn_from_a_file_of_counts(banyan, write):
    path = write("age_group,cases,dcn,deaths\n1,1000,100,500\n2,400,80,300\n")
    expected = completeness_dcn_mi(pl.read_csv(path), within=["age_group"])

    _, rows, _ = banyan(path, "--part", "dcn", "--within", "age_group")

    assert rows[0]["completeness"] == pytest.approx(expected["completeness"].item())


def test_flow_from_a_file_of_patients(banyan, write):
    path = write(
        "time_days,dead,registered_days,mentions_cancer\n100,1,,1\n400,1,30,1\n2000,0,30,\n2000,0,60,\n"
    )
    expected = flow_completeness(pl.read_csv(path), at=[2], draws=50, seed=3)

    _, rows, _ = banyan(path, "--part", "flow", "--at", "2", "--draws", "50", "--seed", "3")

    assert rows[0]["completeness"] == pytest.approx(expected["completeness"].item())
    assert rows[0]["completeness_lower"] == pytest.approx(expected["completeness_lower"].item())


@pytest.mark.parametrize(
    ("text", "arguments", "message"),
    [
        ("basis\n7.1\n6\n", (), "line 3, column basis: ‘6’ is no basis of diagnosis (encr2022)"),
        ("sex\n1\n", (), "there is no column of basis, age, topography and stage in the cases"),
        ("basis\n7.1\n", ("--limit", "mv"), "--limit: ‘mv’ is not a limit such as mv=75-99 or dco=-5"),
        ("basis\n7.1\n", ("--limit", "xx=1-2"), "there is no index ‘xx’"),
        (
            "a,b\n1,0\n1,2\n",
            ("--part", "recapture", "--sources", "a,b"),
            "line 3, column b: ‘2’ is neither 1",
        ),
        ("a\n1\n", ("--part", "recapture", "--sources", "a,b"), "there is no column ‘b’"),
        ("cases,dcn\n1,0\n", ("--part", "dcn"), "there is no column ‘deaths’"),
        (
            "year\n2020\n2021\n",
            ("--part", "stability"),
            "a trend of degree 1 is checked over at least 6 years",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(banyan, write, text, arguments, message):
    code, rows, errors = banyan(write(text), *arguments)

    assert (code, rows) == (2, [])
    assert message in errors
    assert errors.count("\n") == 1
