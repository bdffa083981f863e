from datetime import date, timedelta

import hypothesis.strategies as st
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from banyan.science.burden import BurdenError, limited_prevalence, observed_survival, poisson_interval

INDEX = date(2023, 12, 31)
# The worked example of docs/explanation/prevalence.md; every figure below is worked out there by hand.
SEVEN = pl.DataFrame(
    [
        ("A", date(2023, 3, 1), date(2023, 12, 31), 0),
        ("B", date(2022, 6, 1), date(2022, 12, 1), 1),
        ("C", date(2021, 5, 1), date(2022, 5, 1), 0),
        ("D", date(2020, 2, 1), date(2022, 2, 1), 1),
        ("E", date(2019, 9, 1), date(2024, 6, 1), 0),
        ("F", date(2016, 1, 15), date(2023, 12, 31), 0),
        ("G", date(2018, 10, 1), date(2024, 2, 1), 1),
    ],
    schema=["person", "diagnosis_date", "exit_date", "dead"],
    orient="row",
)


def find(patients=SEVEN, index=INDEX, **how) -> pl.DataFrame:
    return limited_prevalence(patients, index, **how).table


@pytest.mark.burden("prevalence.limited")
def test_worked_example_counts_the_living_and_the_chance_of_the_lost():
    found = find(years=[1, 3, 5, 10, None])

    assert found.select(
        "years", "since", "diagnosed", "died", "alive", "lost", "lost_alive", "prevalent"
    ).rows() == [
        (1, date(2023, 1, 1), 1, 0, 1, 0, 0.0, 1.0),
        (3, date(2021, 1, 1), 3, 1, 1, 1, 0.75, 1.75),
        (5, date(2019, 1, 1), 5, 2, 2, 1, 0.75, 2.75),
        (10, date(2014, 1, 1), 7, 2, 4, 1, 0.75, 4.75),
        (None, None, 7, 2, 4, 1, 0.75, 4.75),
    ]


@pytest.mark.burden("prevalence.limited")
def test_worked_example_has_its_standard_error():
    """D dies where C has to pass: D -3/16, who is followed past it (E, F, G) 1 + 1/16 each, A 1, C 3/4; squares add up."""
    expected = (3 / 16) ** 2 + 3 * (1 + 1 / 16) ** 2 + 1 + 0.75**2

    assert find(years=[10])["std_err"].item() == pytest.approx(expected**0.5, rel=1e-14)
    five = (3 / 16) ** 2 + (1 + 1 / 16) ** 2 + 2 * (1 / 16) ** 2 + 1 + 0.75**2
    assert find(years=[5])["std_err"].item() == pytest.approx(five**0.5, rel=1e-14)


@pytest.mark.burden("prevalence.limited")
def test_standard_error_is_that_of_many_registers():
    """Diagnoses come by chance, half of the people are lost; the mean and the spread of 400 registers are as they must be."""
    many = [draw_register(np.random.default_rng(seed)) for seed in range(400)]
    rows = [find(register, years=[None]).row(0, named=True) for register in many]
    alive = np.array([row["prevalent"] for row in rows])
    variance = np.mean([row["std_err"] ** 2 for row in rows])
    truth = 150 / 10 * 4 * (1 - np.exp(-10 / 4))
    held = np.mean([row["lower"] <= truth <= row["upper"] for row in rows])

    assert alive.mean() == pytest.approx(truth, abs=4 * alive.std() / len(rows) ** 0.5)
    assert variance**0.5 == pytest.approx(alive.std(), rel=0.1)
    assert 0.92 <= held <= 0.98


def draw_register(rng: np.random.Generator) -> pl.DataFrame:
    """Draw a Poisson number of tumours of ten years; people live 4 years and are followed for 6, on the average."""
    count = rng.poisson(150)
    since = rng.uniform(0, 3652.5, count)
    death, loss = (rng.exponential(365.25 * years, count) for years in (4, 6))
    seen = np.minimum(np.minimum(death, loss), since + 30)
    rows = {"since": since.astype(int), "time_days": np.floor(seen), "dead": (death <= seen).astype(int)}
    return pl.DataFrame(rows).with_columns(diagnosis_date=pl.lit(INDEX) - pl.duration(days="since"))


@pytest.mark.parametrize(("lost", "prevalent"), [("dead", 4.0), ("conditional", 4.75), ("alive", 5.0)])
def test_the_rule_of_the_lost_is_named(lost, prevalent):
    assert find(years=[10], lost=lost)["prevalent"].item() == prevalent


