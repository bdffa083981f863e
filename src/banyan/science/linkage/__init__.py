"""Finding the records of one person: names first, then blocking, scoring and clusters."""

from banyan.science.linkage.dates import swap_day
from banyan.science.linkage.levels import Level
from banyan.science.linkage.names import NameParts, fold_name, normalise_name, sort_key, split_name
from banyan.science.linkage.scoring import (
    LIKELY,
    POSSIBLE,
    SURE,
    Identity,
    Part,
    Score,
    best_score,
    score_pair,
)

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "SURE",
    "Identity",
    "Level",
    "NameParts",
    "Part",
    "Score",
    "best_score",
    "fold_name",
    "normalise_name",
    "score_pair",
    "sort_key",
    "split_name",
    "swap_day",
]
