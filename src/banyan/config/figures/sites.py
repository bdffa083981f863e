"""Groups of sites for files that have codes and no column of that name."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    import polars as pl

SiteGroups = Literal["globocan", "ci5", "icd10"]
Groups = Annotated[
    SiteGroups, typer.Option("--site-groups", help="Groups of a site that the file does not have itself.")
]


def derive_site(codes: "pl.DataFrame", groups: SiteGroups) -> "pl.Series":
    """Return the site group of each combination of codes, null where it belongs to none."""
    from banyan.science.coding import CI5_GROUPS, derive_codes, site_group  # noqa: PLC0415 -- slow import
    from banyan.science.files import read_icd10  # noqa: PLC0415 -- slow import

    derived = codes.select("icd10") if "icd10" in codes.columns else derive_codes(codes)
    if groups == "globocan" and "site" in derived.columns:
        return derived["site"]
    if groups == "ci5" and "ci5" in derived.columns:
        keys = {group.number: group.key for group in CI5_GROUPS}
        return derived["ci5"].replace_strict(keys, default=None, return_dtype=derived["icd10"].dtype)
    icd10 = read_icd10(derived["icd10"])
    if groups == "icd10":
        return icd10.str.slice(0, 3)
    found = {code: site_group(code, groups) for code in icd10.unique().drop_nulls()}
    keys = {code: group.key for code, group in found.items() if group}
    return icd10.replace_strict(keys, default=None, return_dtype=icd10.dtype)