def test_counting_the_living_is_poisson():
    found = find(years=[10], lost="dead")

    lower, upper = poisson_interval(4)
    assert found.select("std_err", "lower", "upper").row(0) == pytest.approx(
        (2.0, float(lower), float(upper)), rel=1e-12
    )


def test_chance_is_conditional_kaplan_meier_survival():
    """S(t) / S(u) of the package's own curve, for a lost person in a crowd."""
    rng = np.random.default_rng(3)
    crowd = make_crowd(rng, 400)
    found = limited_prevalence(crowd, INDEX, years=[None], survival_by=[])
    since = (pl.lit(INDEX) - pl.col("diagnosis_date")).dt.total_days()
    closed = crowd.with_columns(t=since, u=(pl.col("exit_date") - pl.col("diagnosis_date")).dt.total_days())
    closed = closed.with_columns(
        time_days=pl.min_horizontal("t", "u"),
        dead=pl.when(pl.col("u") > pl.col("t")).then(0).otherwise("dead"),
    )
    curve = observed_survival(closed, at=None)
    days = np.round(curve["years"].to_numpy() * 365.25)
    steps = np.concatenate([[1.0], curve["survival"].fill_null(strategy="forward").to_numpy()])

    def read(at: np.ndarray) -> np.ndarray:
        return steps[np.searchsorted(days, at, side="right")]

    lost = closed.filter(pl.col("u") < pl.col("t"), pl.col("dead") == 0)
    expected = (read(lost["t"].to_numpy()) / read(lost["u"].to_numpy())).sum()
    assert lost.height > 30
    assert found.table["lost_alive"].item() == pytest.approx(expected, rel=1e-12)


def make_crowd(rng: np.random.Generator, size: int) -> pl.DataFrame:
    """Draw tumours of 2010 to 2023 of which some are lost, some die, and the rest are seen after the index date."""
    begin = date(2010, 1, 1)
    diagnosed = [begin + timedelta(days=int(day)) for day in rng.integers(0, 5113, size)]
    death, loss = rng.exponential(2500, size), rng.exponential(6000, size)
    reach = [(date(2024, 6, 30) - day).days for day in diagnosed]
    time = np.minimum(np.minimum(death, loss), reach).astype(int)
    return pl.DataFrame(
        {
            "person": rng.integers(0, size, size),
            "sex": rng.choice(["1", "2"], size),
            "site": rng.choice(["lung", "breast", "liver"], size),
            "age_days": rng.uniform(20, 80, size) * 365.25,
            "diagnosis_date": diagnosed,
            "exit_date": [day + timedelta(days=int(days)) for day, days in zip(diagnosed, time, strict=True)],
            "dead": (death < np.minimum(loss, reach)).astype(int),
        }
    )


PEOPLE = pl.DataFrame(
    {
        "age_group": [*range(0, 90, 5)] * 2,
        "sex": ["1"] * 18 + ["2"] * 18,
        "people": [5000.0 - 40 * i for i in range(36)],
    }
)
seeds = st.integers(0, 10_000)


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from(["tumours", "first", "persons"]))
def test_prevalence_grows_with_the_years(seed, tumours):
    crowd = make_crowd(np.random.default_rng(seed), 60)

    found = find(crowd, years=[1, 2, 3, 5, 10, None], by=["sex"], survival_by=[], tumours=tumours)

    for _sex, rows in found.group_by("sex"):
        assert (np.diff(rows["prevalent"].to_numpy()) >= -1e-12).all()
        assert rows.select(
            (pl.col("died") + pl.col("alive") + pl.col("lost") == pl.col("diagnosed")).all()
        ).item()


