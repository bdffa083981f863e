"""Tables in files: read with the line of every row, parsed column by column, written.

The ground floor of `banyan.science`: the command line and a registry's import read the same files and report
the same faults.
"""

from banyan.science.files.dates import ParsedDates, parse_dates
from banyan.science.files.faults import FileFault, Faults, Reason
from banyan.science.files.parsed import Parsed
from banyan.science.files.reading import read_header, read_table
from banyan.science.files.table import Table
from banyan.science.files.values import (
    parse_age,
    parse_age_group,
    parse_decimal,
    parse_flag,
    parse_sex,
    parse_whole,
    parse_year,
)

__all__ = [
    "FileFault",
    "Faults",
    "Parsed",
    "ParsedDates",
    "Reason",
    "Table",
    "parse_age",
    "parse_age_group",
    "parse_dates",
    "parse_decimal",
    "parse_flag",
    "parse_sex",
    "parse_whole",
    "parse_year",
    "read_header",
    "read_table",
]
