"""ICD-O to ICD-10: from a site, a morphology and a sex to one code."""

from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

import polars as pl

from banyan.science.coding.codes import Morphology, Sentence, Topography
from banyan.science.coding.columns import SEX
from banyan.science.coding.reading import (
    BEHAVIOURS,
    HISTOLOGIES,
    SUBSITES,
    Row,
    expand_ranges,
    match_subsites,
    read_rows,
)

BEHAVIOUR_COLUMNS = {
    "0": "benign",
    "1": "uncertain",
    "2": "in_situ",
    "3": "malignant",
    "6": "metastatic",
    "9": "unspecified",
}
SITE_COLUMNS = ("malignant", "benign", "in_situ", "uncertain", "secondary")
SEX_LIMITS = {"f": "2", "m": "1"}
STATUSES = pl.Enum(["ok", "rare", "invalid"])


@dataclass(frozen=True, slots=True)
class Icd10:
    """The ICD-10 code of a tumour, or the reason why it has none.

    ``ok`` with no code: ICD-10 has none for this kind of tumour at this site.
    """

    code: str | None
    status: Literal["ok", "rare", "invalid"]
    reason: Sentence | None = None


NO_RULE = Sentence(
    "Không có quy tắc chuyển hình thái học này sang ICD-10.",
    "There is no rule from this morphology to ICD-10.",
)
NO_CODE = Sentence(
    "ICD-10 không có mã cho u loại này ở vị trí này.", "ICD-10 has no code for this tumour here."
)
RARE_BEHAVIOUR = Sentence(
    "Tính chất u này ít gặp với hình thái học này.", "This behaviour is unusual for this morphology."
)
ONLY_FEMALE = Sentence("Hình thái học này chỉ có ở nữ giới.", "This morphology occurs in females only.")
ONLY_MALE = Sentence("Hình thái học này chỉ có ở nam giới.", "This morphology occurs in males only.")
NEEDS_SEX = Sentence("Mã ICD-10 phụ thuộc giới tính.", "The ICD-10 code depends on the sex.")


class Route(NamedTuple):
    """How a morphology finds its code: by the block of sites named, or straight to the code."""

    block: str  # "" where the code is fixed
    code: str | None
    is_rare: bool
    sex: str | None  # the only sex it occurs in


class Target(NamedTuple):
    """What a block says of one subsite."""

    male: str | None
    female: str | None
    by_sex: bool  # two codes, so that the sex must be known
    sex: str | None  # the only sex it occurs in
    overridable: bool


def to_icd10(topography: Topography, morphology: Morphology, sex: str = "9") -> Icd10:
    """Convert an ICD-O-3 tumour to ICD-10.

    Parameters
    ----------
    topography, morphology
        The tumour. A code of ICD-O-4 is converted as the code of ICD-O-3.2 that it refines.
    sex
        ``1`` male, ``2`` female, anything else unknown.

    Returns
    -------
    Icd10
        ``invalid`` with no code where the sex contradicts the morphology or is needed and
        unknown, or the morphology has no rule; ``rare`` where its behaviour is unusual.

    Notes
    -----
    The rules are those of the conversion published by IARC for ICD-O-3 (behaviour column of the
    site, fixed code, block of sites, block by sex, then the liver and single overrides).
    """
    route = _routes().get((morphology.parent, morphology.behaviour))
    if route is None:
        return Icd10(None, "invalid", NO_RULE)
    target = find_target(route, topography.parent)
    limit = route.sex or target.sex
    if limit and sex != limit:
        return Icd10(None, "invalid", ONLY_FEMALE if limit == "2" else ONLY_MALE)
    if target.by_sex and sex not in {"1", "2"}:
        return Icd10(None, "invalid", NEEDS_SEX)
    code = target.female if sex == "2" else target.male
    if target.overridable:
        code = _overrides().get((morphology.parent, morphology.behaviour, topography.parent), code)
    if code is None:
        return Icd10(None, "ok", NO_CODE)
    return Icd10(code, "rare", RARE_BEHAVIOUR) if route.is_rare else Icd10(code, "ok")


def find_target(route: Route, subsite: str) -> Target:
    fixed = Target(route.code, route.code, by_sex=False, sex=None, overridable=True)
    empty = Target(None, None, by_sex=False, sex=None, overridable=True)
    return _targets().get((route.block, subsite), empty) if route.block else fixed


@cache
def _routes() -> dict[tuple[str, str], Route]:
    return {
        (row["histology"], behaviour): _read_route(row[column])
        for row in read_rows("morphology")
        for behaviour, column in BEHAVIOUR_COLUMNS.items()
        if row[column]
    }


def _read_route(cell: str) -> Route:
    """Read ``#14!f``: block 14, unusual behaviour, females only; ``1``-``5``: a column of the site."""
    sex = SEX_LIMITS.get(cell[-1])
    cell = cell.rstrip("fm")
    is_rare = cell.endswith("!")
    cell = cell.rstrip("!")
    if cell.startswith("#") or (len(cell) == 1 and cell.isdigit()):
        return Route(cell, None, is_rare, sex)
    return Route("", None if cell == "-" else cell, is_rare, sex)


@cache
def _targets() -> dict[tuple[str, str], Target]:
    columns = {
        (str(number), row["code"]): _single(row[column])
        for row in read_rows("topography")
        if "." in row["code"]
        for number, column in enumerate(SITE_COLUMNS, start=1)
    }
    return columns | _read_blocks()


