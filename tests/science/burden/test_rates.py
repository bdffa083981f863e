import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import STANDARDS, BurdenError, age_rates, standardise_rates

AGES = list(range(0, 90, 5))


def make_cells(cases=None, people=None, **others):
    columns = {
        "age_group": AGES,
        "cases": cases or list(range(18)),
        "person_years": people or [1000.0 * (20 - i) for i in range(18)],
    }
    return pl.DataFrame(columns).with_columns(pl.lit(value).alias(name) for name, value in others.items())


@pytest.mark.burden("rates.asr")
def test_the_rate_is_the_weighted_mean_of_the_age_specific_rates():
    cells = make_cells()

    rates = standardise_rates(cells, standard="who")

    weights = STANDARDS["who"].weights
    expected = sum(weights[a] / 100_030 * c / n for a, c, n in cells.rows())
    variance = sum((weights[a] / 100_030) ** 2 * c / n**2 for a, c, n in cells.rows())
    assert rates["asr"][0] == pytest.approx(1e5 * expected, rel=1e-12)
    assert rates["asr_se"][0] == pytest.approx(1e5 * math.sqrt(variance), rel=1e-12)


@pytest.mark.burden("rates.cumulative")
def test_the_cumulative_risk_and_its_error_are_those_of_the_risk():
    cells = make_cells()

    rates = standardise_rates(cells, upper_age=75)

    total = sum(5 * c / n for a, c, n in cells.rows() if a < 75)
    error = math.sqrt(sum(25 * c / n**2 for a, c, n in cells.rows() if a < 75))
    assert rates["cumulative_rate"][0] == pytest.approx(100 * total, rel=1e-12)
    assert rates["cumulative_risk"][0] == pytest.approx(100 * (1 - math.exp(-total)), rel=1e-12)
    assert rates["cumulative_risk_se"][0] == pytest.approx(100 * math.exp(-total) * error, rel=1e-12)


@pytest.mark.parametrize(("upper_age", "years"), [(65, 5), (67, 7), (90, 20)])
def test_the_cumulative_rate_ends_at_any_birthday(upper_age, years):
    """Only 60 and over have cases here; in the last group the rate holds on."""
    cells = pl.DataFrame({"age_group": [0, 60, 70], "cases": [0, 10, 10], "person_years": [1e3, 1e3, 1e3]})

    rates = standardise_rates(cells, standard={0: 1, 60: 1, 70: 1}, upper_age=upper_age)

    before = min(years, 10) * 0.01 + max(years - 10, 0) * 0.01
    assert upper_age - 60 == years or upper_age == 90
    expected = before if upper_age < 90 else 0.3
    assert rates["cumulative_rate"][0] == pytest.approx(100 * expected, rel=1e-12)


def test_bands_are_joined_by_label_and_an_order_of_rows_means_nothing():
    cells = make_cells()

    assert (
        standardise_rates(cells.sample(fraction=1, shuffle=True, seed=3)).rows()
        == standardise_rates(cells).rows()
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=18, max_size=18), st.integers(1, 17))
@pytest.mark.burden("rates.asr")
def test_cells_split_in_two_add_up_to_the_whole(cases, cut):
    first = [min(c, cut) for c in cases]
    halves = pl.concat(
        [
            make_cells(part, [500.0] * 18)
            for part in (first, [c - f for c, f in zip(cases, first, strict=True)])
        ]
    )

    whole, parts = (standardise_rates(cells) for cells in (make_cells(cases, [1000.0] * 18), halves))

    for one, other in zip(whole.row(0), parts.row(0), strict=True):
        assert one == pytest.approx(other, rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, 40), min_size=18, max_size=18), st.sampled_from(["fay-feuer", "dobson", "normal"])
)
def test_limits_hold_the_estimate(cases, interval):
    rates = standardise_rates(make_cells(cases), interval=interval).row(0, named=True)

    for name in ("crude_rate", "asr", "cumulative_risk"):
        lower, upper = rates[f"{name}_lower"], rates[f"{name}_upper"]
        assert lower <= rates[name] * (1 + 1e-12)
        assert rates[name] <= upper
        assert upper > 0


