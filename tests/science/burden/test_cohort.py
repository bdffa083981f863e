"""Age-period-cohort models, beside Epi's results and beside models that made the data."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, fit_apc
from banyan.science.burden.cohort.bases import NaturalSpline, find_median, find_quantile
from banyan.science.burden.cohort.recipes import RECIPES

PARAMETRISATIONS = tuple(RECIPES)
SCALES = {"Age": "ages", "Per": "periods", "Coh": "cohorts"}


@pytest.fixture(scope="module")
def folder(oracle):
    return oracle / "statistics"


@pytest.fixture(scope="module")
def triangles(folder):
    """Lung cancer of Danish men by Lexis triangle, with the means of the triangles."""
    return pl.read_csv(folder / "e_lungDK.csv").select(age="Ax", period="Px", cases="D", person_years="Y")


@pytest.fixture(scope="module")
def classes(folder):
    """The same by classes of five years, a row for each triangle."""
    return pl.read_csv(folder / "e_lungDK.csv").select(age="A5", period="P5", cases="D", person_years="Y")


def make_rates(*, ages=8, periods=6, drift=0.02, bend=0.0, level=200.0) -> pl.DataFrame:
    """Expected cases of a known model, as a table: five-year classes, equal person-years."""
    rows = [(42.5 + 5 * a, 1962.5 + 5 * p) for a in range(ages) for p in range(periods)]
    frame = pl.DataFrame(rows, schema=["age", "period"], orient="row")
    age, period = frame["age"].to_numpy(), frame["period"].to_numpy()
    cohort = period - age
    log_cases = np.log(level) + 0.05 * (age - 60) - 0.001 * (age - 60) ** 2
    log_cases += drift * (period - 1975) + bend * (cohort - 1915) ** 2
    return frame.with_columns(cases=np.exp(log_cases), person_years=np.full(len(age), 100_000.0))


@pytest.mark.burden("cohort.ladder", oracle="e_lungDK_glm_deviances.csv")
def test_ladder_on_classes_is_that_of_glm(folder, classes):
    expected = pl.read_csv(folder / "e_lungDK_glm_deviances.csv")

    ladder = fit_apc(classes, shape="factor").ladder

    by_model = dict(zip(ladder["model"], ladder.select("deviance", "freedom").rows(), strict=True))
    names = ["age", "age-drift", "age-period", "age-cohort", "age-period-cohort"]
    assert [by_model[name][1] for name in names] == expected["df"].to_list()
    np.testing.assert_allclose([by_model[name][0] for name in names], expected["dev"], atol=1e-6)


@pytest.mark.burden("cohort.ladder", oracle="e_apc_lungDK_factor_ACP_anova.csv")
def test_ladder_on_triangles_is_that_of_epi(folder, triangles):
    expected = pl.read_csv(folder / "e_apc_lungDK_factor_ACP_anova.csv")

    ladder = fit_apc(triangles, shape="factor").ladder

    np.testing.assert_allclose(ladder["deviance"], expected["Mod. dev."], atol=1e-6)
    np.testing.assert_allclose(ladder["aic"], expected["AIC"], atol=1e-6)
    np.testing.assert_allclose(ladder["test_deviance"][1:], expected["Test dev."][1:], atol=1e-6)
    np.testing.assert_allclose(ladder["p_value"][1:], expected["Pr(>Chi)"][1:], rtol=1e-6)
    assert ladder["freedom"].to_list() == expected["Mod. df."].to_list()
    assert ladder["test_freedom"].to_list() == expected["Test df."].to_list()


@pytest.mark.burden("cohort.drift", oracle="e_apc_lungDK_factor_ACP_drift.csv")
def test_drift_is_that_of_epi(folder, triangles):
    """Epi 2.47 was asked for "weighted" and printed "1-weights": it weighed all rows alike."""
    expected = pl.read_csv(folder / "e_apc_lungDK_factor_ACP_drift.csv")

    drift = fit_apc(triangles, shape="factor", drift_weights="plain").drift

    np.testing.assert_allclose(drift["ratio"], expected["exp(Est.)"], atol=1e-6)
    np.testing.assert_allclose(drift["lower"], expected["2.5%"], atol=1e-6)
    np.testing.assert_allclose(drift["upper"], expected["97.5%"], atol=1e-6)


@pytest.mark.parametrize("parametrisation", ["ACP", "APC"])
@pytest.mark.burden("cohort.factor", oracle="e_apc_lungDK_factor_*.csv")
def test_fitted_rates_are_those_of_epi(folder, triangles, parametrisation):
    effects = [
        pl.read_csv(folder / f"e_apc_lungDK_factor_{parametrisation}_{name}.csv").to_numpy()
        for name in SCALES
    ]
    fit = fit_apc(triangles, shape="factor", parametrisation=parametrisation, reference_cohort=1900)

    places = (fit.fitted[name].to_numpy() for name in ("age", "period", "cohort"))
    values = [
        table[np.abs(table[:, 0] - place[:, None]).argmin(axis=1), 1]
        for table, place in zip(effects, places, strict=True)
    ]
    np.testing.assert_allclose(fit.fitted["rate"], np.prod(values, axis=0), rtol=1e-6)
    assert fit.fitted["expected"].sum() == pytest.approx(76178, rel=1e-9)


@pytest.mark.parametrize("parametrisation", ["ACP", "APC", "AdCP"])
@pytest.mark.burden("cohort.factor", oracle="e_apc_lungDK_factor_*.csv")
def test_every_effect_and_limit_is_that_of_epi_by_its_convention(folder, triangles, parametrisation):
    fit = fit_apc(
        triangles,
        shape="factor",
        parametrisation=parametrisation,
        reference_cohort=1900,
        drift_weights="plain",
        convention="epi",
    )

    for name, attribute in SCALES.items():
        expected = pl.read_csv(folder / f"e_apc_lungDK_factor_{parametrisation}_{name}.csv").to_numpy()
        np.testing.assert_allclose(getattr(fit, attribute).to_numpy()[:, :4], expected, rtol=1e-6)


def test_apc_sets_the_period_to_one_where_epi_does_not(classes):
    """Under APC the rates belong to the reference period, as the name says and Epi 2.47 does not do."""
    chosen = {"shape": "factor", "parametrisation": "APC", "reference_period": 1968, "reference_cohort": 1908}

    ours = fit_apc(classes, **chosen).periods.filter(pl.col("period") == 1968)["ratio"].item()
    theirs = fit_apc(classes, **chosen, convention="epi").periods.filter(pl.col("period") == 1968)

    assert ours == pytest.approx(1, abs=1e-12)
    assert abs(theirs["ratio"].item() - 1) > 0.01


@pytest.mark.parametrize("shape", ["factor", "spline"])
@pytest.mark.parametrize("parametrisation", ["ACP", "APC"])
@pytest.mark.burden("cohort.factor", "cohort.spline")
def test_effects_multiply_to_the_fitted_rates(classes, shape, parametrisation):
    fit = fit_apc(classes, shape=shape, parametrisation=parametrisation)

    table = fit.fitted
    for name, effects in (("age", fit.ages), ("period", fit.periods), ("cohort", fit.cohorts)):
        table = table.join(effects.select(name, pl.nth(1).alias(f"{name} effect")), on=name)
    product = table["age effect"] * table["period effect"] * table["cohort effect"]
    np.testing.assert_allclose(product, table["rate"], rtol=1e-9)


@pytest.mark.parametrize("shape", ["factor", "spline"])
def test_with_the_drift_apart_the_drift_is_what_is_missing(classes, shape):
    fit = fit_apc(classes, shape=shape, parametrisation="AdCP")

    table = fit.fitted
    for name, effects in (("age", fit.ages), ("period", fit.periods), ("cohort", fit.cohorts)):
        table = table.join(effects.select(name, pl.nth(1).alias(f"{name} effect")), on=name)
    drift = fit.drift["ratio"][0] ** (table["cohort"] - fit.reference_cohort)
    product = table["age effect"] * table["period effect"] * table["cohort effect"] * drift
    np.testing.assert_allclose(product, table["rate"], rtol=1e-9)


@pytest.mark.parametrize("weights", ["cases", "person-years", "rates", "plain"])
def test_period_has_mean_nought_and_slope_nought_in_the_weights_asked_for(classes, weights):
    fit = fit_apc(classes, shape="factor", drift_weights=weights)

    table = fit.fitted.join(fit.periods, on="period")
    cases, people = table["cases"].to_numpy(), table["person_years"].to_numpy()
    weight = {
        "cases": cases,
        "person-years": people,
        "rates": people**2 / cases,
        "plain": np.ones(len(cases)),
    }[weights]
    effect, period = np.log(table["ratio"].to_numpy()), table["period"].to_numpy()
    weight = weight / weight.sum()
    assert (weight * effect).sum() == pytest.approx(0, abs=1e-9)
    assert (weight * effect * (period - 1970)).sum() == pytest.approx(0, abs=1e-7)


@pytest.mark.parametrize("weights", ["cases", "person-years", "rates", "plain"])
@pytest.mark.burden("cohort.drift", "cohort.ladder")
def test_fitted_rates_do_not_depend_on_the_drift_convention(triangles, weights):
    base = fit_apc(triangles).fitted["rate"]

    other = fit_apc(triangles, parametrisation="APC", drift_weights=weights, reference_period=1960)

    np.testing.assert_allclose(other.fitted["rate"], base, rtol=1e-8)


@pytest.mark.parametrize("shape", ["factor", "spline"])
@pytest.mark.parametrize("weights", ["cases", "plain"])
@pytest.mark.burden("cohort.drift")
def test_a_known_drift_comes_back(shape, weights):
    fit = fit_apc(make_rates(drift=0.03), shape=shape, drift_weights=weights, knots={"age": [45, 55, 65, 75]})

    assert fit.drift["ratio"].to_list() == pytest.approx([np.exp(0.03)] * 2, rel=1e-3)
    assert fit.drift["percent"][0] == pytest.approx(3.045, abs=0.1)


@pytest.mark.burden("cohort.ladder")
def test_the_first_steps_of_the_ladder_are_deviances_by_hand():
    """Ages alone expect each age's own rate; ages and periods of equal rates leave margins over the total."""
    random = np.random.default_rng(5)
    frame = make_rates(drift=0.0).with_columns(cases=pl.Series(random.integers(20, 90, 48)).cast(float))

    ladder = fit_apc(frame, shape="factor").ladder

    grid = frame["cases"].to_numpy().reshape(8, 6)
    ages = np.repeat(grid.mean(axis=1), 6).reshape(8, 6)
    both = np.outer(grid.sum(axis=1), grid.sum(axis=0)) / grid.sum()
    deviances = [2 * (grid * np.log(grid / expected)).sum() for expected in (ages, both)]
    found = ladder.filter(pl.col("model").is_in(["age", "age-period"])).sort("freedom", descending=True)
    assert found["freedom"].to_list() == [40, 35]
    np.testing.assert_allclose(found["deviance"], deviances, rtol=1e-8)


