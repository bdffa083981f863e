"""`banyan trend`, beside the package that it calls."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest

from banyan.__main__ import run
from banyan.science.burden import joinpoint_trends

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "trend.csv"


@pytest.fixture
def banyan(capsys):
    """Run the command; give its exit code, its rows and its errors."""

    def banyan(*arguments: str, file: Path = EXAMPLE) -> tuple[int, list[dict], str]:
        code = run(["trend", str(file), "--format", "json", *arguments])
        caught = capsys.readouterr()
        return code, json.loads(caught.out) if caught.out else [], caught.err

    return banyan


def test_segments_are_those_of_the_package(banyan):
    frame = pl.read_csv(EXAMPLE)
    expected = joinpoint_trends(frame, by=["sex"], most=3, permutations=499, seed=7)

    code, rows, notes = banyan("--by", "sex", "--joinpoints", "3", "--permutations", "499", "--seed", "7")

    assert code == 0
    assert [row["apc"] for row in rows] == pytest.approx(expected.segments["apc"].to_list(), rel=1e-12)
    assert [(row["sex"], row["start"], row["end"]) for row in rows] == [
        ("1", 1995, 2006),
        ("1", 2006, 2024),
        ("2", 1995, 2013),
        ("2", 2013, 2024),
    ]
    assert notes == "note: weights from standard errors; joinpoints by 499 permutations, seed 7\n"


def test_every_part_is_given(banyan):
    options = ("--by", "sex", "--joinpoints", "2", "--permutations", "99")
    parts = {name: banyan(*options, "--part", name)[1] for name in ("models", "tests", "places", "fitted")}

    assert [row["years"] for row in parts["models"]][:2] == ["", "2006"]
    assert [(row["null"], row["alternative"]) for row in parts["tests"]][:2] == [(0, 2), (1, 2)]
    assert [row["year"] for row in parts["places"]] == [2006, 2013]
    assert len(parts["fitted"]) == 60


def test_a_perfect_fit_has_no_criterion_to_write(banyan, tmp_path):
    path = tmp_path / "even.csv"
    path.write_text("\n".join(["year,rate", *(f"{2000 + at},{1.5**at}" for at in range(10))]))

    _, rows, _ = banyan("--part", "models", file=path)

    assert [row["bic"] for row in rows if row["chosen"]] == [None]


def test_averages_have_the_windows_asked_for(banyan):
    _, rows, _ = banyan(
        "--by",
        "sex",
        "--method",
        "bic3",
        "--part",
        "averages",
        "--window",
        "2015-2024",
        "--window",
        "1995-2024",
    )

    assert [(row["sex"], row["start"], row["end"]) for row in rows] == [
        ("1", 2015, 2024),
        ("1", 1995, 2024),
        ("2", 2015, 2024),
        ("2", 1995, 2024),
    ]


def test_options_reach_the_package(banyan):
    options = {"model": "linear", "weights": "cases", "rho": "estimate", "finer": "1", "method": "wbic"}
    frame = pl.read_csv(EXAMPLE)
    how = {**options, "finer": 1}
    expected = joinpoint_trends(frame, by=["sex"], **how)

    _, rows, notes = banyan(
        "--by", "sex", *(word for name, value in options.items() for word in (f"--{name}", value))
    )

    assert [row["slope"] for row in rows] == pytest.approx(expected.segments["slope"].to_list(), rel=1e-9)
    assert {row["apc"] for row in rows} == {None}
    assert notes.splitlines()[0] == "note: weights from the numbers of cases; joinpoints by wbic"
    assert notes.splitlines()[1].startswith("note: correlation of errors ")


def test_zeros_are_refused_or_replaced_and_said(banyan, tmp_path):
    path = tmp_path / "zero.csv"
    lines = ["năm,rate", *(f"{2000 + at},{at}" for at in range(12))]
    path.write_text("\n".join(lines), encoding="utf-8")
    options = ("--map", "year=năm", "--method", "bic", "--language", "vi")

    refused = banyan(*options, file=path)
    replaced = banyan(*options, "--zero", "0.5", file=path)

    assert refused[0] == 2
    assert refused[2] == (
        f"{path}, dòng 2, cột rate: tỷ suất 0 không có lô-ga-rít; hãy nêu giá trị thay thế, hoặc gộp các năm.\n"
    )
    assert (replaced[0], replaced[2].splitlines()) == (
        0,
        ["lưu ý: mọi năm có trọng số như nhau; số điểm gãy theo bic", "lưu ý: 1 tỷ suất bằng 0 đã được thay"],
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ((), f"{EXAMPLE}, line 32, column year: the year 1995 is there twice.\n"),
        (
            ("--by", "sex", "--joinpoints", "20"),
            "banyan: 30 years have room for 9 joinpoints, and 20 are asked for.\n",
        ),
        (
            ("--by", "sex", "--rho", "much"),
            "--rho: ‘much’ is neither a number between -1 and 1 nor the word estimate.\n",
        ),
        (
            ("--by", "sex", "--map", "cases=deaths"),
            f"--map: there is no column ‘deaths’ to serve as ‘cases’ in {EXAMPLE}.\n",
        ),
        (
            ("--by", "sex", "--method", "bic", "--part", "averages", "--window", "1990-2000"),
            "banyan: the years 1990 to 2000 are no part of 1995 to 2024.\n",
        ),
    ],
)
def test_a_fault_is_one_sentence(banyan, options, sentence):
    code, rows, errors = banyan(*options)

    assert (code, rows, errors) == (2, [], sentence)


def test_a_table_is_rounded_and_csv_is_not(capsys):
    options = ["trend", str(EXAMPLE), "--by", "sex", "--method", "wbic"]
    run(options)
    table = capsys.readouterr().out
    run([*options, "--format", "csv"])
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    assert table.splitlines()[2].split()[:5] == ["1", "1", "1995", "2006", "3.43"]
    assert len(rows[0]["apc"]) > 10
