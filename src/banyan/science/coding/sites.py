"""Site groups: the lines of a published table, as GLOBOCAN and Cancer Incidence in Five Continents draw them."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl

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
    """Return the lines of every ICD-10 code: icd10 (three characters, or four without dot), site, ci5."""
    ci5 = pl.DataFrame(
        [(code, group.number) for code, group in _index("ci5").items()], ["icd10_key", "ci5"], orient="row"
    )
    sites = [(code, group.key) for code, group in _index("globocan").items()]
    return pl.DataFrame(sites, ["icd10_key", "site"], orient="row").join(
        ci5, on="icd10_key", how="full", coalesce=True
    )


def join_sites(cases: pl.DataFrame) -> pl.DataFrame:
    """Add ``site`` (GLOBOCAN key) and ``ci5`` (number) to cases with icd10 and behaviour.

    A tumour coded to D45-D47 counts only if it is malignant: monoclonal gammopathy (9765/1) is D47.2 too.
    """
    code = pl.col("icd10")
    bladder = code.is_in(["D09.0", "D41.4"])
    blood = code.str.starts_with("D4") & (pl.col("behaviour") == "3")
    key = (
        pl.when(bladder)
        .then(code.str.replace(".", "", literal=True))
        .when(code.str.starts_with("C") | blood)
        .then(code.str.slice(0, 3))
    )
    joined = cases.select(icd10_key=key).join(
        tabulate_sites(), on="icd10_key", how="left", maintain_order="left"
    )
    return cases.with_columns(joined["site"], joined["ci5"])


SITE_GROUPS = site_groups("globocan")
CI5_GROUPS = site_groups("ci5")
