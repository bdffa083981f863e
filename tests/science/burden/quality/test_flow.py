import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError
from banyan.science.burden.quality import flow_completeness, flow_from_probabilities


@pytest.mark.burden("quality.flow")
def test_probabilities_by_hand():
    table = pl.DataFrame(
        {"years": [1, 5], "survival": [0.6, 0.4], "unregistered": [0.1, 0.05], "mentioned": [0.9, 0.8]}
    )

    found = flow_from_probabilities(table)

    # year 1: 0.6 × 0.1 missing; 0.4 die while 0.55 of them are unregistered, 0.1 without a mention
    assert found.row(0)[1:] == pytest.approx((0.06, 0.4 * 0.55 * 0.1, 1 - 0.06 - 0.022))
    # year 5: 0.4 × 0.05; 0.2 more die, 0.075 unregistered, 0.2 without a mention
    assert found.row(1)[1:] == pytest.approx((0.02, 0.022 + 0.2 * 0.075 * 0.2, 1 - 0.02 - 0.025))


@pytest.mark.burden("quality.flow")
def test_probabilities_of_constant_hazards_come_to_the_integral():
    years = np.arange(1, 5001) / 1000
    dying, signing, mention = 0.4, 2.5, 0.85
    table = pl.DataFrame(
        {
            "years": years,
            "survival": np.exp(-dying * years),
            "unregistered": np.exp(-signing * years),
            "mentioned": np.full(len(years), mention),
        }
    )

    found = flow_from_probabilities(table).row(-1, named=True)

    total = dying + signing
    assert found["lost"] == pytest.approx(0.15 * dying / total * (1 - np.exp(-5 * total)), rel=1e-6)
    assert found["missing"] == pytest.approx(np.exp(-5 * total), rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"survival": [0.6, 1.4]}, r"^Row 2, column survival: 1\.4 is not between 0 and 1\.$"),
        ({"survival": [0.6, 0.7]}, r"^Row 2, column survival: 0\.7 is more than before\.$"),
        ({"years": [5, 1]}, r"^Row 2, column years: 1\.0 does not come after the time before\.$"),
        ({"mentioned": [0.9, None]}, r"^Row 2, column mentioned: the value is empty\.$"),
    ],
)
def test_probabilities_that_cannot_be(change, message):
    good = {"years": [1, 5], "survival": [0.6, 0.4], "unregistered": [0.1, 0.05], "mentioned": [0.9, 0.8]}

    with pytest.raises(BurdenError, match=message):
        flow_from_probabilities(pl.DataFrame({**good, **change}))


PATIENTS = pl.DataFrame(
    {
        "time_days": [100, 120, 400, 2000, 2000],
        "dead": [1, 1, 1, 0, 0],
        "registered_days": [None, 30, 30, 30, 60],
        "mentions_cancer": [1, 0, 1, None, None],
    }
)
AS_KNOWN = {"unseen": "as-known", "draws": 20}


@pytest.mark.burden("quality.flow")
def test_patients_by_hand():
    patients = pl.concat([PATIENTS, PATIENTS[1:2].with_columns(mentions_cancer=pl.lit(1, pl.Int64))])

    found = flow_completeness(patients, at=[1, 2], **AS_KNOWN)

    # day 30: 4 of 6 register, day 60: 1 of 2; one dies unregistered on day 100, two registered on day 120, half mentioned
    one, two = found.iter_rows(named=True)
    assert (one["survival"], one["mentioned"]) == pytest.approx((50.0, 50.0))
    assert one["unregistered"] == pytest.approx(100 / 6)
    assert one["lost"] == pytest.approx(100 * 0.5 / 6 * 0.5)
    assert one["missing"] == pytest.approx(100 * 0.5 / 6)
    # in the second year one more of the three dies, mentioned: nothing more is lost
    assert two["survival"] == pytest.approx(100 / 3)
    assert two["completeness"] == pytest.approx(100 * (1 - 0.5 / 6 * 0.5 - 1 / 18))
    assert (two["patients"], two["deaths"], two["unregistered_deaths"]) == (6, 4, 1)


def test_who_is_known_by_a_certificate_alone_stands_for_those_without_a_mention():
    patients = pl.concat([PATIENTS, PATIENTS[1:2].with_columns(mentions_cancer=pl.lit(1, pl.Int64))])

    found = flow_completeness(patients, at=[1], draws=20).row(0, named=True)

    # half of the registered deaths before half a year are mentioned, so the first patient counts for two: 7 in all
    assert found["survival"] == pytest.approx(100 * 3 / 7)
    assert found["unregistered"] == pytest.approx(100 * 3 / 7 * 2 / 3)
    assert found["patients"] == 6


def test_a_mention_that_is_not_known_is_counted_and_left_out():
    patients = PATIENTS.with_columns(mentions_cancer=pl.Series([1, None, 1, None, None]))

    found = flow_completeness(patients, at=[2], draws=20).row(0, named=True)

    # no mention of a registered patient is known before half a year: there the share of all stands, 1 of 1
    assert (found["unknown_mention"], found["lost"], found["mentioned"]) == (1, 0.0, 100.0)


def test_everybody_registered_on_the_first_day_is_complete():
    patients = PATIENTS.with_columns(registered_days=pl.lit(0))

    found = flow_completeness(patients, at=[1, 5], draws=20)

    assert found["completeness"].to_list() == [100.0, 100.0]
    assert found["flag"].to_list() == ["ok", "ok"]


