"""The chance of those lost to follow-up to be alive on the index date, and the variance of weighted sums of chances."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.curve import count_risk
from banyan.science.burden.survival.observed import estimate_observed
from banyan.science.burden.survival.patients import FollowUp, split_strata


@dataclass(frozen=True)
class Stratum:
    """One survival curve, and the tumours from which it comes.

    Attributes
    ----------
    rows : int array (M,)
        Positions of its tumours in the pool.
    time, at_risk, share : float arrays (J,)
        Times at which anybody died or was last seen, how many were followed then, and which share of them died.
    survival : float array (J,)
        Just after each time.
    last : int array (M,)
        The time at which each tumour was last seen.
    """

    rows: NDArray[np.int64]
    time: Floats
    at_risk: Floats
    share: Floats
    survival: Floats
    last: NDArray[np.int64]

    def read(self, days: Floats) -> Floats:
        place = np.searchsorted(self.time, days, side="right")
        return np.concatenate([[1.0], self.survival])[place]


@dataclass(frozen=True)
class Chances:
    """For each of N tumours, the chance to be alive on the index date, and the curves that it comes from.

    Attributes
    ----------
    value : float array (N,)
        1 for who is known alive, 0 for who died.
    held : bool array (N,)
        Lost, and the curve of its stratum ends before the index date: its last value was held on.
    strata : those with somebody lost whose chance is estimated
    home, place : int arrays (N,)
        The stratum of each tumour, -1 where nobody of it is lost, and its position there.
    seen, since : float arrays (N,)
        Days from diagnosis to the last contact and to the index date.
    died, lost : bool arrays (N,)
    """

    value: Floats
    held: NDArray[np.bool_]
    strata: tuple[Stratum, ...]
    home: NDArray[np.int64]
    place: NDArray[np.int64]
    seen: Floats
    since: Floats
    died: NDArray[np.bool_]
    lost: NDArray[np.bool_]

    def measure_sum(self, chosen: NDArray[np.int64], weight: Floats) -> tuple[float, float]:
        """Return sum(weight × chance) over the chosen tumours, and its variance, tumours coming as a Poisson process.

        The variance is the sum of the squares of what each tumour adds: its own weight × chance, and its part in the curves by
        which others have theirs. Whoever is followed past a death raises the survival of the lost; who dies lowers it.
        """
        parts = weight * self.value[chosen]
        homes = self.home[chosen]
        touched = np.unique(homes[(parts != 0) & self.lost[chosen] & (homes >= 0)])
        apart = ~np.isin(homes, touched)
        variance = float(parts[apart] @ parts[apart])
        for number in touched.tolist():
            here = homes == number
            own = np.zeros(len(self.strata[number].rows))
            own[self.place[chosen[here]]] = parts[here]
            added = own + self._weigh_part(self.strata[number], own)
            variance += float(added @ added)
        return float(parts.sum()), variance

    def _weigh_part(self, stratum: Stratum, own: Floats) -> Floats:
        """Return by how much each tumour of a stratum moves the weighted chances of its lost ones."""
        size = len(stratum.time) + 1
        moved = stratum.rows[self.lost[stratum.rows] & (own != 0)]
        pull = own[self.place[moved]]
        begin = np.searchsorted(stratum.time, self.seen[moved], side="right")
        end = np.searchsorted(stratum.time, self.since[moved], side="right")
        passing = np.cumsum(np.bincount(begin, minlength=size) - np.bincount(end, minlength=size))
        reach = np.cumsum(np.bincount(begin, pull, size) - np.bincount(end, pull, size))
        # Nobody with a chance passes a time at which all die.
        there = (passing[:-1] > 0) & (stratum.share > 0)
        step = np.where(there, reach[:-1] / (stratum.at_risk * np.where(there, 1 - stratum.share, 1.0)), 0.0)
        passed: Floats = np.cumsum(step * stratum.share)[stratum.last]
        return passed - np.where(self.died[stratum.rows], step[stratum.last], 0.0)


def find_chances(rows: pl.DataFrame, lost: str, survival_by: Sequence[str]) -> Chances:
    """Give each tumour of a pool its chance: "conditional" survival, or 1 ("alive") or 0 ("dead") for all lost."""
    seen, since, died, gone = (rows[name].to_numpy() for name in ("seen", "since", "died", "lost"))
    value = np.where(died, 0.0, 1.0)
    held = np.zeros(rows.height, dtype=bool)
    home = np.full(rows.height, -1, dtype=np.int64)
    place = np.zeros(rows.height, dtype=np.int64)
    strata: list[Stratum] = []
    if lost == "dead":
        value = np.where(gone, 0.0, value)
    for _name, found in split_strata(rows, survival_by) if lost == "conditional" else ():
        astray = found[gone[found]]
        if not len(astray):
            continue
        stratum = _make_stratum(found, seen[found], died[found])
        value[astray] = stratum.read(since[astray]) / stratum.read(seen[astray])
        held[astray] = (since[astray] > stratum.time[-1]) & (stratum.survival[-1] > 0)
        home[found], place[found] = len(strata), np.arange(len(found))
        strata.append(stratum)
    return Chances(value, held, tuple(strata), home, place, seen, since, died, gone)


def _make_stratum(rows: NDArray[np.int64], seen: Floats, died: NDArray[np.bool_]) -> Stratum:
    people = FollowUp(np.zeros(len(rows)), seen, died, np.ones(len(rows)))
    curve = estimate_observed(people)
    counts = count_risk(people, curve.time)
    at_risk = counts.at_risk.astype(float)
    last = np.searchsorted(curve.time, seen)
    return Stratum(rows, curve.time, at_risk, counts.deaths / at_risk, curve.survival, last)