@pytest.mark.burden("cohort.factor")
def test_factors_find_an_exact_model():
    fit = fit_apc(make_rates(drift=-0.01, bend=0.0004), shape="factor", reference_cohort=1915)

    assert fit.ladder["deviance"][3] == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(fit.periods["ratio"], 1, atol=1e-8)
    cohort = fit.cohorts["cohort"].to_numpy() - 1915
    np.testing.assert_allclose(np.log(fit.cohorts["ratio"]), -0.01 * cohort + 0.0004 * cohort**2, atol=1e-8)


@pytest.mark.parametrize("parametrisation", ["Ad-C-P", "Ad-P-C", "AC-P", "AP-C"])
def test_parts_fitted_in_turn_keep_the_cases_of_every_class(classes, parametrisation):
    """The last part is fitted to what the parts before it leave: its margins are those observed."""
    last = "period" if parametrisation.endswith("P") else "cohort"

    fit = fit_apc(classes, shape="factor", parametrisation=parametrisation)

    sums = fit.fitted.group_by(last).agg(pl.col("cases", "expected").sum())
    np.testing.assert_allclose(sums["expected"], sums["cases"], rtol=1e-8)


def test_age_cohort_rates_are_those_of_the_reference_cohort(classes):
    fit = fit_apc(classes, shape="factor", parametrisation="AC-P", reference_cohort=1908)

    assert fit.cohorts.filter(pl.col("cohort") == 1908)["ratio"].item() == pytest.approx(1)
    assert fit.cohorts.filter(pl.col("cohort") == 1908)["std_err_log"].item() == pytest.approx(0, abs=1e-9)


