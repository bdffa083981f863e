"""The parameters of the model, read once from the tables beside this code."""

from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import polars as pl

CODES = dict.fromkeys(
    ["code", "ward_code", "old_ward_code", "new_ward_code", "district_code", "sex"], pl.String
)


class Mixture(NamedTuple):
    """Things to choose among and the probability of each."""

    values: np.ndarray  # (n,) of str
    shares: np.ndarray  # (n,) summing to 1


@cache
def read(name: str) -> pl.DataFrame:
    """A table of this package by its stem; codes stay text."""
    source = files("banyan.science.city") / "tables" / f"{name}.csv"
    return pl.read_csv(source.read_bytes(), schema_overrides=CODES, infer_schema_length=None)


def mixture(text: str) -> Mixture:
    """Read ``"C50.4:38 C50.9:17"``, values with their weights."""
    parts = [part.rsplit(":", 1) for part in text.split()]
    weights = np.array([float(weight) for _, weight in parts])
    return Mixture(np.array([value for value, _ in parts]), weights / weights.sum())


def phrases(text: str) -> Mixture:
    """Read ``"T1 N0 M0:60 T2 N0 M0:40"``, where a value has three words."""
    words = text.split()
    triples = [" ".join(words[start : start + 3]) for start in range(0, len(words), 3)]
    weights = np.array([float(triple.rsplit(":", 1)[1]) for triple in triples])
    return Mixture(np.array([triple.rsplit(":", 1)[0] for triple in triples]), weights / weights.sum())
