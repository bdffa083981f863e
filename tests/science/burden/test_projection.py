"""Projections, beside nordpred's results and beside trends that made the data."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import (
    Backcast,
    BurdenError,
    check_projection,
    group_years,
    measure_trend_error,
    project_cases,
)
from banyan.science.burden.poisson import fit_poisson
from banyan.science.burden.projection.forecast import add_up_trend
from banyan.science.burden.projection.grid import read_grid
from banyan.science.burden.projection.nordpred import choose_periods, find_goodness, lay_design, take_base

NORWAY = {"periods": 4, "draws": 200}


@pytest.fixture(scope="module")
def folder(oracle):
    return oracle / "statistics"


def read_wide(path) -> pl.DataFrame:
    """Read a table of ages by two-digit periods as rows."""
    long = pl.read_csv(path).unpivot(index="age", variable_name="years")
    year = pl.col("years").str.slice(0, 2).cast(pl.Int64)
    return long.select(
        age_group=pl.col("age").str.extract(r"^(\d+)").cast(pl.Int64),
        period=pl.when(year < 50).then(year + 2000).otherwise(year + 1900),
        value="value",
    )


@pytest.fixture(scope="module")
def norway(folder):
    """Colon cancer of Norwegian men, observed to 1993-97, with person-years to 2018-22."""
    people = read_wide(folder / "f_nordpred_men_norway_pop_obs_and_proj.csv").rename(
        {"value": "person_years"}
    )
    cases = read_wide(folder / "f_nordpred_colon_men_norway_cases.csv").rename({"value": "cases"})
    return people.join(cases, on=["age_group", "period"], how="left")


def make_cells(change=0.0, *, observed=6, ahead=3, ages=range(30, 90, 5), rate=None, width=5) -> pl.DataFrame:
    """Expected cases whose rates change by a factor a year, with a population that stays."""
    grid = [(age, 1980 + width * step) for age in ages for step in range(observed + ahead)]
    frame = pl.DataFrame(grid, schema=["age_group", "period"], orient="row").with_columns(person_years=2e5)
    age = (pl.col("age_group") - 60) / 20
    rates = (
        (-6 + age - 0.3 * age**2 + change * (pl.col("period") - 1980)).exp() if rate is None else pl.lit(rate)
    )
    known = pl.col("period") < 1980 + width * observed
    return frame.with_columns(cases=pl.when(known).then(rates * pl.col("person_years")))


@pytest.mark.parametrize(("file", "recent"), [("recent", True), ("avgtrend", False)])
@pytest.mark.burden("projection.nordpred", oracle="f_nordpred_pred_*_power5.csv")
def test_predictions_are_those_of_nordpred(folder, norway, file, recent):
    expected = read_wide(folder / f"f_nordpred_pred_{file}_power5.csv")

    found = project_cases(norway, recent=recent, **NORWAY)

    both = found.cells.join(expected, on=["age_group", "period"])
    assert both.height == 18 * 13
    np.testing.assert_allclose(both["cases"], both["value"], rtol=1e-4)


@pytest.mark.burden("projection.nordpred", oracle="f_nordpred_pred_auto_power5.csv")
def test_predictions_with_its_own_choice_of_periods_are_those_of_nordpred(folder, norway):
    expected = read_wide(folder / "f_nordpred_pred_auto_power5.csv")

    found = project_cases(norway, periods=range(4, 9), draws=200)

    both = found.cells.join(expected, on=["age_group", "period"])
    np.testing.assert_allclose(both["cases"], both["value"], rtol=1e-4)
    assert (found.facts["periods_used"], found.facts["recent_trend"]) == (8, True)


@pytest.mark.burden("projection.nordpred", oracle="f_nordpred_coef_noperiod4_power5.csv")
def test_coefficients_are_those_of_nordpred(folder, norway):
    expected = pl.read_csv(folder / "f_nordpred_coef_noperiod4_power5.csv")

    found = project_cases(norway, **NORWAY).coefficients

    assert found["term"][0] == "age 5"
    assert found["coefficient"].is_null().to_list() == expected["coef"].is_null().to_list()
    for ours, theirs in (("coefficient", "coef"), ("std_err", "se")):
        np.testing.assert_allclose(
            found[ours].fill_null(0).to_numpy(), expected[theirs].fill_null(0).to_numpy(), atol=1e-6
        )


@pytest.mark.parametrize(("column", "recent"), [("asr_world_recent", True), ("asr_world_avgtrend", False)])
@pytest.mark.burden("projection.nordpred", oracle="f_nordpred_asr_power5.csv")
def test_standardised_rates_are_those_of_nordpred(folder, norway, column, recent):
    expected = pl.read_csv(folder / "f_nordpred_asr_power5.csv")

    found = project_cases(norway, recent=recent, standard="segi", **NORWAY)

    np.testing.assert_allclose(found.totals["asr"], expected[column], atol=1e-4)


def test_published_rates_with_the_recent_trend(norway):
    found = project_cases(norway, recent=True, **NORWAY).totals.filter("projected")

    assert found["asr"].round(2).to_list() == [25.59, 25.78, 25.29, 24.36, 23.09]


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
@pytest.mark.parametrize("link", ["power5", "log"])
@pytest.mark.burden("projection.nordpred", "projection.others")
def test_rates_that_stand_still_go_on_standing_still(method, link):
    cells = make_cells()

    found = project_cases(cells, method=method, link=link, first_age=30, model_age=30, draws=100)

    last = found.totals.filter(~pl.col("projected"))["cases"][-1]
    np.testing.assert_allclose(found.totals.filter("projected")["cases"], last, rtol=5e-3)
    np.testing.assert_allclose(found.change["risk_percent"], 0, atol=0.5)


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
@pytest.mark.parametrize("change", [-0.03, 0.02])
@pytest.mark.burden("projection.others")
def test_an_exponential_trend_goes_on_where_nothing_is_cut(method, change):
    cells = make_cells(change)

    found = project_cases(
        cells, method=method, link="log", first_age=30, model_age=30, cut=(0,), recent=False, draws=100
    )

    seen = found.totals["cases"].to_numpy()
    np.testing.assert_allclose(seen[1:] / seen[:-1], np.exp(5 * change), rtol=5e-3)


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
def test_a_trend_cut_off_whole_goes_no_further(method):
    cells = make_cells(0.02)

    found = project_cases(
        cells, method=method, link="log", first_age=30, model_age=30, cut=(1,), recent=False, draws=100
    )

    seen = found.totals["cases"].to_numpy()
    np.testing.assert_allclose(seen[6:], seen[5], rtol=5e-3)


def test_the_power_of_five_grows_more_slowly_than_the_exponential(norway):
    fifth, log = (
        project_cases(norway, link=link, recent=False, **NORWAY).totals["cases"][-1]
        for link in ("power5", "log")
    )

    assert fifth < log


def test_years_of_the_trend_after_the_cut():
    assert add_up_trend(5, 5, (0, 0.25, 0.5, 0.75, 0.75)).tolist() == [5, 8.75, 11.25, 12.5, 13.75]
    assert add_up_trend(7, 1, (0, 0.5)).tolist() == [1, 2, 3, 4, 5, 5.5, 6]


def test_young_ages_take_the_mean_of_their_last_two_rates(norway):
    found = project_cases(norway, **NORWAY).cells.filter(pl.col("age_group") == 15)

    rates = (found["cases"] / found["person_years"]).to_numpy()
    np.testing.assert_allclose(rates[8:], rates[6:8].mean(), rtol=1e-12)


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
@pytest.mark.burden("projection.limits")
def test_limits_hold_the_projection_and_widen(norway, method):
    found = project_cases(norway, method=method, draws=500).totals.filter("projected")

    assert (found["lower"] < found["cases"]).all()
    assert (found["cases"] < found["upper"]).all()
    assert (found["asr_lower"] < found["asr"]).all()
    assert (found["asr"] < found["asr_upper"]).all()
    width = ((found["upper"] - found["lower"]) / found["cases"]).to_numpy()
    assert width[-1] > width[0]


def test_limits_are_at_least_those_of_the_counts_alone(norway):
    found = project_cases(norway, dispersion="poisson", draws=2000).totals.filter("projected")

    assert ((found["upper"] - found["lower"]) > 2 * 1.9 * found["cases"].sqrt()).all()


def test_the_same_seed_gives_the_same_limits_and_another_does_not(norway):
    one, two, three = (project_cases(norway, seed=seed, **NORWAY).totals for seed in (7, 7, 8))

    assert one.equals(two)
    assert one["cases"].equals(three["cases"])
    assert not one["upper"].equals(three["upper"])


@pytest.mark.burden("projection.limits")
def test_limits_of_a_known_poisson_future_cover_as_they_should():
    """Counts about a flat rate: 19 of 20 totals to come lie between the limits."""
    random = np.random.default_rng(3)
    inside = []
    for _ in range(60):
        cells = make_cells(observed=7, ahead=1)
        truth = make_cells(observed=8, ahead=0)["cases"]
        drawn = cells.with_columns(
            cases=pl.when(pl.col("cases").is_not_null()).then(
                pl.Series(random.poisson(truth)).cast(pl.Float64)
            )
        )
        found = project_cases(drawn, method="eapc", model_age=30, dispersion="poisson", draws=400)
        later = found.totals.filter("projected").row(0, named=True)
        counted = random.poisson(truth.gather_every(8, 7)).sum()
        inside.append(later["lower"] <= counted <= later["upper"])

    assert 0.87 <= np.mean(inside) <= 1


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
@pytest.mark.burden("projection.change")
def test_the_parts_of_the_change_add_up_to_it(norway, method):
    found = project_cases(norway, method=method, draws=100)

    change, totals = found.change, found.totals
    parts = change["risk"] + change["size"] + change["structure"]
    np.testing.assert_allclose(parts, change["change"], rtol=1e-9)
    last = totals.filter(~pl.col("projected"))["cases"][-1]
    np.testing.assert_allclose(change["change"], totals.filter("projected")["cases"] - last, rtol=1e-9)


@pytest.mark.burden("projection.change")
def test_twice_the_people_of_the_same_ages_are_a_change_of_size_alone():
    cells = make_cells()
    grown = cells.with_columns(
        person_years=pl.when(pl.col("cases").is_null()).then(4e5).otherwise(pl.col("person_years"))
    )

    change = project_cases(grown, method="eapc", model_age=30, draws=100).change

    np.testing.assert_allclose(change["size_percent"], 100, rtol=1e-9)
    np.testing.assert_allclose(change["structure_percent"], 0, atol=1e-9)


@settings(deadline=None, max_examples=12)
@given(seed=st.integers(0, 10_000), mean=st.floats(0.2, 30), link=st.sampled_from(["power5", "log"]))
def test_sparse_counts_give_finite_limits_or_a_sentence(seed, mean, link):
    """Rare cancers leave ages and cohorts without a case, whose coefficients are endless."""
    cells = make_cells(rate=mean / 2e5)
    age = cells["age_group"].to_numpy()
    drawn = np.random.default_rng(seed).poisson(mean * np.exp((age - 70) / 15)).astype(float)
    cells = cells.with_columns(cases=pl.when(pl.col("cases").is_not_null()).then(pl.Series(drawn)))

    found = refusal = None
    try:
        found = project_cases(cells, link=link, first_age=30, model_age=30, draws=100).cells.filter(
            "projected"
        )
    except BurdenError as fault:
        refusal = fault.reason

    if found is None:
        assert refusal.startswith(
            ("the model runs away in age group", "there is no case", "the Poisson model")
        )
        return
    observed = cells["cases"].max() + 10
    assert found.select(pl.col("cases", "lower", "upper").is_finite().all()).row(0) == (True, True, True)
    assert found["upper"].max() < 2000 * observed
    assert found["lower"].min() >= 0


@settings(deadline=None, max_examples=6)
@given(factor=st.floats(0.2, 5))
def test_person_years_in_another_unit_change_no_number_of_cases(factor):
    cells = make_cells(0.01)

    one = project_cases(cells, first_age=30, model_age=30, draws=100)
    two = project_cases(
        cells.with_columns(pl.col("person_years") * factor), first_age=30, model_age=30, draws=100
    )

    np.testing.assert_allclose(two.totals["cases"], one.totals["cases"], rtol=1e-6)


def test_rows_of_the_same_cell_are_added_up():
    cells = make_cells(0.01)
    half = cells.with_columns(pl.col("cases", "person_years") / 2)

    one = project_cases(cells, first_age=30, model_age=30, draws=100)
    two = project_cases(pl.concat([half, half]), first_age=30, model_age=30, draws=100)

    np.testing.assert_allclose(two.totals["cases"], one.totals["cases"], rtol=1e-9)


def test_the_most_periods_whose_fit_stands_are_taken(norway):
    grid = read_grid(norway)

    assert choose_periods(grid, range(4, 9), 20, "power5") == 8
    assert choose_periods(grid, None, 20, "power5") == 6
    assert choose_periods(grid, 5, 20, "power5") == 5


def test_periods_that_do_not_fit_are_dropped_one_by_one(norway):
    """A first period that is not like the others in some ages is refused by the chi-square test."""
    odd = (pl.col("period") == 1958) & pl.col("age_group").is_in([50, 60, 70])
    spoilt = norway.with_columns(cases=pl.when(odd).then(pl.col("cases") * 2).otherwise(pl.col("cases")))
    grid = read_grid(spoilt)

    base = take_base(grid, 8, 20)
    assert find_goodness(fit_poisson(lay_design(base)[0], base.cases, base.people, link="power5")) < 0.01
    assert choose_periods(grid, range(4, 9), 20, "power5") == 7
    assert choose_periods(grid, [8], 20, "power5") == 8


@pytest.mark.burden("projection.backcast")
def test_back_casting_counts_errors_and_coverage(norway):
    found = check_projection(norway, held_out=3, draws=300)

    assert found.totals.height == 3 + 2 + 1
    assert found.summary["years_ahead"].to_list() == [5, 10, 15]
    assert found.summary["projections"].to_list() == [3, 2, 1]
    assert found.totals["origin"].unique().sort().to_list() == [1978, 1983, 1988]
    five = found.totals.filter(pl.col("years_ahead") == 5)
    assert found.summary["mean_absolute_error_percent"][0] == pytest.approx(
        five["error_percent"].abs().mean()
    )
    assert found.summary["cell_coverage"][0] >= 0.85
    observed = norway.filter(pl.col("period") == 1993)["cases"].sum()
    assert found.totals.filter(pl.col("period") == 1993)["observed"].to_list() == [observed] * 3


@pytest.mark.parametrize("method", ["nordpred", "apc", "eapc"])
def test_limits_with_a_measured_error_hold_more_of_what_was_counted(norway, method):
    """From the end of 1978-82 and of 1983-87, with the error measured on what was known there."""
    plain, wide = [], []
    for known in (1978, 1983):
        seen = norway.filter(pl.col("period") <= known)
        error = measure_trend_error(seen, held_out=2, method=method, draws=400)
        later = norway.filter(pl.col("period") <= 1993).with_columns(
            cases=pl.when(pl.col("period") <= known).then(pl.col("cases"))
        )
        truth = norway.group_by("period").agg(pl.col("cases").sum().alias("counted"))
        for size, kept in ((0.0, plain), (error, wide)):
            made = project_cases(later, method=method, trend_error=size, draws=400).totals.filter("projected")
            inside = pl.col("counted").is_between("lower", "upper")
            kept.extend(made.join(truth, on="period").select(inside).to_series())

    assert np.mean(wide) >= np.mean(plain)
    assert np.mean(wide) >= 0.8


def test_an_error_of_the_trend_widens_in_step_with_the_years():
    options = {"method": "eapc", "model_age": 30, "dispersion": "poisson", "draws": 4000}
    many = make_cells().with_columns(pl.col("cases", "person_years") * 1e4)

    found = project_cases(many, trend_error=0.02, **options).totals.filter("projected")

    spread = ((found["upper"] / found["lower"]).log() / (2 * 1.96)).to_list()
    assert spread == pytest.approx([0.1, 0.2, 0.3], rel=0.1)


@pytest.mark.burden("projection.backcast")
def test_what_a_backcast_projects_is_what_would_have_been_projected(norway):
    earlier = norway.filter(pl.col("period") <= 1993).with_columns(
        cases=pl.when(pl.col("period") < 1993).then(pl.col("cases"))
    )

    found = check_projection(norway, held_out=1, periods=4, draws=200).totals
    made = project_cases(earlier, periods=4, draws=200).totals.filter("projected")

    assert found["projected"].to_list() == made["cases"].to_list()
    assert found["upper"].to_list() == made["upper"].to_list()


def test_single_years_become_periods_that_end_with_the_last_observed_year():
    years = pl.DataFrame({"year": range(2001, 2024), "age_group": 60, "person_years": 10.0})
    known = years.with_columns(cases=pl.when(pl.col("year") <= 2013).then(1))

    grouped = group_years(known, width=5)

    assert grouped.rows() == [
        (60, 2004, 5.0, 50.0),
        (60, 2009, 5.0, 50.0),
        (60, 2014, None, 50.0),
        (60, 2019, None, 50.0),
    ]


def test_years_that_cannot_be_are_refused_with_their_row():
    years = pl.DataFrame({"year": range(2004, 2024), "age_group": 60, "cases": -1, "person_years": 10})

    with pytest.raises(BurdenError, match=r"^Row 1, column cases: -1\.0 cases cannot be\.$"):
        group_years(years)


def test_single_years_are_projected_as_they_are_by_the_other_two_methods():
    cells = make_cells(0.01, observed=12, ahead=5, width=1)

    for method in ("apc", "eapc"):
        found = project_cases(cells, method=method, first_age=30, model_age=30, cut=(0,), draws=100)
        seen = found.totals["cases"].to_numpy()
        np.testing.assert_allclose(seen[1:] / seen[:-1], np.exp(0.01), rtol=3e-3)


def test_nordpred_asks_for_periods_as_wide_as_ages():
    with pytest.raises(BurdenError, match="age groups as wide as periods, and they have 5 and 1 years"):
        project_cases(make_cells(observed=12, width=1))


def test_ages_with_few_cases_have_no_trend_of_their_own():
    cells = make_cells().with_columns(
        cases=pl.when(pl.col("age_group") == 30).then(pl.col("cases") * 0).otherwise(pl.col("cases"))
    )

    found = project_cases(cells, method="eapc", model_age=30, draws=100)

    assert found.facts["ages_with_a_trend"] == list(range(35, 90, 5))
    assert found.cells.filter(pl.col("age_group") == 30)["cases"].to_list() == [0.0] * 9


def test_an_age_without_a_case_is_projected_to_none_by_nordpred():
    cells = make_cells().with_columns(
        cases=pl.when(pl.col("age_group") == 30).then(pl.col("cases") * 0).otherwise(pl.col("cases"))
    )

    found = project_cases(cells, first_age=35, model_age=35, draws=100).cells

    assert found.filter(pl.col("age_group") == 30)["cases"].sum() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cases": pl.lit(-1.0)}, "Row 1, column cases: -1.0 cases cannot be."),
        ({"person_years": pl.lit(-1.0)}, "Row 1, column person_years: -1.0 person-years cannot be."),
        ({"person_years": pl.lit(0.0)}, "Row 1, column cases: there are "),
        ({"cases": pl.lit(1.0)}, "Column period: there is no period to come"),
        ({"cases": pl.lit(None, pl.Float64)}, "Column period: a projection needs three observed periods"),
        ({"cases": pl.col("cases") * 0}, "Column cases: there is no case."),
        (
            {"cases": pl.when(pl.col("age_group") > 30).then(pl.col("cases"))},
            "Column cases: the cases of period 1980 are partly empty;",
        ),
        (
            {"cases": pl.when(pl.col("period") != 1990).then(1.0)},
            "Column cases: the cases of period 1990 are partly empty;",
        ),
    ],
)
def test_what_cannot_be_projected_is_said(change, message):
    with pytest.raises(BurdenError) as fault:
        project_cases(make_cells().with_columns(**change))

    assert str(fault.value).startswith(message)


@pytest.mark.parametrize(
    ("keep", "message"),
    [
        (
            pl.col("period") != 1990,
            "Column period: a projection needs evenly spaced values, and these are 1980,",
        ),
        (
            ~((pl.col("period") == 1990) & (pl.col("age_group") == 40)),
            "Column person_years: there are no person-years for age group 40 in period 1990.",
        ),
        (
            pl.col("age_group") == 40,
            "Column age_group: a projection needs evenly spaced values, and these are 40.",
        ),
    ],
)
def test_a_hole_in_the_table_is_named(keep, message):
    with pytest.raises(BurdenError) as fault:
        project_cases(make_cells().filter(keep))

    assert str(fault.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"periods": 9}, "fitted to 3 to 6 periods, and not to 9"),
        ({"periods": []}, "and not to none"),
        ({"method": "eapc", "periods": 9}, "fitted to 2 to 6 periods, and not to 9"),
        ({"method": "guess"}, "there is no method of projection ‘guess’"),
        ({"link": "logit"}, "there is no link ‘logit’; these are known: log, power5."),
        ({"dispersion": "none"}, "there is no dispersion ‘none’; these are known: estimated, poisson."),
        ({"cut": ()}, "the cuts of the trend are numbers from 0 to 1"),
        ({"cut": (2,)}, "the cuts of the trend are numbers from 0 to 1"),
        ({"trend_error": -0.1}, "the error of a trend is a share a year from 0 to 1, and not -0.1"),
        ({"draws": 5}, "limits need 100 draws or more, and not 5"),
        ({"first_age": 85}, "there are not two age groups from 85 on"),
        ({"level": 1.5}, "a confidence level lies between 0 and 1"),
        ({"standard": {0: 1, 32: 1}}, "standard own has the age group 32, and the cells have not"),
    ],
)
def test_an_option_that_cannot_be_is_said(options, message):
    with pytest.raises(BurdenError, match=message):
        project_cases(make_cells(), **options)


def test_more_periods_than_there_are_cannot_be_held_out():
    with pytest.raises(BurdenError, match="of 6 observed periods 1 to 3 can be held out, and not 4"):
        check_projection(make_cells(), held_out=4)


def test_years_without_an_observed_one_are_refused():
    with pytest.raises(BurdenError, match="there is no observed year"):
        group_years(pl.DataFrame({"year": [2000], "age_group": [0], "cases": [None], "person_years": [1.0]}))


def test_the_error_of_a_trend_is_the_likeliest_one():
    """Without chance, each projection says as much; with much of it, a short one says little; none below chance."""
    totals = pl.DataFrame({"years_ahead": [1, 2, 4], "observed": 100.0 * np.exp([0.03, -0.04, 0.0])})
    draw = np.random.default_rng(5)

    def find(totals, spread):
        limits = {
            name: 100 * np.exp(sign * 1.959963984540054 * spread)
            for name, sign in (("lower", -1), ("upper", 1))
        }
        rows = totals.with_columns(projected=pl.lit(100.0)).with_columns(**limits)
        return Backcast(rows, rows, rows).find_trend_error()

    many = np.repeat([1, 2, 5, 10], 500)
    errors = draw.normal(size=2000) * np.sqrt(0.05**2 + (0.02 * many) ** 2)
    wide = pl.DataFrame({"years_ahead": many, "observed": 100 * np.exp(errors)})

    assert find(totals, 1e-9) == pytest.approx(np.sqrt((0.03**2 + 0.02**2) / 3), rel=1e-4)
    assert find(totals, 0.1) == 0.0
    assert find(wide, 0.05) == pytest.approx(0.02, rel=0.05)
