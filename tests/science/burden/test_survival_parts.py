"""Many patients are worked on in parts, on all cores: neither changes a figure."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import net_survival
from banyan.science.burden.survival import parts
from tests.factories.survival import make_patients, make_table

METHODS = ["pohar-perme", "ederer2", "ederer1", "hakulinen"]


@pytest.mark.parametrize("method", METHODS)
def test_many_parts_of_many_patients_give_what_one_part_of_few_does(method):
    """40,000 patients are more than a block of the kernels holds, in four parts; each of 100 comes 400 times."""
    table, few = make_table(), make_patients(100, seed=3).with_columns(pl.col("time_days").floor())
    many = pl.concat([few] * 400)

    one, found = (net_survival(people, table, method=method, at=None) for people in (few, many))

    np.testing.assert_allclose(found["survival"], one["survival"], rtol=1e-11)
    np.testing.assert_allclose(found["std_err_cumhaz"], one["std_err_cumhaz"] / 20, rtol=1e-9)


@pytest.mark.parametrize("method", METHODS)
def test_the_number_of_cores_changes_no_digit(method, monkeypatch):
    table = make_table()
    many = pl.concat([make_patients(100, seed=4).with_columns(pl.col("time_days").floor())] * 100)
    found = []

    for cores in (1, 3):
        monkeypatch.setattr(parts, "count_cores", lambda cores=cores: cores)
        found.append(net_survival(many, table, method=method, at=None, weights=None))

    assert found[0].equals(found[1])


def test_parts_come_in_the_order_of_their_rows():
    rows = np.arange(10)

    assert [part.tolist() for part in parts.work_in_parts(lambda part: part, rows, least=2)] == [
        [0, 1, 2],
        [3, 4, 5],
        [6, 7, 8],
        [9],
    ]


def test_a_part_is_never_smaller_than_the_least():
    assert [len(part) for part in parts.work_in_parts(lambda part: part, np.arange(10), least=7)] == [7, 3]
    assert [len(part) for part in parts.work_in_parts(lambda part: part, np.arange(0), least=7)] == [0]
