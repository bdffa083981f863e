"""Tests of whether the observed survival of groups differs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray
from scipy.special import chdtrc

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.curve import count_at_risk
from banyan.science.burden.survival.patients import FollowUp, read_follow_up, split_strata, to_follow_up


@dataclass(frozen=True)
class SurvivalTest:
    """A test of no difference between groups.

    Attributes
    ----------
    statistic : float
        Chi-square.
    degrees : int
    p_value : float
    groups : polars.DataFrame
        The group's columns, ``patients``, ``observed`` (events, weighted as the test weighs them) and ``expected``.
    name : str
    """

    statistic: float
    degrees: int
    p_value: float
    groups: pl.DataFrame
    name: str


def compare_survival(
    patients: IntoFrame, *, group: Sequence[str] | str, strata: Sequence[str] = (), rho: float = 0.0
) -> SurvivalTest:
    """Test whether groups have the same survival from all causes: log-rank and G-rho.

    Parameters
    ----------
    patients : data frame
        As for :func:`observed_survival`, late entry included.
    group : name or names of columns whose combinations are the groups
    strata : names of columns
        Observed and expected deaths are compared within each combination, then added.
    rho : float
        Each death is weighed by S(t-)^rho, S the survival of all groups of the stratum: 0 is the log-rank test, 1 the Peto and
        Peto modification of Gehan's and Wilcoxon's.

    Raises
    ------
    BurdenError
        Fewer than two groups.

    References
    ----------
    .. [1] Harrington DP, Fleming TR. A class of rank test procedures for censored survival data. Biometrika
       1982;69:553-566.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame({"time_days": [1, 2, 3, 4], "dead": 1, "arm": ["a", "a", "b", "b"]})
    >>> round(compare_survival(patients, group="arm").statistic, 4)
    2.8824
    """
    names = list_names(group)
    rows = read_follow_up(patients, [*names, *strata])
    everybody = to_follow_up(rows)

    def add(positions: NDArray[np.int64], codes: NDArray[np.int64], number: int) -> Scores:
        return _add_stratum(everybody.take(positions), codes, number, rho)

    name = "log-rank" if rho == 0 else f"G-rho {rho:g}"
    return compare_groups(rows, names, strata, add, name)


def list_names(group: Sequence[str] | str) -> list[str]:
    return [group] if isinstance(group, str) else list(group)


# Observed and expected (K,), and the covariance of their difference (K, K).
Scores = tuple[Floats, Floats, Floats]


def compare_groups(
    rows: pl.DataFrame,
    names: Sequence[str],
    strata: Sequence[str],
    add: Callable[[NDArray[np.int64], NDArray[np.int64], int], Scores],
    name: str,
) -> SurvivalTest:
    """Add the scores of each stratum up, and square them: from the positions, their groups, and how many groups there are."""
    codes, labels = number_groups(rows, names)
    observed, expected = np.zeros(labels.height), np.zeros(labels.height)
    variance = np.zeros((labels.height, labels.height))
    for _, positions in split_strata(rows, strata):
        part = add(positions, codes[positions], labels.height)
        observed, expected, variance = observed + part[0], expected + part[1], variance + part[2]
    statistic, degrees = square_up(observed - expected, variance)
    # Where nothing could be compared, a chi-square of 0 is no surprise.
    p_value = float(chdtrc(degrees, statistic)) if degrees else 1.0
    counts = np.bincount(codes, minlength=labels.height)
    groups = labels.with_columns(patients=counts, observed=observed, expected=expected)
    return SurvivalTest(statistic, degrees, p_value, groups, name)


def number_groups(rows: pl.DataFrame, names: Sequence[str]) -> tuple[NDArray[np.int64], pl.DataFrame]:
    """Number the combinations of the columns in their order: codes (n,) and the table of labels."""
    labels = rows.select(names).unique().sort(names)
    if labels.height < 2:
        raise BurdenError(
            "a comparison needs two groups or more.", "so sánh cần ít nhất hai nhóm.", column=names[0]
        )
    numbered = labels.with_row_index("its number")
    codes = rows.select(names).join(numbered, on=names, how="left", maintain_order="left", nulls_equal=True)
    return codes["its number"].to_numpy().astype(np.int64), labels


def count_by_group(
    people: FollowUp, events: NDArray[np.bool_], codes: NDArray[np.int64], number: int
) -> tuple[Floats, Floats, Floats]:
    """Count at each distinct time of an event, in each group, those at risk and the events: time (J,), two (K, J)."""
    grid = np.unique(people.exit[events])
    at_risk, happened = np.zeros((number, len(grid))), np.zeros((number, len(grid)))
    for k in range(number):
        own = codes == k
        at_risk[k] = count_at_risk(people.take(np.flatnonzero(own)), grid)
        happened[k] = np.bincount(np.searchsorted(grid, people.exit[own & events]), minlength=len(grid))
    return grid, at_risk, happened


def _add_stratum(people: FollowUp, codes: NDArray[np.int64], number: int, rho: float) -> Scores:
    """Observed and expected deaths (K,), and the covariance of their difference (K, K)."""
    _, at_risk, deaths = count_by_group(people, people.dead, codes, number)
    n, d = at_risk.sum(axis=0), deaths.sum(axis=0)
    before = np.concatenate([[1.0], np.cumprod(1 - d / n)[:-1]]) if len(n) else np.zeros(0)
    weight = before**rho
    share = at_risk / n
    spread = weight**2 * d * (n - d) / np.maximum(n - 1, 1)
    variance = np.diag((spread * share).sum(axis=1)) - (spread * share) @ share.T
    return (weight * deaths).sum(axis=1), (weight * d * share).sum(axis=1), variance


def square_up(difference: Floats, variance: Floats) -> tuple[float, int]:
    """Chi-square and degrees of freedom of a vector that sums to 0; groups that were never at risk are left out."""
    used = np.diag(variance) > 0
    keep = np.flatnonzero(used)[:-1]
    if not len(keep):
        return 0.0, 0
    part = variance[np.ix_(keep, keep)]
    return float(difference[keep] @ np.linalg.solve(part, difference[keep])), len(keep)