def test_each_stratum_is_what_it_is_alone():
    men, women = make_cells(sex="1"), make_cells(list(range(18))[::-1], sex="2")

    both = standardise_rates(pl.concat([women, men]), by=["sex"])

    assert both["sex"].to_list() == ["1", "2"]
    alone = pl.concat([standardise_rates(one, by=["sex"]) for one in (men, women)])
    for ours, theirs in zip(both.rows(), alone.rows(), strict=True):
        assert ours[0] == theirs[0]
        assert ours[1:] == pytest.approx(theirs[1:], rel=1e-13)


def test_an_unknown_stratum_is_kept():
    rates = standardise_rates(make_cells().with_columns(site=pl.lit(None, pl.String)), by=["site"])

    assert rates.select("site", "cases").rows() == [(None, 153)]


@pytest.mark.burden("rates.unknown_age")
def test_unknown_age_is_reported_and_only_redistributed_on_request():
    unknown = pl.DataFrame({"age_group": [None], "cases": [17], "person_years": [None]})
    cells = pl.concat([make_cells(), unknown], how="vertical_relaxed")

    plain, spread, known = (
        standardise_rates(cells),
        standardise_rates(cells, unknown_age="redistribute"),
        standardise_rates(make_cells()),
    )

    assert plain.select("cases", "unknown_age_cases").row(0) == (170, 17)
    assert plain["asr"].to_list() == known["asr"].to_list()
    assert plain["crude_rate"][0] == pytest.approx(known["crude_rate"][0] * 170 / 153, rel=1e-12)
    for name in ("asr", "asr_se", "asr_lower", "asr_upper", "cumulative_rate"):
        assert spread[name][0] == pytest.approx(known[name][0] * 170 / 153, rel=1e-12)


def test_nothing_known_of_age_leaves_nothing_to_spread():
    unknown = pl.DataFrame({"age_group": [None], "cases": [17], "person_years": [None]})
    cells = pl.concat([make_cells([0] * 18), unknown], how="vertical_relaxed")

    rates = standardise_rates(cells, unknown_age="redistribute")

    assert rates.select("cases", "asr", "cumulative_risk").row(0) == (17, None, None)


@pytest.mark.burden("rates.truncated")
def test_truncated_rates_rescale_the_weights_to_their_ages():
    rates = standardise_rates(make_cells([1] * 18, [100.0] * 18), ages=(35, 64), upper_age=65)

    assert rates["cases"][0] == 6
    assert rates["asr"][0] == pytest.approx(1000, rel=1e-12)
    assert rates["cumulative_rate"][0] == pytest.approx(30, rel=1e-12)


@pytest.mark.parametrize("ages", [(33, 64), (35, 63), (64, 35), (90, None)])
def test_ages_that_cut_a_group_are_refused(ages):
    with pytest.raises(BurdenError, match="are not whole age groups of the standard"):
        standardise_rates(make_cells(), ages=ages)


def test_an_absent_group_is_named():
    cells = make_cells(sex="1").filter(pl.col("age_group") != 40)

    with pytest.raises(BurdenError, match=r"there is no row \(age_group 40, sex 1\)"):
        standardise_rates(cells, by=["sex"])


def test_a_group_without_people_and_cases_is_dropped_and_counted():
    people = [1000.0] * 17 + [0.0]

    rates = standardise_rates(make_cells([1] * 17 + [0], people))

    assert rates.select("empty_bands", "dropped_cases", "folded_bands").row(0) == (1, 0, 0)
    assert rates["asr"][0] == pytest.approx(100 * (1 - 0.005), rel=1e-12)


def test_cases_without_people_are_refused_with_their_row():
    cells = make_cells([1] * 18, [1000.0] * 17 + [0.0])

    with pytest.raises(
        BurdenError, match=r"^Row 18, column person_years: 1 cases and no person-years \(age_group 85\)"
    ):
        standardise_rates(cells)


