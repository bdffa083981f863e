"""Site groups: the lines of a published table, as GLOBOCAN and Cancer Incidence in Five Continents draw them."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

from banyan.science.coding.icd10 import list_icd10
from banyan.science.coding.reading import Row, read_rows

System = Literal["globocan", "ci5"]


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """One line of a table by site.

    Attributes
    ----------
    key
        A name that stays, for addresses and files: ``breast``.
    system
        ``globocan`` (GLOBOCAN 2022, 38 lines) or ``ci5`` (CI5 volume XI, 61 lines).
    number
        Its number in that system.
    icd10
        The codes it counts: ``C82-C86 C96``.
    sex
        ``both``, ``male`` or ``female``: who can have it.
    """

    key: str
    system: System
    number: int
    icd10: str
    sex: Literal["both", "male", "female"]
    name_vi: str
    name_en: str

    @property
    def globocan(self) -> int | None:
        return self.number if self.system == "globocan" else None

    @property
    def ci5(self) -> int | None:
        return self.number if self.system == "ci5" else None

    def name(self, language: str) -> str:
        return self.name_vi if language.startswith("vi") else self.name_en


@cache
def site_groups(system: System = "globocan") -> tuple[SiteGroup, ...]:
    """Return the lines of one system, in its order."""
    return tuple(_read_group(row) for row in read_rows("site_groups") if row["system"] == system)


def site_group(icd10: str | None, system: System = "globocan") -> SiteGroup | None:
    """Return the line that counts an ICD-10 code, or None if no line does.

    Benign and in situ tumours are in no line, except D09.0 and D41.4, which count with the
    bladder. D45 and D47 are myeloproliferative, D46 is myelodysplastic; among the lines of
    GLOBOCAN they stand with the other specified cancers.
    """
    if not icd10:
        return None
    found = _index(system)
    return found.get(icd10.replace(".", "")) or found.get(icd10[:3])


def _read_group(row: Row) -> SiteGroup:
    return SiteGroup(
        key=row["key"],
        system="ci5" if row["system"] == "ci5" else "globocan",
        number=int(row["number"]),
        icd10=row["icd10"],
        sex="male" if row["sex"] == "male" else "female" if row["sex"] == "female" else "both",
        name_vi=row["name_vi"],
        name_en=row["name_en"],
    )


@cache
def _index(system: System) -> dict[str, SiteGroup]:
    return {code: group for group in site_groups(system) for code in _list_codes(group.icd10)}


def _list_codes(text: str) -> list[str]:
    """List the codes of ``C82-C86 C96 D09.0``, without dots."""
    codes = []
    for part in text.split():
        first, _, last = part.partition("-")
        numbers = range(int(first[1:3]), int((last or first)[1:3]) + 1)
        codes += (
            [first.replace(".", "")] if "." in first else [f"{first[0]}{number:02}" for number in numbers]
        )
    return codes


@cache
def tabulate_sites() -> pl.DataFrame:
    """Return the lines of every code that a tumour may be given: icd10, site, ci5, is_blood."""
    rows = [
        (code, site.key if site else None, ci5.number if ci5 else None, code[:3] in {"D45", "D46", "D47"})
        for code in list_icd10().categories
        for site, ci5 in [(site_group(code), site_group(code, "ci5"))]
    ]
    keys = pl.Enum([group.key for group in site_groups()])
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "icd10": list_icd10(),
        "site": keys,
        "ci5": pl.UInt8,
        "is_blood": pl.Boolean,
    }
    return pl.DataFrame(rows, schema, orient="row")


def join_sites(tumours: pl.DataFrame) -> pl.DataFrame:
    """Add ``site`` (GLOBOCAN key) and ``ci5`` (number) to tumours with icd10 and behaviour.

    A tumour coded to D45-D47 counts only if it is malignant: monoclonal gammopathy (9765/1) is D47.2 too.
    """
    joined = tumours.select("icd10", "behaviour").join(
        tabulate_sites(), on="icd10", how="left", maintain_order="left"
    )
    counts = ~pl.col("is_blood") | (pl.col("behaviour") == "3")
    return tumours.hstack(joined.select(pl.when(counts).then(name).alias(name) for name in ("site", "ci5")))


SITE_GROUPS = site_groups("globocan")
CI5_GROUPS = site_groups("ci5")
