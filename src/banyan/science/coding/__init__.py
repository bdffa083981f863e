"""Codes as types, conversions between classifications, and the checks of a case."""

from banyan.science.coding.basis import Basis, BasisScheme
from banyan.science.coding.checks import Finding, check_case, check_cases
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
from banyan.science.coding.dates import PartialDate
from banyan.science.coding.derivation import derive_codes
from banyan.science.coding.iccc3 import Iccc3, to_iccc3
from banyan.science.coding.icd10 import Icd10, to_icd10
from banyan.science.coding.names import icd10_name, morphology_name, topography_name
from banyan.science.coding.rules import RULES_VERSION, Rule, list_rules
from banyan.science.coding.sites import CI5_GROUPS, SITE_GROUPS, SiteGroup, site_group, site_groups

__all__ = [
    "CI5_GROUPS",
    "MORPHOLOGY_CODES",
    "RULES_VERSION",
    "SITE_GROUPS",
    "TOPOGRAPHY_CODES",
    "TOPOGRAPHY_HEADINGS",
    "Basis",
    "BasisScheme",
    "CodeError",
    "Edition",
    "Finding",
    "Iccc3",
    "Icd10",
    "IcdO",
    "Morphology",
    "PartialDate",
    "Rule",
    "Sentence",
    "SiteGroup",
    "Topography",
    "check_case",
    "check_cases",
    "derive_codes",
    "icd10_name",
    "list_rules",
    "morphology_name",
    "site_group",
    "site_groups",
    "to_iccc3",
    "to_icd10",
    "topography_name",
]
