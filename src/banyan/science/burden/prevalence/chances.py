"""The chance of those lost to follow-up to be alive on the index date, and what its estimation adds to a variance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.curve import Curve
from banyan.science.burden.survival.observed import estimate_observed
from banyan.science.burden.survival.patients import FollowUp, split_strata


@dataclass(frozen=True)
class Chances:
    """For each of N tumours, the chance to be alive on the index date, and the curves that it comes from.

    Attributes
    ----------
    value : float array (N,)
        1 for who is known alive, 0 for who died.
    held : bool array (N,)
        Lost, and the curve of its stratum ends before the index date: its last value was held on.
    curve : int array (N,)
        Which curve the chance comes from; -1 where it comes from none.
    curves : curves of the strata
    seen, since : float arrays (N,)
        Days from diagnosis to the last contact and to the index date.
    """

    value: Floats
    held: NDArray[np.bool_]
    curve: NDArray[np.int64]
    curves: tuple[Curve, ...]
    seen: Floats
    since: Floats

    def take(self, rows: NDArray[np.int64]) -> Self:
        return replace(
            self,
            value=self.value[rows],
            held=self.held[rows],
            curve=self.curve[rows],
            seen=self.seen[rows],
            since=self.since[rows],
        )

    def spread(self, weight: Floats) -> float:
        """Return what the estimation of survival adds to the variance of sum(weight × chance).

        A chance is exp(-(H(since) - H(seen))). Each time of death moves the chances of all who are lost before it
        and whose index date lies at or after it; the increments of H at different times are independent.
        """
        moved = (self.curve >= 0) & (weight * self.value != 0)
        return sum(
            self._spread_curve(number, weight, moved & (self.curve == number))
            for number in np.unique(self.curve[moved]).tolist()
        )

    def _spread_curve(self, number: int, weight: Floats, rows: NDArray[np.bool_]) -> float:
        curve = self.curves[number]
        pull = weight[rows] * self.value[rows]
        size = len(curve.time) + 1
        begin = np.searchsorted(curve.time, self.seen[rows], side="right")
        end = np.searchsorted(curve.time, self.since[rows], side="right")
        change = np.bincount(begin, pull, size) - np.bincount(end, pull, size)
        reach = np.cumsum(change)[:-1]
        step = np.diff(curve.variance, prepend=0.0)
        crossed = np.zeros(size)
        np.add.at(crossed, begin, 1)
        np.add.at(crossed, end, -1)
        # Where nobody with a chance passes, rounding may leave a rest, and the last death of all an endless variance.
        there = np.cumsum(crossed)[:-1] > 0
        return float(np.sum(reach[there] ** 2 * step[there]))


def find_chances(rows: pl.DataFrame, lost: str, survival_by: Sequence[str]) -> Chances:
    """Give each tumour of a pool its chance: "conditional" survival, or 1 ("alive") or 0 ("dead") for all lost."""
    seen, since, died, gone = (rows[name].to_numpy() for name in ("seen", "since", "died", "lost"))
    value = np.where(died, 0.0, 1.0)
    held = np.zeros(rows.height, dtype=bool)
    which = np.full(rows.height, -1, dtype=np.int64)
    curves: list[Curve] = []
    if lost == "dead":
        value = np.where(gone, 0.0, value)
    if lost == "conditional":
        for _stratum, places in split_strata(rows, survival_by):
            astray = places[gone[places]]
            if not len(astray):
                continue
            people = FollowUp(np.zeros(len(places)), seen[places], died[places], np.ones(len(places)))
            curve = estimate_observed(people)
            value[astray] = _read(curve, since[astray]) / _read(curve, seen[astray])
            held[astray] = (since[astray] > curve.time[-1]) & (curve.survival[-1] > 0)
            which[astray] = len(curves)
            curves.append(curve)
    return Chances(value, held, which, tuple(curves), seen, since)


def _read(curve: Curve, days: Floats) -> Floats:
    place = np.searchsorted(curve.time, days, side="right")
    return np.concatenate([[1.0], curve.survival])[place]
