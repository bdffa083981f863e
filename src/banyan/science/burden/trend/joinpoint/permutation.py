"""How many joinpoints: the sequential permutation test of Kim, Fay, Feuer and Midthune."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import polars as pl

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats
from banyan.science.burden.trend.joinpoint.fit import JoinpointFit
from banyan.science.burden.trend.joinpoint.search import Search

Split = Literal["overfitting", "bonferroni"]
SCHEMA = {
    "null": pl.Int64,
    "alternative": pl.Int64,
    "statistic": pl.Float64,
    "p_value": pl.Float64,
    "alpha": pl.Float64,
    "rejected": pl.Boolean,
}
# Two sums of squares that differ by less than this share are the same one, added up in another order.
ROUNDING = 1e-9


@dataclass(frozen=True)
class Shuffling:
    """How residuals are permuted: how often, from which seed, by how many threads; and how the level is split.

    The result depends on the seed alone, not on the threads.
    """

    permutations: int = 4499
    seed: int = 0
    workers: int = 2
    alpha: float = 0.05
    split: Split = "overfitting"

    def __post_init__(self) -> None:
        check_option(self.split, get_args(Split), "split ‘{}’ of the level", "cách chia mức ý nghĩa ‘{}’")
        if self.permutations < 1 or self.seed < 0 or self.workers < 1:
            raise BurdenError(
                "a permutation test needs a permutation, a seed of at least 0 and a thread.",
                "kiểm định hoán vị cần ít nhất một hoán vị, một mầm từ 0 trở lên và một luồng.",
            )
        if not 0 < self.alpha < 1:
            raise BurdenError(
                f"a level of significance lies between 0 and 1, and {self.alpha:g} does not.",
                f"mức ý nghĩa nằm giữa 0 và 1, {self.alpha:g} thì không.",
            )

    def permute(self, residual: Floats, stream: int) -> Floats:
        """Return permuted residuals (n, permutations); another stream is another draw."""
        random = np.random.default_rng([self.seed, stream])
        copies = np.tile(residual, (self.permutations, 1))
        return np.ascontiguousarray(random.permuted(copies, axis=1).T)


def count_extreme(observed: float, permuted: Floats) -> float:
    """Return the p-value: the share of all orders, the observed one among them, with as great a statistic."""
    return float((1 + (permuted >= observed * (1 - ROUNDING)).sum()) / (1 + len(permuted)))


def divide_sums(null: Floats, alternative: Floats) -> Floats:
    """Return the ratio of two sums of squares; 1 where neither has anything left, infinity where only the null has."""
    empty = alternative <= 0
    ratio = np.divide(null, alternative, out=np.full(null.shape, np.inf), where=~empty)
    return np.where(empty & (null <= 0), 1.0, ratio)


def narrow_counts(
    fits: Sequence[JoinpointFit], search: Search, shuffling: Shuffling
) -> tuple[int, pl.DataFrame]:
    """Narrow the number of joinpoints down; return the position of the fit that is left, and the tests.

    The fits have consecutive numbers of joinpoints. The fewest are tested against the most; where the test rejects,
    the fewest become one more, else the most one less.
    """
    low, high = 0, len(fits) - 1
    rows: list[tuple[int, int, float, float, float, bool]] = []
    permuted: dict[int, Floats] = {}
    while low < high:
        null, alternative = fits[low], fits[high]
        alpha = shuffling.alpha / (len(fits) - 1 - (low if shuffling.split == "overfitting" else 0))
        if low not in permuted:
            permuted[low] = _refit(null, search, shuffling, fits[-1].k)
        sums = permuted[low]
        statistic = float(_divide_fits(null, alternative))
        ratios = divide_sums(sums[null.k], sums[alternative.k])
        p_value = 1.0 if null.perfect else count_extreme(statistic, ratios)
        rejected = p_value < alpha
        rows.append((null.k, alternative.k, statistic, p_value, alpha, rejected))
        low, high = (low + 1, high) if rejected else (low, high - 1)
    return low, pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _divide_fits(null: JoinpointFit, alternative: JoinpointFit) -> Floats:
    sums = [np.array(0.0 if fit.perfect else fit.wsse) for fit in (null, alternative)]
    return divide_sums(*sums)


def _refit(null: JoinpointFit, search: Search, shuffling: Shuffling, most: int) -> Floats:
    """Return the least sums of squares of permuted series under a null model, (most + 1, permutations)."""
    series = null.series
    fitted = series.whiten(null.evaluate(series.x))
    residual = series.whiten(series.y) - fitted
    responses = fitted[:, None] + shuffling.permute(residual, null.k)
    return search.minimise(responses, most, shuffling.workers)