def _read_blocks() -> dict[tuple[str, str], Target]:
    sites = {row["code"]: row for row in read_rows("topography")}
    targets: dict[tuple[str, str], Target] = {}
    for line in read_rows("icd10_blocks"):
        for subsite in match_subsites(line["topography"]):
            # the first line that names the subsite decides; "*" comes last
            targets.setdefault(("#" + line["block"], subsite), _read_target(line, sites[subsite]))
    return targets


def _read_target(line: Row, site: Row) -> Target:
    male = _resolve(line["icd10"], site)
    sex = SEX_LIMITS.get(line["sex"])
    if not line["icd10_female"]:
        return Target(male, male, by_sex=False, sex=sex, overridable=True)
    female = _resolve(line["icd10_female"], site)
    # three characters against three: C50.4 in a male and in a female is one code
    alike = (male or "")[:3] == (female or "")[:3] or "C50" in {(male or "")[:3], (female or "")[:3]}
    return Target(male, female, by_sex=not alike, sex=sex, overridable=False)


def _single(cell: str) -> Target:
    code = _mend(cell or None)
    return Target(code, code, by_sex=False, sex=None, overridable=True)


def _resolve(cell: str, site: Row) -> str | None:
    """Fill in the code of one line: ``:2`` column 2 of the site, ``C44.-`` its last digit."""
    if cell.startswith(":"):
        return _mend(site[SITE_COLUMNS[int(cell[1]) - 1]] or None)
    if cell.endswith("-"):
        return _mend(cell[:-1] + site["code"][-1]) if len(cell) > 1 else None
    return _mend(cell)


def _mend(code: str | None) -> str | None:
    return "D21.9" if code == "D21.8" else code  # ICD-10 has no D21.8


@cache
def _overrides() -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for row in read_rows("icd10_overrides"):
        for subsite in match_subsites(row["topography"]):
            for histology in expand_ranges(row["histology"]):
                found.setdefault((f"{histology:04}", row["behaviour"], subsite), row["icd10"])
    return found


@cache
def tabulate_routes() -> pl.DataFrame:
    """Return the routes as a frame: parent, behaviour, block, fixed, is_rare, only_sex."""
    rows = [(*key, *route) for key, route in _routes().items()]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "parent": HISTOLOGIES,
        "behaviour": BEHAVIOURS,
        "block": _list_blocks(),
        "fixed": list_icd10(),
        "is_rare": pl.Boolean,
        "only_sex": SEX,
    }
    return pl.DataFrame(rows, schema, orient="row")


@cache
def tabulate_targets() -> pl.DataFrame:
    """Return the blocks as a frame: block, subsite, male, female, by_sex, site_sex, overridable."""
    rows = [(*key, *target) for key, target in _targets().items()]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "block": _list_blocks(),
        "subsite": SUBSITES,
        "male": list_icd10(),
        "female": list_icd10(),
        "by_sex": pl.Boolean,
        "site_sex": SEX,
        "overridable": pl.Boolean,
    }
    return pl.DataFrame(rows, schema, orient="row")


@cache
def tabulate_overrides() -> pl.DataFrame:
    """Return the overrides as a frame: parent, behaviour, subsite, override."""
    known = set(HISTOLOGIES.categories)
    rows = [(*key, code) for key, code in _overrides().items() if key[0] in known]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "parent": HISTOLOGIES,
        "behaviour": BEHAVIOURS,
        "subsite": SUBSITES,
        "override": list_icd10(),
    }
    return pl.DataFrame(rows, schema, orient="row")


@cache
def _list_blocks() -> pl.Enum:
    return pl.Enum(["", *dict.fromkeys(block for block, _ in _targets())])


@cache
def list_icd10() -> pl.Enum:
    """Return the codes that a tumour may be given, as categories."""
    fixed = [route.code for route in _routes().values()]
    by_site = [code for target in _targets().values() for code in (target.male, target.female)]
    return pl.Enum(sorted({code for code in (*fixed, *by_site, *_overrides().values()) if code}))


def join_icd10(tumours: pl.DataFrame) -> pl.DataFrame:
    """Add ``icd10`` and ``icd10_status`` to tumours as `read_tumour` returns them.

    The same tables as `to_icd10`, joined instead of looked up.
    """
    key = ["parent", "behaviour", "subsite"]
    joined = (
        tumours.select(pl.col("sex").fill_null("9"), *key)
        .join(tabulate_routes(), on=key[:2], how="left", maintain_order="left")
        .join(tabulate_targets(), on=["block", "subsite"], how="left", maintain_order="left")
        .join(tabulate_overrides(), on=key, how="left", maintain_order="left")
    )
    fixed = pl.col("block") == ""
    limit = pl.coalesce("only_sex", "site_sex")
    clash = (pl.col("sex") != limit).fill_null(value=False)
    unknown = pl.col("by_sex").fill_null(value=False) & (pl.col("sex") == "9")
    # a tumour without a readable site has no code, even where the morphology alone would give one
    valid = pl.col("block").is_not_null() & pl.col("subsite").is_not_null() & ~clash & ~unknown
    found = pl.when(fixed).then("fixed").when(pl.col("sex") == "2").then("female").otherwise("male")
    override = pl.when(fixed | pl.col("overridable").fill_null(value=True)).then("override")
    status = (
        pl.when(~valid).then(pl.lit("invalid")).when("is_rare").then(pl.lit("rare")).otherwise(pl.lit("ok"))
    )
    return tumours.hstack(
        joined.select(
            icd10=pl.when(valid).then(pl.coalesce(override, found)), icd10_status=status.cast(STATUSES)
        ).with_columns(
            icd10_status=pl.when((pl.col("icd10_status") != "rare") | pl.col("icd10").is_not_null())
            .then("icd10_status")
            .otherwise(pl.lit("ok", STATUSES))
        )
    )
