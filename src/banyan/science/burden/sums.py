"""Weighted sums of Poisson counts: what standardised and cumulative rates are."""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.cells import Cells
from banyan.science.burden.intervals import (
    Floats,
    Limits,
    dobson,
    fay_feuer,
    log_interval,
    normal_interval,
    tiwari,
)


@dataclass(frozen=True)
class Sum:
    """A weighted sum of Poisson counts in every stratum, weights already divided by person-years."""

    value: Floats
    variance: Floats
    largest_weight: Floats
    mean_weight: Floats
    mean_square: Floats
    count: Floats

    def limits(self, interval: str, level: float) -> Limits:
        gamma = fay_feuer(self.value, self.variance, self.largest_weight, level)
        if interval == "fay-feuer":
            return gamma
        if interval == "tiwari":
            return tiwari(self.value, self.variance, self.mean_weight, self.mean_square, level)
        chosen = self._approximate(interval, level)
        # Without a case neither method says how high the rate may be; the gamma limit does.
        lower, upper = (
            np.where(self.count > 0, one, other) for one, other in zip(chosen, gamma, strict=True)
        )
        return lower, upper

    def _approximate(self, interval: str, level: float) -> Limits:
        error = np.sqrt(self.variance)
        if interval == "dobson":
            return dobson(self.value, self.variance, self.count, level)
        if interval == "log":
            return log_interval(self.value, error / np.where(self.value > 0, self.value, np.nan), level)
        return normal_interval(self.value, error, level)

    def take(self, rows: NDArray[np.int64]) -> "Sum":
        return Sum(*(getattr(self, field.name)[rows] for field in fields(self)))

    def shape(self, *, more: bool = False) -> Limits:
        """Return mean and shape of the gamma variable with this mean and variance; ``more``: with one case more."""
        mean = self.value + self.largest_weight * more
        spread = self.variance + self.largest_weight**2 * more
        return mean, np.where(spread > 0, mean**2 / np.where(spread > 0, spread, 1.0), 0.0)

    def scaled(self, factor: Floats) -> "Sum":
        return Sum(
            self.value * factor,
            self.variance * factor**2,
            self.largest_weight * factor,
            self.mean_weight * factor,
            self.mean_square * factor**2,
            self.count,
        )


def add_up(part: Cells, weights: Floats, variance: str = "poisson") -> Sum:
    """Add up cases × weight / person-years; ``variance`` "binomial" is Keyfitz's, which falls as the rate nears 1."""
    populated = part.person_years > 0
    people = np.where(populated, part.person_years, 1.0)
    each = np.where(populated, weights / people, 0.0)
    value = np.where(populated.any(axis=1), (each * part.cases).sum(axis=1), np.nan)
    count = np.where(weights > 0, part.cases, 0.0).sum(axis=1)
    spread = part.cases * np.clip(1 - part.cases / people, 0.0, 1.0) if variance == "binomial" else part.cases
    cells = np.maximum((each > 0).sum(axis=1), 1)
    return Sum(
        value,
        (each**2 * spread).sum(axis=1),
        each.max(axis=1),
        each.sum(axis=1) / cells,
        (each**2).sum(axis=1) / cells,
        count,
    )
