"""`banyan project`, beside the package that it calls."""

import json
import re
import textwrap
from pathlib import Path

import polars as pl
import pytest

from banyan.__main__ import run
from banyan.science.burden import check_projection, group_years, measure_trend_error, project_cases

EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "examples"
COUNTS, OUTLOOK = EXAMPLES / "counts.csv", EXAMPLES / "outlook.csv"


@pytest.fixture
def banyan(capsys):
    """Run the command; give its exit code, its rows and its errors."""

    def banyan(*arguments: str, cases: Path = COUNTS, people: Path = OUTLOOK) -> tuple[int, list[dict], str]:
        code = run(["project", str(cases), "--population", str(people), "--format", "json", *arguments])
        caught = capsys.readouterr()
        return code, json.loads(caught.out) if caught.out else [], caught.err

    return banyan


def read_example(sex: int) -> pl.DataFrame:
    """Read the example of one sex, as the package takes it."""
    keys = ["year", "age_group"]
    people, counts = (pl.read_csv(path).filter(pl.col("sex") == sex) for path in (OUTLOOK, COUNTS))
    both = people.join(counts, on=keys, how="left").select(*keys, "cases", "person_years")
    known = pl.when(pl.col("year") <= 2019).then(pl.col("cases").fill_null(0))
    return both.with_columns(cases=known)


@pytest.fixture(scope="module")
def cells():
    return read_example(2)


def test_totals_are_those_of_the_package(banyan, cells):
    expected = project_cases(group_years(cells), draws=300, seed=4).totals

    code, rows, notes = banyan("--by", "sex", "--draws", "300", "--seed", "4")

    assert code == 0
    women = [row for row in rows if row["sex"] == "2"]
    for column in ("cases", "lower", "upper", "asr", "asr_lower", "asr_upper"):
        assert [row[column] for row in women] == pytest.approx(expected[column].to_list(), nan_ok=True)
    assert [row["period"] for row in women][4:6] == ["2015-2019", "2020-2024"]
    assert [row["projected"] for row in women] == [False] * 5 + [True] * 4
    assert notes.splitlines()[1].startswith(
        "note: sex 2: nordpred, power5, the last 5 periods, fit p = 0.112,"
    )
    assert notes.splitlines()[1].endswith("dispersion 1.26, 300 draws, seed 4")


def test_every_part_is_given(banyan):
    options = ("--draws", "100")
    parts = {
        name: banyan(*options, "--part", name)[1] for name in ("ages", "change", "check", "coefficients")
    }

    assert len(parts["ages"]) == 18 * 9
    assert [row["period"] for row in parts["change"]] == ["2020-2024", "2025-2029", "2030-2034", "2035-2039"]
    for row in parts["change"]:
        assert row["risk"] + row["size"] + row["structure"] == pytest.approx(row["change"])
    assert [(row["origin"], row["period"]) for row in parts["check"]] == [("2010-2014", "2015-2019")]
    assert parts["coefficients"][14]["term"] == "drift"


def test_a_check_is_that_of_the_package(banyan, cells):
    expected = check_projection(group_years(cells), held_out=2, draws=100, method="eapc").totals

    _, rows, _ = banyan(
        "--by", "sex", "--part", "check", "--held-out", "2", "--draws", "100", "--method", "eapc"
    )

    women = [row for row in rows if row["sex"] == "2"]
    assert [row["projected"] for row in women] == pytest.approx(expected["projected"].to_list())
    assert [row["inside"] for row in women] == expected["inside"].to_list()


@pytest.mark.parametrize("method", ["apc", "eapc"])
def test_single_years_stay_single_years(banyan, method):
    code, rows, _ = banyan("--method", method, "--width", "1", "--draws", "100")

    assert code == 0
    assert [row["period"] for row in rows] == list(range(1995, 2040))


def test_options_reach_the_method(banyan):
    _, power, _ = banyan("--draws", "100", "--trend", "average")
    _, log, notes = banyan("--draws", "100", "--trend", "recent", "--link", "log", "--periods", "4")
    _, uncut, _ = banyan("--draws", "100", "--trend", "average", "--cut", "0")

    assert "nordpred, log, the last 4 periods" in notes
    assert "the recent trend" in notes
    assert power[-1]["cases"] < uncut[-1]["cases"]
    assert log[-1]["cases"] != power[-1]["cases"]


