"""Finding the records of one person: names first, then blocking, scoring and clusters."""

from banyan.science.linkage.names import NameParts, fold_name, normalise_name, sort_key, split_name

__all__ = ["NameParts", "fold_name", "normalise_name", "sort_key", "split_name"]
