"""Random draws over whole columns; every step of the model has its own stream of the one seed."""

import numpy as np
import polars as pl
from numpy.random import Generator, SeedSequence, default_rng

from banyan.science.city.tables import Mixture

STEPS = (
    "wards",
    "incidence",
    "persons",
    "histology",
    "basis",
    "stage",
    "survival",
    "follow_up",
    "names",
    "identifiers",
    "addresses",
    "facilities",
    "notifications",
    "samples",
    "slips",
)


def open_streams(seed: int) -> dict[str, Generator]:
    """One independent generator per step, so that a change in one step leaves the others as they were."""
    children = SeedSequence(seed).spawn(len(STEPS))
    return {step: default_rng(child) for step, child in zip(STEPS, children, strict=True)}


def choose(rng: Generator, mix: Mixture, size: int) -> np.ndarray:
    """Draw ``size`` values of a mixture."""
    return mix.values[rng.choice(len(mix.values), size=size, p=mix.shares)]


def choose_column(rng: Generator, weights: np.ndarray) -> np.ndarray:
    """Draw one column index per row of a matrix of weights.

    Parameters
    ----------
    rng : Generator
    weights : ndarray, shape (rows, columns)
        Need not sum to one.

    Returns
    -------
    ndarray of int, shape (rows,)
    """
    cumulative = np.cumsum(weights, axis=1)
    target = rng.random(len(weights)) * cumulative[:, -1]
    return np.minimum((cumulative <= target[:, None]).sum(axis=1), weights.shape[1] - 1)


def draw_cells(rng: Generator, expected: np.ndarray, size: int) -> np.ndarray:
    """Place ``size`` events in cells in proportion to what is expected in each.

    The total is held, the places are random: a multinomial draw.

    Parameters
    ----------
    rng : Generator
    expected : ndarray
        Expected events per cell, any shape.
    size : int

    Returns
    -------
    ndarray of int, shape (size,)
        Flat index of each event's cell.
    """
    cumulative = np.cumsum(expected.ravel())
    return np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")


def blank_where(values: np.ndarray, empty: np.ndarray) -> pl.Series:
    """Return the texts as a column, null where ``empty`` holds."""
    return pl.Series(values.astype(str)).set(pl.Series(empty), None)


def draw_distinct(rng: Generator, size: int, space: int) -> np.ndarray:
    """Draw ``size`` different whole numbers below ``space``: one in each of ``size`` equal stretches, shuffled."""
    width = space // size
    return rng.permutation(size) * width + rng.integers(0, width, size)
