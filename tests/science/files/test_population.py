"""Population files."""

import pytest

from banyan.science.files import FileFault, read_population


def test_person_years_are_added_up_by_band_year_and_stratum(write):
    path = write(
        "sex,year,age_group,ward,person_years\n1,2015,0,a,10\n1,2015,1-4,a,40\n1,2015,90,b,5\n2,2016,85+,b,6\n"
    )

    population = read_population(path, by=["sex", "stage"])

    assert sorted(population.cells.rows()) == [
        ("1", 2015, 0, 50.0),
        ("1", 2015, 85, 5.0),
        ("2", 2016, 85, 6.0),
    ]
    assert population.summed == ("ward",)
    assert population.oldest == 85


def test_label_of_a_stratum_is_not_summed_over(write):
    path = write("area,label,age_group,person_years\n1,one,0,5\n2,two,0,6\n")

    assert read_population(path, by=["area"]).summed == ()


def test_single_years_of_age_are_banded(write):
    assert read_population(write("age,person_years\n3,5\n4,5\n5,7\n")).cells.rows() == [(0, 10.0), (5, 7.0)]


def test_person_years_of_unknown_age_are_left_out(write):
    population = read_population(write("age_group,person_years\n0,5\n99,3\n"), unknown=("99",))

    assert population.cells.rows() == [(0, 5.0)]
    assert population.ageless == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("age_group,person_years\n0,5\n5,\n", "line 3, column person_years: the cell is empty."),
        (
            "age_group,person_years\n0,-5\n",
            "line 2, column person_years: ‘-5’ is not a number of at least 0.",
        ),
        (
            "sex,age_group,person_years\nboth,0,9\n1,0,5\n",
            "line 2, column sex: the file holds the sexes and also their total; keep one of the two.",
        ),
    ],
)
def test_refused_cell_is_named(write, text, sentence):
    path = write(text)

    with pytest.raises(FileFault) as caught:
        read_population(path)

    assert str(caught.value) == f"{path}, {sentence}"


def test_totals_alone_serve_where_sex_is_no_stratum(write):
    path = write("sex,age_group,person_years\nboth,0,9\n")

    assert read_population(path).cells.rows() == [(0, 9.0)]
    with pytest.raises(FileFault, match="‘both’ is not a sex"):
        read_population(path, by=["sex"])


def test_open_band_younger_than_the_standards_is_refused_unless_it_does_not_matter(write):
    population = read_population(write("age_group,person_years\n0,5\n75,5\n"))

    with pytest.raises(FileFault, match=r"75\+ and the standard's is 85\+; say --fold-oldest"):
        population.refuse_short(85)
    population.refuse_short(85, fold=True)
    population.refuse_short(85, last=74)
    population.refuse_short(75)