def test_the_error_of_the_trend_is_measured_and_said(banyan):
    error = measure_trend_error(group_years(read_example(1)), method="eapc", draws=200)

    _, plain, _ = banyan("--by", "sex", "--method", "eapc", "--draws", "200")
    _, wide, notes = banyan("--by", "sex", "--method", "eapc", "--draws", "200", "--trend-error", "measured")

    assert error > 0
    assert f"trend error {100 * error:.2f}% a year" in notes.splitlines()[0]
    assert wide[8]["cases"] == plain[8]["cases"]
    assert wide[8]["upper"] - wide[8]["lower"] > plain[8]["upper"] - plain[8]["lower"]
    assert wide[-1]["upper"] == plain[-1]["upper"]


def test_a_stratum_without_a_case_is_left_out_and_said(banyan, tmp_path):
    counts = pl.read_csv(COUNTS).with_columns(
        site=pl.when(pl.col("sex") == 1).then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    counts.write_csv(tmp_path / "counts.csv")

    code, rows, notes = banyan(
        "--by", "sex,site", "--draws", "100", "--language", "vi", cases=tmp_path / "counts.csv"
    )

    assert code == 0
    assert sorted({(row["sex"], row["site"]) for row in rows}) == [("1", "a"), ("2", "b")]
    assert [line for line in notes.splitlines() if "không tính" in line] == [
        "lưu ý: không tính: sex 1, site b: không có ca bệnh nào",
        "lưu ý: không tính: sex 2, site a: không có ca bệnh nào",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--by", "year"), "--by: ‘year’ cannot be a stratum of a projection."),
        (("--cut", "0,2"), "--cut: ‘0,2’ is not a list of shares such as 0,0.25,0.5."),
        (("--periods", "9"), f"{COUNTS}: the model is fitted to 3 to 5 periods, and not to 9."),
        (("--trend-error", "2"), "--trend-error: ‘2’ is neither a share such as 0.01 nor ‘measured’."),
        (("--trend-error", "x"), "--trend-error: ‘x’ is neither a share such as 0.01 nor ‘measured’."),
        (("--periods", "x"), "--periods: ‘x’ is not a span such as 2015-2019."),
        (
            ("--width", "1"),
            f"{COUNTS}: nordpred needs age groups as wide as periods, and they have 5 and 1 years.",
        ),
        (("--years", "2010-2019"), f"{COUNTS}: a projection needs three observed periods, and there are 2."),
        (
            ("--years", "1995-2039"),
            f"{COUNTS}: there is no period to come: give its person-years, and leave its",
        ),
        (("--standard", "moon"), f"{COUNTS}: there is no standard population ‘moon’; these are known:"),
        (("--by", "sex", "--periods", "9"), f"{COUNTS}: sex 1: the model is fitted to 3 to 5 periods"),
        (("--map", "cases=number"), "--map: there is no column ‘number’ to serve as ‘cases’"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(banyan, arguments, message):
    code, rows, error = banyan(*arguments)

    assert (code, rows) == (2, [])
    assert error.startswith(message)
    assert len(error.splitlines()) == 1


def test_files_without_a_case_are_refused(banyan, tmp_path):
    (tmp_path / "none.csv").write_text("year,sex,age_group,cases\n2015,1,50,0\n2019,1,50,0\n")

    code, _, error = banyan(cases=tmp_path / "none.csv")

    assert code == 2
    assert error.endswith("a projection needs three observed periods, and there are 1.\n")


def test_the_guide_to_projections_runs(monkeypatch, capsys):
    root = EXAMPLES.parents[1]
    guide = (root / "docs" / "how-to" / "project-cases.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```python\n(.*?)^ *```", guide, flags=re.DOTALL | re.MULTILINE)
    monkeypatch.chdir(root)
    names: dict = {}

    for block in blocks:
        exec(textwrap.dedent(block), names)  # noqa: S102 -- our own page

    assert len(blocks) == 4
    assert [names[name][:4] for name in ("svg", "surface", "cohorts")] == ["<svg"] * 3
    assert "age-period-cohort" in capsys.readouterr().out
