"""Files of standard populations: weights by age group."""

from pathlib import Path

from banyan.science.files.faults import Reason
from banyan.science.files.reading import read_table
from banyan.science.files.values import parse_age_group, parse_decimal


def read_standard(path: str | Path) -> dict[int, float]:
    """Read `age_group` (lower bound) and `weight` of a standard population; weights may have any sum.

    Raises
    ------
    FileFault
        With line and column of the first cell that is refused, and for an age group that stands twice.
    """
    table = read_table(path, columns=["age_group", "weight"])
    table.require("age_group", "weight")
    groups = parse_age_group(table.frame["age_group"]).demand(table, "age_group").to_list()
    weights = parse_decimal(table.frame["weight"], least=0).demand(table, "weight").to_list()
    for row, group in enumerate(groups):
        if group in groups[:row]:
            reason = Reason(f"the age group {group} stands twice", f"nhóm tuổi {group} có hai lần")
            raise table.fault(row, "age_group", reason)
    return dict(zip(groups, weights, strict=True))