@settings(max_examples=25, deadline=None)
@given(seeds, st.sampled_from(["tumours", "first"]))
def test_strata_add_up_to_the_whole(seed, tumours):
    """With the same curves for both; the variance that they add is shared, so that only the rest of it adds up."""
    crowd = make_crowd(np.random.default_rng(seed), 80)
    how = {"years": [5, None], "survival_by": ["sex"], "tumours": tumours}

    parts = (
        find(crowd, by=["sex", "site"], **how)
        .group_by("years")
        .agg(pl.col("prevalent", "alive", "lost").sum())
    )
    whole = find(crowd, **how)

    joined = whole.join(parts, on="years", nulls_equal=True)
    assert joined.height == 2
    assert joined["prevalent"].to_list() == pytest.approx(joined["prevalent_right"].to_list(), rel=1e-12)
    assert joined.select("alive", "lost").rows() == joined.select("alive_right", "lost_right").rows()


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_with_nobody_lost_the_rules_agree(seed):
    crowd = make_crowd(np.random.default_rng(seed), 50)
    seen = crowd.with_columns(
        exit_date=pl.when(pl.col("dead") == 1).then("exit_date").otherwise(date(2024, 6, 30))
    )
    how = {"years": [3, None], "by": ["site"], "population": PEOPLE, "standard": "segi"}

    tables = [find(seen, lost=lost, **how).drop("held") for lost in ("conditional", "dead", "alive")]

    assert tables[0]["lost"].sum() == 0
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_the_plain_rules_bound_the_conditional_one(seed):
    crowd = make_crowd(np.random.default_rng(seed), 60)

    low, middle, high = (
        find(crowd, years=[1, 5, None], lost=lost)["prevalent"].to_numpy()
        for lost in ("dead", "conditional", "alive")
    )

    assert (low <= middle + 1e-12).all()
    assert (middle <= high + 1e-12).all()


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_before_all_diagnoses_nobody_is_prevalent(seed):
    crowd = make_crowd(np.random.default_rng(seed), 20)

    found = limited_prevalence(crowd, date(2009, 12, 31), years=[1, None])

    assert found.table["prevalent"].to_list() == [0.0, 0.0]
    assert found.left_out == {"diagnosed after the index date": 20}
    assert found.table["upper"].to_list() == pytest.approx([float(poisson_interval(0)[1])] * 2)


def test_who_dies_on_the_day_is_not_alive_at_its_end_and_who_dies_the_next_is():
    patients = pl.DataFrame(
        {
            "diagnosis_date": [INDEX] * 3,
            "exit_date": [INDEX, INDEX + timedelta(days=1), INDEX],
            "dead": [1, 1, 0],
        }
    )

    assert find(patients, years=[1]).select("died", "alive", "lost").row(0) == (1, 2, 0)


def test_the_same_day_n_years_before_is_not_counted():
    patients = pl.DataFrame(
        {"diagnosis_date": [date(2022, 12, 31), date(2023, 1, 1)], "exit_date": [INDEX] * 2, "dead": [0, 0]}
    )

    assert find(patients, years=[1, 2])["alive"].to_list() == [1, 2]


@pytest.mark.parametrize(
    ("index", "first"),
    [
        (date(2024, 2, 29), date(2023, 3, 1)),
        (date(2024, 2, 28), date(2023, 3, 1)),
        (date(2023, 2, 28), date(2022, 3, 1)),
    ],
)
def test_leap_days(index, first):
    assert find(index=index, years=[1])["since"].item() == first


def test_rules_of_tumours():
    """One person has lung 2010 and breast 2022, another two of the breast in 2020 and 2021; all live."""
    patients = pl.DataFrame(
        {
            "person": ["p", "p", "q", "q"],
            "site": ["lung", "breast", "breast", "breast"],
            "diagnosis_date": [date(2010, 5, 1), date(2022, 5, 1), date(2020, 5, 1), date(2021, 5, 1)],
            "exit_date": [INDEX] * 4,
            "dead": [0] * 4,
        }
    )

    def count(tumours: str, by: list[str]) -> dict:
        found = find(patients, years=[5, None], by=by, tumours=tumours)
        return dict(zip(found.select(*by, "years").rows(), found["alive"], strict=True))

    assert count("tumours", []) == {(5,): 3, (None,): 4}
    assert count("first", []) == {(5,): 1, (None,): 2}
    assert count("persons", []) == {(5,): 2, (None,): 2}
    assert count("persons", ["site"]) == {
        ("breast", 5): 2,
        ("breast", None): 2,
        ("lung", 5): 0,
        ("lung", None): 1,
    }


def test_every_row_left_out_is_counted_with_its_reason():
    patients = pl.DataFrame(
        {
            "person": [1, 1, 2, 3, 4],
            "diagnosis_date": [date(2020, 1, 1), date(2021, 1, 1), None, date(2024, 1, 1), date(2022, 1, 1)],
            "exit_date": [INDEX, INDEX, INDEX, date(2024, 5, 1), None],
            "dead": [0] * 5,
        }
    )

    found = limited_prevalence(patients, INDEX, years=[None], tumours="first")

    assert found.left_out == {
        "another tumour of the same person": 1,
        "diagnosed after the index date": 1,
        "no date of diagnosis": 1,
        "no date of last contact": 1,
    }
    assert found.table["diagnosed"].item() + sum(found.left_out.values()) == patients.height


