"""Gray's test: whether the cumulative incidence of an event differs between groups."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.competing import read_events
from banyan.science.burden.survival.logrank import (
    Scores,
    SurvivalTest,
    compare_groups,
    count_by_group,
    list_names,
)
from banyan.science.burden.survival.patients import FollowUp, to_follow_up


def compare_incidence(
    patients: IntoFrame,
    *,
    group: Sequence[str] | str,
    event: int = 1,
    strata: Sequence[str] = (),
    rho: float = 0.0,
) -> SurvivalTest:
    """Test whether groups have the same cumulative incidence of one kind of event.

    Parameters
    ----------
    patients : data frame
        As for :func:`cumulative_incidence`.
    group : name or names of columns whose combinations are the groups
    event : int
        The kind of event compared; all others compete with it.
    strata : names of columns
        Groups are compared within each combination, then the differences are added.
    rho : float
        Each event is weighed by (1 - F(t-))^rho, F the incidence of all groups of the stratum.

    Returns
    -------
    SurvivalTest

    Notes
    -----
    With R_k = Y_k (1 - F_k(t-)) / S_k(t-), the score of a group is the sum of dN_k - R_k sum(dN) / sum(R). Its variance is that
    of Gray's equation for the common subdistribution F, estimated by dF = sum(dN) / sum(Y_k / S_k), which stands in R_k for
    each group's own, with the correction for tied events of the hypergeometric distribution.

    References
    ----------
    .. [1] Gray RJ. A class of K-sample tests for comparing the cumulative incidence of a competing risk. Ann Stat
       1988;16:1141-1154.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame(
    ...     {"time_days": [1, 2, 3, 4, 5, 6], "event": [1, 1, 2, 2, 1, 0], "arm": ["a", "a", "a", "b", "b", "b"]}
    ... )
    >>> test = compare_incidence(patients, group="arm")
    >>> test.degrees, test.groups["observed"].to_list()
    (1, [2.0, 1.0])
    """
    names = list_names(group)
    rows, events = read_events(patients, [*names, *strata])
    if not (events == event).any():
        raise BurdenError(f"nobody had the event {event}.", f"không ai có sự kiện {event}.", column="event")
    everybody = to_follow_up(rows)

    def add(positions: NDArray[np.int64], codes: NDArray[np.int64], number: int) -> Scores:
        return _add_stratum(everybody.take(positions), events[positions], codes, number, (event, rho))

    return compare_groups(rows, names, strata, add, "Gray")


def _add_stratum(
    people: FollowUp,
    events: NDArray[np.int64],
    codes: NDArray[np.int64],
    number: int,
    what: tuple[int, float],
) -> Scores:
    event, rho = what
    grid, at_risk, all_events = count_by_group(people, events > 0, codes, number)
    own = np.zeros(all_events.shape)
    for k in range(number):
        mine = (codes == k) & (events == event)
        own[k] = np.bincount(np.searchsorted(grid, people.exit[mine]), minlength=len(grid))
    n = np.where(at_risk > 0, at_risk, 1.0)
    after = np.cumprod(1 - all_events / n, axis=1)
    before = np.concatenate([np.ones((number, 1)), after[:, :-1]], axis=1)
    incidence = np.cumsum(before * own / n, axis=1)
    free = 1 - np.concatenate([np.zeros((number, 1)), incidence[:, :-1]], axis=1)
    there = (at_risk > 0) & (before > 0)
    risk = np.where(there, at_risk * free / np.where(there, before, 1.0), 0.0)
    base = np.where(there, at_risk / np.where(there, before, 1.0), 0.0)
    total = own.sum(axis=0)
    step = _divide(total, base.sum(axis=0))
    common = 1 - np.cumsum(step)
    common_before = np.concatenate([[1.0], common[:-1]])
    weight = np.maximum(common_before, 0.0) ** rho
    share = _divide(risk, risk.sum(axis=0))
    # the variance is that under the hypothesis: every group's incidence is the common one
    null, null_share = base * common_before, _divide(base, base.sum(axis=0))
    variance = _vary(
        (n, before, after),
        (own, all_events - own),
        (step, common_before, common),
        weight * null,
        null_share,
        base,
    )
    return (weight * own).sum(axis=1), (weight * share * total).sum(axis=1), variance


def _divide(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1.0), 0.0)


def _vary(  # noqa: PLR0917 -- private, all over one grid
    observed: tuple[NDArray[Any], ...],
    events: tuple[NDArray[Any], ...],
    common: tuple[NDArray[Any], ...],
    weighted: Floats,
    share: Floats,
    base: Floats,
) -> Floats:
    """Covariance of the scores: over groups r, the coefficients of the martingales of either kind of event."""
    n, before, after = observed
    own, others = events
    step, free_before, free = common
    number = len(n)
    total, whole = own.sum(axis=0), base.sum(axis=0)
    variance = np.zeros((number, number))
    for r in range(number):
        change = weighted * ((np.arange(number) == r)[:, None] - share[r])
        direct = _divide(change, np.broadcast_to(free_before, change.shape))
        until = np.cumsum(direct * _divide(step, free_before), axis=1)
        rest = until[:, -1:] - until
        ratio = _divide(free, after[r])
        first = direct + (1 - ratio) * rest
        second = ratio * rest
        ties = 1 - np.where(total > 1, (total - 1) / np.maximum(whole * before[r] - 1, 1e-12), 0.0)
        spread = np.where(base[r] > 0, ties * before[r] * step / n[r], 0.0)
        variance += (first * spread) @ first.T
        ties = 1 - np.where(others[r] > 1, (others[r] - 1) / np.maximum(n[r] - 1, 1.0), 0.0)
        variance += (second * (ties * before[r] ** 2 * others[r] / n[r] ** 2)) @ second.T
    return variance
