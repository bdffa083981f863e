"""ICD-O to the International Classification of Childhood Cancer, third edition."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from banyan.science.coding.codes import Morphology, Topography
from banyan.science.coding.reading import HISTOLOGIES, SUBSITES, match_subsites, read_rows


@dataclass(frozen=True, slots=True)
class Iccc3:
    """The diagnostic group of a childhood cancer: ``X`` and ``a``, or the reason for none.

    ``rare``: the classification has no group for this morphology at this site. ``invalid``: not
    malignant, and not one of the groups that take benign and borderline tumours.
    """

    group: str | None
    subgroup: str | None
    extended: str | None
    status: Literal["ok", "rare", "invalid"]

    def __str__(self) -> str:
        return f"{self.group or ''}{self.subgroup or ''}"


def to_iccc3(topography: Topography, morphology: Morphology) -> Iccc3:
    """Classify a tumour by ICCC-3.

    Malignant tumours only, except that groups III (central nervous system) and X a (germ cell)
    take benign and borderline ones too where the tumour is intracranial or intraspinal. In situ
    tumours belong to no group.
    """
    block = _blocks().get(morphology.parent)
    found = _groups().get((block or "", topography.parent))
    if found is None:
        return Iccc3(None, None, None, "rare" if block else "invalid")
    group, subgroup, extended = found
    if not (morphology.behaviour == "3" or _takes_benign(group + subgroup, topography, morphology.behaviour)):
        return Iccc3(None, None, None, "invalid")
    return Iccc3(group, subgroup or None, extended or None, "ok")


def _takes_benign(code: str, topography: Topography, behaviour: str) -> bool:
    return behaviour in {"0", "1"} and topography.parent in _central_sites() and _is_central(code)


def _is_central(code: str) -> bool:
    return code == "Xa" or code.startswith("III")


@cache
def _central_sites() -> frozenset[str]:
    """Return the intracranial and intraspinal sites: C70-C72, pituitary, its duct, pineal gland."""
    return frozenset(match_subsites("C70-C72 C75.1-C75.3"))


@cache
def _blocks() -> dict[str, str]:
    return {row["histology"]: row["iccc3"] for row in read_rows("morphology")}


@cache
def _groups() -> dict[tuple[str, str], tuple[str, str, str]]:
    return {
        (row["block"], subsite): (row["group"], row["subgroup"], row["extended"])
        for row in read_rows("iccc3")
        for subsite in match_subsites(row["topography"])
    }


@cache
def tabulate_groups() -> pl.DataFrame:
    """Return the group of each block and subsite: block, subsite, iccc3, takes_benign."""
    rows = [
        (int(block), subsite, group + subgroup, subsite in _central_sites() and _is_central(group + subgroup))
        for (block, subsite), (group, subgroup, _) in _groups().items()
    ]
    codes = pl.Enum(sorted({code for _, _, code, _ in rows}))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "block": pl.UInt8,
        "subsite": SUBSITES,
        "iccc3": codes,
        "takes_benign": pl.Boolean,
    }
    return pl.DataFrame(rows, schema, orient="row")


@cache
def tabulate_blocks() -> pl.DataFrame:
    """Return the block of each histology: parent, block."""
    rows = [(histology, int(block)) for histology, block in _blocks().items() if block]
    return pl.DataFrame(rows, {"parent": HISTOLOGIES, "block": pl.UInt8}, orient="row")


def join_iccc3(tumours: pl.DataFrame) -> pl.DataFrame:
    """Add ``iccc3`` (such as ``Xa``) to tumours as `read_tumour` returns them.

    The same tables as `to_iccc3`, joined instead of looked up.
    """
    joined = (
        tumours.select("parent", "behaviour", "subsite")
        .join(tabulate_blocks(), on="parent", how="left", maintain_order="left")
        .join(tabulate_groups(), on=["block", "subsite"], how="left", maintain_order="left")
    )
    benign = pl.col("behaviour").is_in(["0", "1"]) & pl.col("takes_benign")
    taken = (pl.col("behaviour") == "3") | benign
    return tumours.hstack(joined.select(pl.when(taken).then("iccc3").alias("iccc3")))
