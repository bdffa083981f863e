import pytest

from banyan.science.burden import STANDARDS, BurdenError, Standard, find_standard

SUMS = {
    "segi": 100_000,
    "european1976": 100_000,
    "european2013": 100_000,
    "who": 100_030,
    "icss1": 100_000,
    "icss2": 100_000,
    "icss3": 100_000,
}


@pytest.mark.parametrize("key", SUMS)
@pytest.mark.burden("rates.standards", oracle="the sums that were printed")
def test_weights_add_up_as_printed(key):
    assert STANDARDS[key].ages == tuple(range(0, 90, 5))
    assert sum(STANDARDS[key].weights.values()) == SUMS[key]


@pytest.mark.burden("rates.standards")
def test_shares_add_up_to_one():
    assert sum(STANDARDS["who"].share(age) for age in STANDARDS["who"].ages) == pytest.approx(1, rel=1e-15)


@pytest.mark.parametrize("name", ["Segi", "european-2013", "European 1976", "WHO"])
def test_a_name_may_be_written_loosely(name):
    assert find_standard(name).key == name.lower().replace("-", "").replace(" ", "")


def test_own_weights_are_sorted_by_age():
    assert find_standard({65: 1, 0: 3}).ages == (0, 65)


def test_eighteen_weights_are_five_year_groups():
    assert find_standard([1] * 18).ages == STANDARDS["segi"].ages


@pytest.mark.parametrize("weights", [{0: -1, 5: 2}, {0: 0.0}, {0: float("nan")}, {0: float("inf")}])
def test_impossible_weights_are_refused(weights):
    with pytest.raises(BurdenError, match="none negative and not all zero"):
        Standard("own", "", "", weights)


@pytest.mark.parametrize(
    ("standard", "sentence"),
    [("mars", "there is no standard population ‘mars’"), ([1] * 17, "this one has 17")],
)
def test_an_unknown_standard_is_refused(standard, sentence):
    with pytest.raises(BurdenError, match=sentence):
        find_standard(standard)
