"""Life tables."""

import pytest

from banyan.science.files import FileFault, read_life_table


def test_hazard_and_q_are_read(write):
    assert read_life_table(write("sex,year,age,hazard\nM,2000,0,0.01\n")).frame.rows() == [
        ("1", 2000, 0.0, 0.01)
    ]
    assert read_life_table(write("sex;year;age;q\n2;2000;0;0,01\n")).frame.columns == [
        "sex",
        "year",
        "age",
        "q",
    ]


def test_both_need_a_choice(write):
    path = write("sex,year,age,hazard,q\n1,2000,0,0.01,0.02\n")

    with pytest.raises(FileFault, match="there are both hazard and q"):
        read_life_table(path)
    assert read_life_table(path, rename={"q": "q"}).frame["q"].to_list() == [0.02]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sex,year,age,q\n1,2000,0,1.5\n", "line 2, column q: ‘1.5’ is not a number from 0 to 1."),
        ("sex,year,age,hazard\n1,2000,0,\n", "line 2, column hazard: the cell is empty."),
        ("sex,year,age,hazard\n9,2000,0,1\n", "line 2, column sex: a life table needs the sex."),
        (
            "sex,year,age,hazard\n0,2000,0,1\n",
            "line 2, column sex: ‘0’ is not a sex (1 or M male, 2 or F female, 9 unknown).",
        ),
    ],
)
def test_refused_cell_is_named(write, text, sentence):
    path = write(text)

    with pytest.raises(FileFault) as caught:
        read_life_table(path)

    assert str(caught.value) == f"{path}, {sentence}"


def test_missing_measure_is_named(write):
    with pytest.raises(FileFault, match="there is no column ‘hazard’"):
        read_life_table(write("sex,year,age\n1,2000,0\n"))
