"""Weighted sums of Poisson counts: what standardised and cumulative rates are."""

from dataclasses import dataclass

import numpy as np

from banyan.science.burden.cells import Cells
from banyan.science.burden.intervals import Floats, Limits, dobson, fay_feuer, normal_interval


@dataclass(frozen=True)
class Sum:
    """A weighted sum of Poisson counts in every stratum, weights already divided by person-years."""

    value: Floats
    variance: Floats
    largest_weight: Floats
    count: Floats

    def limits(self, interval: str, level: float) -> Limits:
        gamma = fay_feuer(self.value, self.variance, self.largest_weight, level)
        if interval == "fay-feuer":
            return gamma
        chosen = (
            dobson(self.value, self.variance, self.count, level)
            if interval == "dobson"
            else normal_interval(self.value, np.sqrt(self.variance), level)
        )
        # Without a case neither method says how high the rate may be; the gamma limit does.
        lower, upper = (
            np.where(self.count > 0, one, other) for one, other in zip(chosen, gamma, strict=True)
        )
        return lower, upper

    def scaled(self, factor: Floats) -> "Sum":
        return Sum(self.value * factor, self.variance * factor**2, self.largest_weight * factor, self.count)


def add_up(part: Cells, weights: Floats) -> Sum:
    populated = part.person_years > 0
    people = np.where(populated, part.person_years, 1.0)
    each = np.where(populated, weights / people, 0.0)
    value = np.where(populated.any(axis=1), (each * part.cases).sum(axis=1), np.nan)
    count = np.where(weights > 0, part.cases, 0.0).sum(axis=1)
    return Sum(value, (each**2 * part.cases).sum(axis=1), each.max(axis=1), count)
