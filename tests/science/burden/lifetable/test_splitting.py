"""Groups of ages split into single years: survival of each group stays, and nothing else bends."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.burden import BurdenError, split_ages

GROUPS = st.lists(
    st.tuples(st.integers(1, 9), st.floats(0, 3, allow_subnormal=False) | st.just(0.0)),
    min_size=1,
    max_size=25,
)


@given(GROUPS)
@pytest.mark.burden("lifetable.splitting")
def test_each_group_survives_as_before(groups):
    starts = np.cumsum([0, *(width for width, _ in groups)])
    hazards = [hazard for _, hazard in groups] + [0.5]

    years = split_ages(pl.DataFrame({"age": starts, "hazard": hazards}))

    assert years["age"].to_list() == list(range(starts[-1] + 1))
    assert (years["hazard"] >= 0).all()
    found = np.add.reduceat(years["hazard"].to_numpy()[:-1], starts[:-1])
    np.testing.assert_allclose(found, np.diff(starts) * np.array(hazards[:-1]), rtol=1e-13, atol=1e-300)
    assert years["hazard"][-1] == 0.5


def test_a_complete_table_stays_as_it_is():
    table = pl.DataFrame({"age": range(101), "hazard": np.exp(-9 + 0.09 * np.arange(101))})

    np.testing.assert_allclose(split_ages(table)["hazard"], table["hazard"], rtol=1e-14)


@pytest.mark.burden("lifetable.splitting")
def test_gompertz_comes_back_out_of_his_groups():
    """A law of mortality grouped by five years: no single year of age is off by more than two per cent."""
    ages = np.arange(101)
    hazards = 5e-5 * np.exp(0.09 * ages)
    starts = np.arange(0, 101, 5)
    means = np.append(np.add.reduceat(hazards[:-1], starts[:-1]) / 5, hazards[-1])

    found = split_ages(pl.DataFrame({"age": starts, "hazard": means}))["hazard"].to_numpy()

    off = np.abs(found / hazards - 1)
    assert off[10:95].max() < 0.02


def test_every_other_column_has_a_table_of_its_own():
    rows = pl.DataFrame({"sex": ["1", "1", "2", "2"], "age": [0, 2, 0, 2], "hazard": [0.1, 0.2, 0.3, 0.4]})

    years = split_ages(rows)

    assert years.columns == ["sex", "age", "hazard"]
    sums = years.filter(pl.col("age") < 2).group_by("sex", maintain_order=True).agg(pl.col("hazard").sum())
    assert sums["hazard"].to_list() == pytest.approx([0.2, 0.6], rel=1e-14)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"age": [0.0, 1.5, 5.0]}, "Row 2, column age: 1.5 is no whole number of years."),
        ({"age": [0, 1, 1]}, "Row 3, column age: age 1 is there twice."),
        ({"hazard": [0.1, -0.1, 0.2]}, "Row 2, column hazard: -0.1 is negative."),
    ],
)
def test_odd_groups_are_refused(columns, sentence):
    frame = pl.DataFrame({"age": [0, 1, 5], "hazard": [0.1, 0.1, 0.2]})

    with pytest.raises(BurdenError) as caught:
        split_ages(frame.with_columns(**{name: pl.Series(values) for name, values in columns.items()}))

    assert str(caught.value) == sentence