def test_folding_adds_cases_weights_and_width_of_the_oldest():
    cells = make_cells([1] * 18, [1000.0] * 15 + [0.0] * 3).filter(pl.col("age_group") != 85)

    rates = standardise_rates(cells, on_missing_band="fold", upper_age=80)

    assert rates.select("empty_bands", "folded_bands", "cases").row(0) == (0, 3, 17)
    weight = sum(STANDARDS["segi"].share(age) for age in (70, 75, 80, 85))
    assert rates["asr"][0] == pytest.approx(100 * (1 - weight) + 300 * weight, rel=1e-12)
    assert rates["cumulative_rate"][0] == pytest.approx(100 * (70 * 0.001 + 10 * 0.003), rel=1e-12)


def test_dropping_says_how_many_cases_went():
    cells = make_cells([1] * 18, [1000.0] * 15 + [0.0] * 3)

    rates = standardise_rates(cells, on_missing_band="drop")

    assert rates.select("cases", "empty_bands", "dropped_cases").row(0) == (18, 3, 3)


def test_a_stratum_without_people_has_no_rate():
    rates = standardise_rates(make_cells([0] * 18, [0.0] * 18))

    assert rates.select("cases", "empty_bands", "crude_rate", "asr", "asr_upper", "cumulative_risk").row(
        0
    ) == (
        0,
        18,
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("cases", -1.0, "Row 3, column cases: -1.0 is negative."),
        ("cases", None, "Row 3, column cases: the value is empty."),
        ("person_years", -5.0, "Row 3, column person_years: -5.0 is negative."),
        ("person_years", None, "Row 3, column person_years: the value is empty."),
        ("age_group", 7.5, "Row 3, column age_group: 7.5 is not the lower bound of an age group."),
    ],
)
@pytest.mark.burden("border.faults")
def test_a_faulty_cell_is_named(column, value, sentence):
    cells = make_cells().with_columns(
        pl.when(pl.int_range(18) == 2).then(pl.lit(value)).otherwise(pl.col(column).cast(float)).alias(column)
    )

    with pytest.raises(BurdenError) as caught:
        standardise_rates(cells)

    assert str(caught.value) == sentence


def test_a_group_that_the_standard_does_not_have_is_refused():
    cells = pl.concat([make_cells(), make_cells().tail(1).with_columns(age_group=pl.lit(90, pl.Int64))])

    with pytest.raises(
        BurdenError, match=r"^Row 19, column age_group: 90 is not the lower bound of an age group of this"
    ):
        standardise_rates(cells)


@pytest.mark.parametrize("option", ["interval", "unknown_age", "on_missing_band"])
def test_an_unknown_option_lists_the_known_ones(option):
    with pytest.raises(BurdenError, match=f"^{option} is one of"):
        standardise_rates(make_cells(), **{option: "x"})


def test_no_rows_with_strata_give_no_rates():
    rates = standardise_rates(make_cells(sex="1").clear(), by=["sex"])

    assert rates.height == 0
    assert rates.columns[:2] == ["sex", "cases"]


@pytest.mark.burden("rates.age_specific")
def test_age_specific_rates_carry_exact_limits():
    rates = age_rates(make_cells())

    np.testing.assert_allclose(
        rates["rate"], 1e5 * np.arange(18) / (1000.0 * (20 - np.arange(18))), rtol=1e-12
    )
    assert (rates["rate_lower"] <= rates["rate"]).all()
    assert (rates["rate"] <= rates["rate_upper"]).all()


def test_an_age_specific_rate_needs_people():
    with pytest.raises(BurdenError, match=r"^Row 18, column person_years: 1 cases and no person-years"):
        age_rates(make_cells([1] * 18, [1.0] * 17 + [0.0]))
    assert age_rates(make_cells([0] * 18, [0.0] * 18))["rate"].to_list() == [None] * 18
