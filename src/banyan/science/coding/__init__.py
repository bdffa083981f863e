"""Codes as types, conversions between classifications, and the checks of a case."""

from banyan.science.coding.codes import (
    MORPHOLOGY_CODES,
    TOPOGRAPHY_CODES,
    TOPOGRAPHY_HEADINGS,
    CodeError,
    Edition,
    IcdO,
    Morphology,
    Sentence,
    Topography,
)
from banyan.science.coding.derivation import derive_codes
from banyan.science.coding.iccc3 import Iccc3, to_iccc3
from banyan.science.coding.icd10 import Icd10, to_icd10
from banyan.science.coding.sites import CI5_GROUPS, SITE_GROUPS, SiteGroup, site_group, site_groups

__all__ = [
    "CI5_GROUPS",
    "MORPHOLOGY_CODES",
    "SITE_GROUPS",
    "TOPOGRAPHY_CODES",
    "TOPOGRAPHY_HEADINGS",
    "CodeError",
    "Edition",
    "Iccc3",
    "Icd10",
    "IcdO",
    "Morphology",
    "Sentence",
    "SiteGroup",
    "Topography",
    "derive_codes",
    "site_group",
    "site_groups",
    "to_iccc3",
    "to_icd10",
]
