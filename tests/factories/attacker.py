"""Somebody who writes all that he is told as equations, and asks how closely they hold each hidden count."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

MISSES = 3  # questions about many targets at once that clear none, before each is asked for alone
MOST = 1e5
CLOSE = 1e-6


@dataclass(eq=False)
class Attacker:
    """`atoms` are the finest groups of people that he tells apart, with `count`, which he does not know.

    Each statement says that a weighted sum of atoms lies between two values. Counts are 0 or more.
    """

    atoms: pl.DataFrame
    heard: dict[bytes, tuple[np.ndarray, float, float]] = field(default_factory=dict)
    _conditions: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def truth(self) -> np.ndarray:
        return self.atoms["count"].to_numpy().astype(float)

    def where(self, condition: pl.Expr) -> np.ndarray:
        """Return 1 for each atom of a group, 0 for the others."""
        key = str(condition)
        if key not in self._conditions:
            flags = self.atoms.select(condition.fill_null(value=False)).to_series()
            self._conditions[key] = flags.cast(pl.Float64).to_numpy()
        return self._conditions[key]

    def hear(self, weights: np.ndarray, lower: float | None, upper: float | None = None) -> None:
        """Take note of a sum; nothing, where it was not told."""
        if lower is None:
            return
        known = self.heard.get(weights.tobytes(), (weights, -np.inf, np.inf))
        ends = max(known[1], lower), min(known[2], lower if upper is None else upper)
        self.heard[weights.tobytes()] = (weights, *ends)

    def hear_share(self, weights: np.ndarray, whole: float, per_cent: float | None) -> None:
        """Take note of a share of a known number of people, in per cent with one decimal."""
        if per_cent is not None:
            lower, upper = (whole * np.clip(per_cent + side, 0, 100) / 100 for side in (-0.05, 0.05))
            self.hear(weights, float(np.ceil(lower - CLOSE)), float(np.floor(upper + CLOSE)))

    def check(self) -> None:
        """Fail where a statement is not true: then the attack proves nothing."""
        wrong = [
            (float(weights @ self.truth), lower, upper)
            for weights, lower, upper in self.heard.values()
            if not lower - 1e-4 <= weights @ self.truth <= upper + 1e-4
        ]
        assert wrong == []

    def find_narrow(
        self, targets: Sequence[np.ndarray], width: float = 4.0
    ) -> list[tuple[int, float, float]]:
        """Return (target, least, most) of each sum of atoms that is known more closely than `width`.

        One programme asks for a table that fits and is far from those seen in as many targets as it can; what is
        never cleared so is bounded alone.
        """
        wanted = np.array(targets)
        least = most = wanted @ self.truth
        left, misses, draw = np.arange(len(wanted)), 0, np.random.default_rng(5)
        while left.size and misses < MISSES:
            seen = wanted @ self._stray(
                wanted[left], least[left], most[left], draw.random(len(left)) < 0.5, width
            )
            least, most = np.minimum(least, seen), np.maximum(most, seen)
            narrow = left[(most - least)[left] < width - CLOSE]
            misses = 0 if len(narrow) < len(left) else misses + 1
            left = narrow
        found = []
        for at in left.tolist():
            ends = [float(wanted[at] @ self._solve(way * wanted[at])) for way in (1.0, -1.0)]
            if ends[1] - ends[0] < width - 1e-4:
                found.append((at, *ends))
        return found

    @cached_property
    def _system(self) -> tuple[csr_array, np.ndarray, np.ndarray]:
        weights, low, high = (np.array(part) for part in zip(*self.heard.values(), strict=True))
        return csr_array(weights), low, high

    def _stray(
        self, wanted: np.ndarray, least: np.ndarray, most: np.ndarray, up: np.ndarray, width: float
    ) -> np.ndarray:
        """Return a table that fits, many of whose targets lie `width` above the least seen (up) or below the most."""
        many, sign = len(wanted), np.where(up, 1.0, -1.0)
        # what is gained is no more than how far the target lies beyond its end
        beyond = hstack([csr_array(-sign[:, None] * wanted), eye_array(many)])
        ends = -sign * np.where(up, least, most)
        cost = np.concatenate([np.zeros(wanted.shape[1]), -np.ones(many)])
        return self._solve(cost, beyond, ends, width)[: wanted.shape[1]]

    def _solve(
        self,
        cost: np.ndarray,
        more: csr_array | None = None,
        ends: np.ndarray | None = None,
        width: float = 0.0,
    ) -> np.ndarray:
        weights, low, high = self._system
        extra = len(cost) - weights.shape[1]
        rows = hstack([weights, csr_array((weights.shape[0], extra))]).tocsr()
        same = low == high
        above = [rows[~same], -rows[~same], *([more] if more is not None else [])]
        found = linprog(
            cost,
            A_eq=rows[same],
            b_eq=low[same],
            A_ub=vstack(above),
            b_ub=np.concatenate([high[~same], -low[~same], *([ends] if ends is not None else [])]),
            bounds=[(0, MOST)] * weights.shape[1] + [(None, width)] * extra,
            method="highs",
        )
        assert found.x is not None, found.message
        return found.x