@pytest.mark.burden("cohort.factor")
def test_fitted_cases_have_the_margins_of_the_data(classes):
    fit = fit_apc(classes, shape="factor")

    for scale in ("age", "period", "cohort"):
        sums = fit.fitted.group_by(scale).agg(pl.col("cases", "expected").sum())
        np.testing.assert_allclose(sums["expected"], sums["cases"], rtol=1e-8)


@settings(deadline=None, max_examples=8)
@given(share=st.floats(0.1, 0.9), factor=st.floats(0.5, 20))
def test_a_row_split_in_two_and_another_unit_change_nothing(share, factor):
    whole = make_rates(bend=0.0003)
    parts = [whole.with_columns(pl.col("cases", "person_years") * part) for part in (share, 1 - share)]
    scaled = pl.concat(parts).with_columns(pl.col("person_years") * factor)

    one, two = fit_apc(whole, shape="factor"), fit_apc(scaled, shape="factor", per=100_000 * factor)

    assert two.drift["ratio"].to_list() == pytest.approx(one.drift["ratio"].to_list(), rel=1e-7)
    assert two.drift["std_err_log"].to_list() == pytest.approx(one.drift["std_err_log"].to_list(), rel=1e-6)
    np.testing.assert_allclose(two.ages["rate"], one.ages["rate"], rtol=1e-7)
    np.testing.assert_allclose(two.cohorts["lower"], one.cohorts["lower"], rtol=1e-6)


