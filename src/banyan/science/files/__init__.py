"""Tables in files: read with the line of every row, parsed column by column, written.

The ground floor of `banyan.science`: the command line and a registry's import read the same files and report
the same faults.
"""

from banyan.science.files.cases import Cases, UnreadableCode, read_cases, read_icd10
from banyan.science.files.coded import place_findings, read_coded_cases
from banyan.science.files.dates import ParsedDates, find_doubtful, parse_dates
from banyan.science.files.exposure import Exposed, join_exposure, read_exposure
from banyan.science.files.faults import Faults, FileFault, Reason
from banyan.science.files.layout import format_frame, format_table
from banyan.science.files.lifetable import Mortality, read_life_table
from banyan.science.files.misread import find_misreading, find_spoilt_name
from banyan.science.files.notes import note_design, note_rates, note_survival
from banyan.science.files.outlook import Outlook, read_outlook
from banyan.science.files.parsed import Parsed
from banyan.science.files.patients import Patients, read_patients
from banyan.science.files.population import Population, read_population
from banyan.science.files.progress import show_progress
from banyan.science.files.quality import Measured, read_measured
from banyan.science.files.reading import read_header, read_table
from banyan.science.files.standard import read_standard
from banyan.science.files.strata import name_stratum, sort_strata
from banyan.science.files.table import Table
from banyan.science.files.trend import YearlyRates, read_yearly_rates
from banyan.science.files.tumours import Tumours, read_tumours
from banyan.science.files.values import (
    parse_age,
    parse_age_group,
    parse_decimal,
    parse_flag,
    parse_sex,
    parse_whole,
    parse_year,
)
from banyan.science.files.writing import disarm_formulas, format_csv, format_json, write_table

__all__ = [
    "Cases",
    "Exposed",
    "Faults",
    "FileFault",
    "Measured",
    "Mortality",
    "Outlook",
    "Parsed",
    "ParsedDates",
    "Patients",
    "Population",
    "Reason",
    "Table",
    "Tumours",
    "UnreadableCode",
    "YearlyRates",
    "disarm_formulas",
    "find_doubtful",
    "find_misreading",
    "find_spoilt_name",
    "format_csv",
    "format_frame",
    "format_json",
    "format_table",
    "join_exposure",
    "name_stratum",
    "note_design",
    "note_rates",
    "note_survival",
    "parse_age",
    "parse_age_group",
    "parse_dates",
    "parse_decimal",
    "parse_flag",
    "parse_sex",
    "parse_whole",
    "parse_year",
    "place_findings",
    "read_cases",
    "read_coded_cases",
    "read_exposure",
    "read_header",
    "read_icd10",
    "read_life_table",
    "read_measured",
    "read_outlook",
    "read_patients",
    "read_population",
    "read_standard",
    "read_table",
    "read_tumours",
    "read_yearly_rates",
    "show_progress",
    "sort_strata",
    "write_table",
]
