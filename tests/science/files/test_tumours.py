"""Files of tumours."""

from datetime import date

import pytest

from banyan.science.files import FileFault, read_tumours


def test_dates_and_ages_may_be_empty(write):
    path = write("site,age,diagnosis_date,exit_date,dead\nC50,60,05/10/2000,,0\nC34,,,2001-01-01,1\n")

    tumours = read_tumours(path, by=["site"], aged=True)

    assert tumours.frame.rows() == [
        ("C50", date(2000, 10, 5), None, False, 60 * 365.25),
        ("C34", None, date(2001, 1, 1), True, None),
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("2000-01,2001-01-01,0", "column diagnosis_date: the date has no day, and life is counted in days."),
        ("2000-01-01,2001-01-01,", "column dead: the cell is empty."),
    ],
)
def test_a_cell_that_is_refused_is_named(write, row, sentence):
    with pytest.raises(FileFault) as fault:
        read_tumours(write(f"diagnosis_date,exit_date,dead\n{row}\n"))

    assert fault.value.say("en").endswith(f"line 2, {sentence}")


def test_a_person_is_asked_for_only_where_the_rule_needs_one(write):
    path = write("diagnosis_date,time_days,dead\n2000-01-01,10,0\n")

    assert read_tumours(path).frame.columns == ["diagnosis_date", "time_days", "dead"]
    with pytest.raises(FileFault, match="there is no column ‘person’"):
        read_tumours(path, person=True)