def test_nobody_dead_misses_who_is_not_registered():
    patients = pl.DataFrame(
        {
            "time_days": [800] * 5 + [3000] * 5,
            "dead": [0] * 10,
            "registered_days": [50] * 9 + [700],
            "mentions_cancer": pl.Series([None] * 10, dtype=pl.Int64),
        }
    )

    found = flow_completeness(patients, at=[1, 2, 5], draws=20)

    assert found["completeness"].to_list() == pytest.approx([90.0, 100.0, 100.0])
    assert found["mentioned"].to_list() == [None, None, None]


def test_registration_after_the_death_is_none_in_life():
    patients = PATIENTS.with_columns(registered_days=pl.Series([150, 30, 30, 30, 60]))

    assert flow_completeness(patients, **AS_KNOWN).equals(flow_completeness(PATIENTS, **AS_KNOWN))


def test_beyond_the_last_patient_nothing_is_said():
    found = flow_completeness(PATIENTS, at=[1, 8], draws=20).row(1, named=True)

    assert (found["survival"], found["completeness"], found["flag"]) == (None, None, None)


def simulate(truth, seed):
    """Draw a true population and what its registry knows at last: who is registered in life, or mentioned at death."""
    rng = np.random.default_rng(seed)
    death = rng.exponential(1000, truth)
    signed = rng.exponential(120, truth)
    signed = np.where(rng.random(truth) < 0.03, np.inf, signed)  # no source in life ever tells
    mention = rng.random(truth) < 0.8
    end = np.full(truth, 4000.0)
    dead = death < end
    time = np.minimum(death, end)
    in_life = signed <= time
    known = in_life | (dead & mention)
    frame = pl.DataFrame(
        {
            "time_days": np.floor(time),
            "dead": dead,
            "registered_days": np.where(in_life, np.floor(signed), np.nan),
            "mentions_cancer": mention,
        }
    ).with_columns(pl.when(pl.col("dead")).then("mentions_cancer").alias("mentions_cancer"))
    at_five = 5 * 365.25
    told = (signed <= np.minimum(death, at_five)) | ((death <= at_five) & mention)
    return frame.filter(pl.Series(known)), 100 * told.mean()


@pytest.mark.burden("quality.flow")
def test_a_simulated_registry_finds_its_completeness():
    patients, truth = simulate(20_000, 7)

    found = flow_completeness(patients, at=[5], draws=50).row(0, named=True)
    known = flow_completeness(patients, at=[5], **AS_KNOWN).row(0, named=True)

    assert found["completeness"] == pytest.approx(truth, abs=0.25)
    assert found["completeness_lower"] < found["completeness"] < found["completeness_upper"]
    # as known the same patients look more complete than they are: the silent dead are not among them
    assert known["completeness"] > truth + 0.3


def test_the_seed_makes_the_interval():
    patients, _ = simulate(500, 3)
    first, again, other = (flow_completeness(patients, draws=50, seed=seed) for seed in (1, 1, 2))

    assert first.equals(again)
    assert first["completeness"].equals(other["completeness"])
    assert not first["completeness_lower"].equals(other["completeness_lower"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"time_days": pl.lit(-1)}, r"^Row 1, column time_days: -1\.0 is negative\.$"),
        ({"registered_days": pl.lit("soon")}, r"^Row 1, column registered_days: ‘soon’ is not a number\.$"),
        ({"dead": pl.lit("yes")}, r"^Row 1, column dead: ‘yes’ is neither 1 nor 0\.$"),
    ],
)
def test_patients_that_cannot_be(change, message):
    with pytest.raises(BurdenError, match=message):
        flow_completeness(PATIENTS.with_columns(**change))


def test_times_and_breaks_ascend():
    with pytest.raises(BurdenError, match=r"^the times must be above 0 and ascend\.$"):
        flow_completeness(PATIENTS, at=[5, 1])
    with pytest.raises(BurdenError, match=r"^the breaks must ascend from 0\.$"):
        flow_completeness(PATIENTS, breaks=[1, 2])


rows = st.tuples(
    st.integers(min_value=0, max_value=4000),
    st.booleans(),
    st.one_of(st.none(), st.integers(min_value=0, max_value=4000)),
    st.booleans(),
)


@given(st.lists(rows, min_size=1, max_size=30))
@settings(max_examples=40, deadline=None)
def test_shares_stay_shares_and_rows_repeat_as_counts_do(drawn):
    schema = {
        "time_days": pl.Int64,
        "dead": pl.Boolean,
        "registered_days": pl.Int64,
        "mentions_cancer": pl.Boolean,
    }
    patients = pl.DataFrame(drawn, schema=schema, orient="row")

    once = flow_completeness(patients, at=[1, 3], draws=5)
    twice = flow_completeness(pl.concat([patients, patients]), at=[1, 3], draws=5)

    for found, doubled in zip(once["completeness"], twice["completeness"], strict=True):
        assert (found is None) == (doubled is None)
        if found is not None:
            assert doubled == pytest.approx(found)
            assert -1e-9 <= found <= 100 + 1e-9


def test_no_patient_says_nothing():
    found = flow_completeness(PATIENTS.clear(), at=[1], draws=5).row(0, named=True)

    assert (found["patients"], found["completeness"], found["flag"]) == (0, None, None)