def test_a_curve_that_ends_early_is_held_on_and_that_is_said():
    patients = pl.DataFrame(
        {
            "diagnosis_date": [date(2020, 1, 1)] * 2,
            "exit_date": [date(2020, 3, 1), date(2020, 6, 1)],
            "dead": [1, 0],
        }
    )

    found = find(patients, years=[None])

    assert found.select("lost", "lost_alive", "held").row(0) == (1, 1.0, 1)


def test_who_is_lost_where_all_others_died_has_no_chance():
    patients = pl.DataFrame(
        {
            "diagnosis_date": [date(2020, 1, 1)] * 2,
            "exit_date": [date(2020, 3, 1), date(2020, 6, 1)],
            "dead": [0, 1],
        }
    )

    assert find(patients, years=[None]).select("lost_alive", "held", "prevalent", "std_err").row(0) == (
        0,
        0,
        0,
        0,
    )


def test_proportions_are_per_100_000_of_the_people():
    aged = SEVEN.with_columns(birth_date=pl.lit(date(1960, 6, 1)))
    people = pl.DataFrame({"age_group": [0, 60], "people": [40_000, 10_000]})

    found = find(aged, years=[10], population=people, standard={0: 90, 60: 10})

    row = found.row(0, named=True)
    assert (row["people"], row["proportion"], row["unknown_age"]) == (50_000, pytest.approx(9.5), 0.0)
    assert row["asp"] == pytest.approx(1e5 * 0.1 * 4.75 / 10_000)
    assert row["asp_se"] / row["asp"] == pytest.approx(row["std_err"] / row["prevalent"])


@settings(max_examples=25, deadline=None)
@given(seeds)
def test_a_standard_as_the_people_are_gives_the_crude_proportion(seed):
    crowd = make_crowd(np.random.default_rng(seed), 60)
    own = dict(PEOPLE.group_by("age_group").agg(pl.col("people").sum()).iter_rows())

    found = find(crowd, years=[5], population=PEOPLE, standard=own)

    pairs = [("asp", "proportion"), ("asp_lower", "proportion_lower")]
    assert [found[one].item() for one, _ in pairs] == pytest.approx(
        [found[two].item() for _, two in pairs], rel=1e-9
    )


def test_ages_are_those_of_the_index_date():
    patients = pl.DataFrame(
        {
            "diagnosis_date": [date(2014, 1, 1)] * 3,
            "exit_date": [INDEX] * 3,
            "dead": [0, 0, 0],
            "birth_date": [date(1963, 12, 31), date(1964, 1, 1), None],
        }
    )

    found = find(patients, years=[None], by=["age_group"])

    assert found.select("age_group", "alive").rows() == [(55, 1), (60, 1), (None, 1)]


@pytest.mark.parametrize(
    ("change", "how", "sentence"),
    [
        (
            {"exit_date": date(2001, 1, 1)},
            {},
            "Row 1, column exit_date: 2001-01-01: the follow-up ends before the diagnosis.",
        ),
        ({"dead": 2}, {}, "Row 1, column dead: dead is 0 or 1, not 2.0."),
        (
            {"diagnosis_date": "2020"},
            {},
            "Column diagnosis_date: the dates must be dates, not numbers or text.",
        ),
        ({}, {"by": ["site"]}, "Column site: there is no column site in the patients."),
        ({}, {"years": [0]}, "prevalence is asked for of one or more whole numbers of years, from 1 on."),
        (
            {},
            {"lost": "gone"},
            "there is no rule of the lost ‘gone’; these are known: conditional, dead, alive.",
        ),
        (
            {},
            {"tumours": "all"},
            "there is no rule of tumours ‘all’; these are known: tumours, first, persons.",
        ),
        ({}, {"standard": "segi"}, "a standardised proportion needs the population."),
        (
            {},
            {"years": [10], "registered_from": date(2015, 1, 1)},
            "10 years reach back to 2014-01-01, and diagnoses are registered from 2015-01-01 on.",
        ),
        (
            {"age_days": 22_000.0},
            {
                "population": pl.DataFrame({"age_group": [0, 60], "people": [9.0, 9.0]}).with_columns(
                    people=pl.lit(0.0)
                )
            },
            "Column people: there are tumours and no people for age_group 60.",
        ),
    ],
)
def test_one_sentence_for_each_fault(change, how, sentence):
    patients = SEVEN.with_columns(pl.lit(value).alias(name) for name, value in change.items())

    with pytest.raises(BurdenError) as fault:
        find(patients, **how)

    assert fault.value.message_en.removeprefix("Row 1, ") == sentence.removeprefix("Row 1, ")
