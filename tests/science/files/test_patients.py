"""Patient files."""

from datetime import date

import pytest

from banyan.science.files import FileFault, read_patients


def test_dates_give_age_and_time_in_days(write):
    path = write(
        "Sex,birth_date,diagnosis_date,exit_date,dead,Stage\nF,05/10/1950,05/10/2000,2001-10-05,1,II\n"
    )

    patients = read_patients(path, by=["stage"])

    assert patients.frame.to_dicts() == [
        {
            "sex": "2",
            "age_days": float((date(2000, 10, 5) - date(1950, 10, 5)).days),
            "diagnosis_date": date(2000, 10, 5),
            "time_days": 365.0,
            "dead": True,
            "stage": "II",
        }
    ]


def test_age_in_years_takes_the_length_of_the_year(write):
    path = write("sex,age,diagnosis_date,time_days,dead\n1,50,2000-01-01,10,0\n")

    assert read_patients(path, days_per_year=365.241).frame["age_days"].to_list() == [50 * 365.241]


def test_days_come_before_dates_and_dates_before_years(write):
    path = write(
        "sex,age_days,birth_date,age,diagnosis_date,time_days,exit_date,dead\n1,20000,1950-01-01,3,2000-01-01,7,2009-01-01,0\n"
    )

    row = read_patients(path).frame.row(0, named=True)

    assert (row["age_days"], row["time_days"]) == (20000.0, 7.0)


def test_diagnosis_on_the_day_of_death_is_kept(write):
    path = write("sex,age,diagnosis_date,exit_date,dead\n1,50,2000-01-01,2000-01-01,1\n")

    assert read_patients(path).frame["time_days"].to_list() == [0.0]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("9,50,2000-01-01,2001-01-01,1", "column sex: the sex is unknown, and the life table needs it."),
        ("1,,2000-01-01,2001-01-01,1", "column age: the cell is empty."),
        (
            "1,50,2000-01,2001-01-01,1",
            "column diagnosis_date: the date has no day, and survival is counted in days.",
        ),
        (
            "1,50,12656,2001-01-01,1",
            "column diagnosis_date: ‘12656’ is a number, not a date (a count of days says nothing without its first day).",
        ),
        ("1,50,2001-01-02,2001-01-01,1", "column exit_date: the exit comes before the diagnosis."),
        ("1,50,2001-01-01,,1", "column exit_date: the cell is empty."),
        ("1,50,2001-01-01,2002-01-01,2", "column dead: ‘2’ is neither 0 (alive) nor 1 (dead)."),
    ],
)
def test_refused_cell_is_named(write, row, sentence):
    path = write(f"sex,age,diagnosis_date,exit_date,dead\n1,50,2000-01-01,2001-01-01,1\n{row}\n")

    with pytest.raises(FileFault) as caught:
        read_patients(path)

    assert str(caught.value) == f"{path}, line 3, {sentence}"


def test_birth_after_diagnosis_is_refused(write):
    path = write("sex,birth_date,diagnosis_date,time_days,dead\n1,2001-01-01,2000-01-01,1,1\n")

    with pytest.raises(FileFault, match="line 2, column birth_date: the birth comes after the diagnosis"):
        read_patients(path)


@pytest.mark.parametrize("column", ["sex", "diagnosis_date", "dead", "age", "exit_date"])
def test_missing_column_is_named(write, column):
    header = ["sex", "age", "diagnosis_date", "exit_date", "dead"]
    path = write(",".join(name if name != column else "other" for name in header) + "\n")

    with pytest.raises(FileFault, match=f"there is no column ‘{column}’"):
        read_patients(path)
