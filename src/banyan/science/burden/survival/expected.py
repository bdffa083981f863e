"""The survival that each patient would have had as one of the population."""

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.lifetable import LifeTable
from banyan.science.burden.survival.patients import read_patients, to_patients


def expected_survival(patients: IntoFrame, life_table: LifeTable) -> pl.DataFrame:
    """Walk each patient through the life table from diagnosis to the end of its follow-up.

    Parameters
    ----------
    patients : data frame
        ``sex``, ``age_days``, ``diagnosis_date``, ``time_days``, ``dead``, as in :func:`net_survival`.
    life_table : LifeTable

    Returns
    -------
    polars.DataFrame
        One row a patient, in their order: ``expected_cumhaz``, the cumulative population hazard, cells crossed at the
        birthday and on 1 January within the day, and ``expected_survival``, its exponential with a minus sign.

    Raises
    ------
    BurdenError
        As :func:`net_survival`.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> table = LifeTable.from_frame(
    ...     pl.DataFrame({"sex": 1, "year": 2000, "age": [0, 50], "hazard": [0.01, 0.03]}), days_per_year=365
    ... )
    >>> patient = pl.DataFrame(
    ...     {"sex": 1, "age_days": 49 * 365, "diagnosis_date": [date(2001, 5, 1)], "time_days": 730, "dead": 0}
    ... )
    >>> expected_survival(patient, table)["expected_cumhaz"].round(10).to_list()
    [0.04]
    """
    from banyan.science.burden.survival import kernels  # noqa: PLC0415 -- slow import

    people = to_patients(read_patients(patients, (), life_table), life_table)
    cells = (life_table.age_starts, life_table.year_starts.astype(float), life_table.daily)
    hazard = kernels.sum_hazard((people.sex, people.age, people.diagnosed.astype(float)), people.exit, cells)
    return pl.DataFrame({"expected_cumhaz": hazard, "expected_survival": np.exp(-hazard)})
