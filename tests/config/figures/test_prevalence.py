"""`banyan prevalence`, beside the package that it calls."""

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from banyan.__main__ import run
from banyan.science.burden import limited_prevalence

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "patients.csv"
TUMOURS = """person,sex,age,site,diagnosis_date,exit_date,dead
A,1,60,lung,2020-03-01,31/12/2023,0
A,1,62,liver,2022-03-01,31/12/2023,0
B,2,61,lung,2021-05-01,2022-05-01,0
C,2,71,lung,2019-02-01,2022-02-01,1
D,2,,lung,2022-06-01,,0
E,1,50,lung,2024-02-01,2024-03-01,0
"""
PEOPLE = "year,sex,age_group,person_years\n" + "".join(
    f"{year},{sex},{age},{1000 * sex}\n" for year in (2022, 2023) for sex in (1, 2) for age in range(0, 90, 5)
)


@pytest.fixture
def banyan(capsys):
    """Run the command; give its exit code, its rows and its errors."""

    def banyan(*arguments: str, file: Path = EXAMPLE) -> tuple[int, list[dict], str]:
        code = run(["prevalence", str(file), "--format", "json", *arguments])
        caught = capsys.readouterr()
        return code, json.loads(caught.out) if caught.out else [], caught.err

    return banyan


@pytest.fixture
def files(tmp_path) -> tuple[Path, Path]:
    tumours, people = tmp_path / "tumours.csv", tmp_path / "people.csv"
    tumours.write_text(TUMOURS)
    people.write_text(PEOPLE)
    return tumours, people


def test_counts_are_those_of_the_package(banyan):
    frame = pl.read_csv(EXAMPLE, try_parse_dates=True)
    expected = limited_prevalence(frame, date(2018, 12, 31), years=[1, 5], by=["sex"]).table

    code, rows, notes = banyan("--index", "31/12/2018", "--years", "1,5", "--by", "sex")

    assert (code, notes) == (0, "")
    assert [row["prevalent"] for row in rows] == pytest.approx(expected["prevalent"].to_list(), rel=1e-12)
    assert [row["upper"] for row in rows] == pytest.approx(expected["upper"].to_list(), rel=1e-12)
    assert [(row["sex"], row["years"]) for row in rows] == [("1", "1"), ("1", "5"), ("2", "1"), ("2", "5")]


def test_what_is_left_out_is_said(banyan, files):
    _, rows, notes = banyan("--index", "2023-12-31", "--years", "all", "--count", "first", file=files[0])

    assert (rows[0]["years"], rows[0]["alive"], rows[0]["died"], rows[0]["lost"]) == ("all", 1, 1, 1)
    assert notes.splitlines() == [
        "note: left out: 1 tumours, another tumour stands for the same person",
        "note: left out: 1 tumours, diagnosed after the day",
        "note: left out: 1 tumours, without a date of last contact",
    ]


def test_people_of_the_year_give_proportions(banyan, files):
    tumours, people = files
    options = ("--index", "2023-12-31", "--years", "5", "--by", "sex", "--lost", "alive")

    _, rows, notes = banyan(*options, "--population", str(people), "--standard", "who", file=tumours)

    assert [(row["people"], row["prevalent"]) for row in rows] == [(18_000, 2), (36_000, 1)]
    assert [row["proportion"] for row in rows] == pytest.approx([100_000 * 2 / 18_000, 100_000 / 36_000])
    assert notes.splitlines()[0] == "note: the person-years of 2023 stand for the people of 2023-12-31"
    assert rows[0]["asp"] > 0


def test_a_completeness_index_gives_complete_prevalence(banyan, files, tmp_path):
    index = tmp_path / "index.csv"
    index.write_text("age_group,completeness\n" + "".join(f"{age},0.8\n" for age in range(0, 90, 5)))

    _, rows, notes = banyan(
        "--index", "2023-12-31", "--lost", "alive", "--completeness", str(index), file=files[0]
    )

    assert (rows[0]["prevalent"], rows[0]["complete"]) == (3, 3.75)
    assert notes.splitlines()[0].startswith("note: the completeness index holds as far as its models")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--index", "2023"), "--index: ‘2023’ is not a date such as 2023-12-31."),
        (
            ("--index", "2023-12-31", "--years", "1,few"),
            "--years: ‘1,few’ is not a list of whole years such as 1,3,5,all.",
        ),
        (
            ("--index", "2023-12-31", "--years", "10", "--registered-from", "2020-01-01"),
            "banyan: 10 years reach back to 2014-01-01, and diagnoses are registered from 2020-01-01 on.",
        ),
    ],
)
def test_a_fault_is_one_sentence(banyan, files, arguments, sentence):
    code, rows, errors = banyan(*arguments, file=files[0])

    assert (code, rows, errors) == (2, [], sentence + "\n")


def test_a_fault_of_the_file_names_its_line(banyan, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("diagnosis_date,exit_date,dead\n2020-01-01,2021-01-01,1\n2020-01-01,2019-01-01,1\n")

    code, _, errors = banyan("--index", "2023-12-31", file=path)

    assert code == 2
    assert errors == (
        f"{path}, line 3, column exit_date: 2019-01-01: the follow-up ends before the diagnosis.\n"
    )
