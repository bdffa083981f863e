"""Competing events beside R's cmprsk: what its own tests print, and Gray's test on the patients of `survival::mgus2`.

The package's tests (tests/test.Rout.save, the same since 2001) draw their patients by R's generators of version 1.6.2,
which are written down here: Marsaglia's multiply-with-carry and Ahrens and Dieter's exponential numbers.
"""

import math
from collections.abc import Callable

import polars as pl
import pytest

from banyan.science.burden import compare_incidence, cumulative_incidence, model_incidence

WORD = 0xFFFFFFFF
# Sums of (ln 2)^k / k!, by which the exponential numbers are drawn.
SUMS = [sum(math.log(2) ** k / math.factorial(k) for k in range(1, top)) for top in range(2, 18)]
NORMAL = 217  # uniform numbers that rnorm(100) takes between the strata and the covariates


def draw_uniform(seed: int) -> Callable[[], float]:
    """Return Marsaglia's generator as R's set.seed(seed) starts it."""
    words = []
    for step in range(52):
        seed = (69069 * seed + 1) & WORD
        if step >= 50:
            words.append(seed)
    state = dict(zip("ab", words, strict=True))

    def draw() -> float:
        state["a"] = (36969 * (state["a"] & 0xFFFF) + (state["a"] >> 16)) & WORD
        state["b"] = (18000 * (state["b"] & 0xFFFF) + (state["b"] >> 16)) & WORD
        return (((state["a"] << 16) & WORD) ^ (state["b"] & 0xFFFF)) * 2.328306437080797e-10

    return draw


def draw_exponential(draw: Callable[[], float]) -> float:
    whole, part = 0.0, 2 * draw()
    while part <= 1:
        whole, part = whole + SUMS[0], 2 * part
    part -= 1
    if part <= SUMS[0]:
        return whole + part
    least, at = min(draw(), draw()), 1
    while part > SUMS[at]:
        least, at = min(least, draw()), at + 1
    return whole + least * SUMS[0]


@pytest.fixture(scope="module")
def patients() -> pl.DataFrame:
    """Return the hundred patients of the package's tests, with three covariates of 0 and 1."""
    draw = draw_uniform(2)
    columns: dict[str, list] = {"time_days": [draw_exponential(draw) for _ in range(100)]}
    columns |= {name: [lowest + int(many * draw()) for _ in range(100)]
                for name, lowest, many in (("group", 1, 3), ("event", 0, 3), ("stratum", 1, 2))}  # fmt: skip
    for _ in range(NORMAL):
        draw()
    columns |= {name: [int(2 * draw()) for _ in range(100)] for name in ("one", "two", "three")}
    return pl.DataFrame(columns).with_row_index("number", offset=1)


GROUPED = ~pl.col("number").is_in([5, 10, 50])


@pytest.mark.parametrize(
    ("chosen", "event", "statistic", "p_value", "degrees"),
    [
        (pl.lit(value=True), 1, 3.393977, 0.1832345, 2),
        (pl.lit(value=True), 2, 1.989511, 0.3698139, 2),
        (GROUPED & (pl.col("number") <= 80), 1, 4.716769, 0.0945729, 2),
        (GROUPED & (pl.col("number") <= 80), 2, 2.696396, 0.2597078, 2),
        (pl.col("group") != 2, 1, 3.5151549, 0.06080997, 1),
        (pl.col("group") != 2, 2, 0.1400145, 0.70826655, 1),
    ],
)
@pytest.mark.burden("survival.gray", oracle="cmprsk, its own tests (test.Rout.save)")
def test_grays_test_in_strata_is_that_of_cmprsk(patients, chosen, event, statistic, p_value, degrees):
    found = compare_incidence(patients.filter(chosen), group="group", strata=["stratum"], event=event)

    assert found.statistic == pytest.approx(statistic, abs=6e-7)
    assert found.p_value == pytest.approx(p_value, abs=6e-8)
    assert found.degrees == degrees


MGUS = "g_mgus2_competing_input.csv"
AGES = pl.when(pl.col("age") < 60).then(0).when(pl.col("age") < 70).then(1).otherwise(2)


@pytest.mark.parametrize(
    ("group", "event", "statistic", "p_value"),
    [
        (pl.col("sex"), 1, 1.194507825075515, 0.274422156788004),
        (pl.col("sex"), 2, 11.651259012127738, 0.000641590976408),
        (AGES, 1, 5.483762431874, 0.06444899031229),
    ],
)
@pytest.mark.burden("survival.gray", oracle="cmprsk on `survival::mgus2`, greenwood's fixtures")
def test_grays_test_with_many_ties_is_that_of_cmprsk(oracle, group, event, statistic, p_value):
    """Months of 1384 patients; the numbers of `cmprsk::cuminc` as tests/fixtures/r of rich-iannone/greenwood has them."""
    frame = pl.read_csv(oracle / "statistics" / MGUS).rename({"etime": "time_days", "ev": "event"})

    found = compare_incidence(frame.with_columns(group.alias("arm")), group="arm", event=event)

    assert found.statistic == pytest.approx(statistic, rel=1e-11)
    assert found.p_value == pytest.approx(p_value, rel=1e-10)


@pytest.mark.parametrize(
    ("names", "event", "coefficients", "errors"),
    [
        (["one", "two", "three"], 1, [-0.29130, -0.06346, -0.47510], [0.3698, 0.3566, 0.3544]),
        (["one"], 1, [-0.1753], [0.354]),
    ],
)
@pytest.mark.burden("survival.fine_gray", oracle="cmprsk, its own tests (test.Rout.save)")
def test_fine_and_grays_model_is_that_of_cmprsk(patients, names, event, coefficients, errors):
    known = patients.filter(~pl.col("number").is_in([1, 10, 20]))

    found = model_incidence(known, covariates=names, event=event).coefficients

    printed = [[float(f"{value:.4g}") for value in found[name]] for name in ("coefficient", "std_err")]
    assert printed == [coefficients, errors]


@pytest.mark.parametrize(
    ("group", "event", "estimates"),
    [
        (1, 1, [0.1311269, 0.2699184, 0.3420625]),
        (3, 1, [0.3816280, 0.4889137, 0.5723581]),
        (1, 2, [0.2257601, 0.2972171, 0.4415053]),
        (3, 2, [0.2160508, 0.2607532, 0.2607532]),
    ],
)
@pytest.mark.burden("survival.aalen_johansen", oracle="cmprsk, its own tests (test.Rout.save)")
def test_cumulative_incidence_is_that_of_cmprsk(patients, group, event, estimates):
    found = cumulative_incidence(patients, by=["group"], at=[1, 2, 3], days_per_year=1)

    rows = found.filter(pl.col("group") == group, pl.col("event") == event)
    assert rows["incidence"].to_list() == pytest.approx(estimates, abs=6e-8)