@pytest.mark.burden("cohort.spline")
def test_the_spline_goes_on_as_a_straight_line():
    spline = NaturalSpline(np.array([0.0, 1.0, 3.0, 7.0]))

    inside, outside = spline.evaluate(np.array([6.9, 7.0])), spline.evaluate(np.array([8.0, 9.0, 10.0]))

    np.testing.assert_allclose(np.diff(outside, n=2, axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(outside.sum(axis=1), 1, atol=1e-12)
    np.testing.assert_allclose(inside[1], [0, 0, 0, 1], atol=1e-12)
    line = spline.evaluate(np.array([-4.0, 2.5])) @ (2 + 3 * spline.places)
    np.testing.assert_allclose(line, [-10, 9.5], atol=1e-12)


@pytest.mark.burden("cohort.spline")
def test_knots_stand_at_quantiles_of_the_cases():
    """Of 1, 1, 1, 2, 2, 3 the quantile of a quarter lies at rank 1.25, and of three quarters at rank 3.75."""
    values, cases = np.array([3.0, 1.0, 2.0]), np.array([1.0, 3.0, 2.0])

    assert find_quantile(values, cases, 0.25) == pytest.approx(1)
    assert find_quantile(values, cases, 0.75) == pytest.approx(2)
    assert find_quantile(values, cases, 0.9) == pytest.approx(2.5)
    assert find_median(values, cases) == 2


def test_knots_take_each_value_once_where_no_row_has_a_whole_case():
    values, cases = np.array([3.0, 1.0, 2.0, 1.0]), np.array([0.5, 0.2, 0.4, 0.1])

    assert find_quantile(values, cases, [0, 0.5, 1]).tolist() == [1, 1.5, 3]


def test_references_stand_where_half_of_the_cases_are_exceeded(triangles):
    fit = fit_apc(triangles)

    assert fit.reference_period == pytest.approx(1979.6666667)
    assert fit.cohorts.filter(pl.col("cohort") == fit.reference_cohort)["ratio"].item() == pytest.approx(1)
    assert fit.knots["period"] == pytest.approx([1959.667, 1971.333, 1979.667, 1986.333, 1994.667], abs=0.001)


def test_rows_with_nobody_are_left_out_and_counted():
    rates = make_rates()
    nobody = rates.head(2).with_columns(cases=pl.lit(0.0), person_years=pl.lit(0.0))

    fit = fit_apc(pl.concat([rates, nobody]), shape="factor")

    assert fit.left_out == 2
    assert fit.fitted.height == rates.height


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"cases": pl.lit(-1.0)}, "Row 1, column cases: -1.0 cases cannot be."),
        ({"cases": pl.lit(0.0)}, "Column cases: there is no case."),
        ({"person_years": pl.lit(0.0)}, "Row 1, column cases: there are "),
        ({"person_years": pl.lit(-3.0)}, "Row 1, column person_years: -3.0 person-years cannot be."),
        ({"age": pl.lit("x")}, "Row 1, column age: ‘x’ is not a number."),
        ({"age": pl.lit(50.0)}, "Column age: an age-period-cohort model needs two ages, and there is one."),
        ({"period": pl.lit(50.0)}, "Column period: an age-period-cohort model needs two periods, and"),
        ({"cases": pl.lit(None, pl.Float64)}, "Row 1, column cases: the value is empty."),
    ],
)
def test_what_cannot_be_fitted_is_said(change, message):
    with pytest.raises(BurdenError) as fault:
        fit_apc(make_rates().with_columns(**change))

    assert str(fault.value).startswith(message)


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"shape": "loess"}, "there is no shape ‘loess’; these are known: spline, factor."),
        ({"parametrisation": "PAC"}, "there is no parametrisation ‘PAC’; these are known: ACP, APC, AdCP, "),
        (
            {"drift_weights": "D"},
            "there is no weighting ‘D’; these are known: cases, person-years, rates, plain.",
        ),
        ({"convention": "r"}, "there is no convention ‘r’; these are known: exact, epi."),
    ],
)
def test_an_option_that_is_not_known_is_said(option, message):
    with pytest.raises(BurdenError) as fault:
        fit_apc(make_rates(), **option)

    assert str(fault.value).startswith(message)


def test_a_spline_with_one_knot_is_refused():
    with pytest.raises(BurdenError, match="a spline of cohort needs two knots at different values"):
        fit_apc(make_rates(), knots={"cohort": [1900, 1900]})


def test_a_missing_column_is_named():
    with pytest.raises(BurdenError, match="there is no column period in the table of rates"):
        fit_apc(make_rates().drop("period"))
