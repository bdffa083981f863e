"""The access log as a file for an inspector, a piece at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import polars as pl

from banyan.apps.network.queries.facility import name_facility
from banyan.apps.network.queries.history import Row, name_facilities, name_staff
from banyan.science.files import disarm_formulas

AT_A_TIME = 5_000
COLUMNS = (
    "line", "at", "staff_id", "staff", "role", "facility_id", "facility", "action", "subject", "subject_id",
    "people", "detail", "seal",
)  # fmt: skip


def tabulate_looks(lines: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
    """Give the lines with the names of who looked and where, some thousands at a time. Times are UTC."""
    left = iter(lines)
    while some := list(islice(left, AT_A_TIME)):
        staff = name_staff(line.staff_id for line in some)
        facilities = {
            key: name_facility(found)
            for key, found in name_facilities(line.facility_id for line in some).items()
        }
        yield [describe_line(line, staff, facilities) for line in some]


def describe_line(line: Row, staff: Mapping[int, str], facilities: Mapping[int, str]) -> dict[str, Any]:
    return {
        "line": line.pk,
        "at": line.at.isoformat(),
        "staff_id": line.staff_id,
        "staff": staff.get(line.staff_id, ""),
        "role": line.role,
        "facility_id": line.facility_id,
        "facility": facilities.get(line.facility_id, ""),
        "action": line.action,
        "subject": line.subject,
        "subject_id": line.subject_id,
        "people": " ".join(map(str, line.people)),
        "detail": line.detail,
        "seal": bytes(line.seal).hex(),
    }


def write_looks(lines: Iterable[Row], form: str) -> Iterator[str]:
    """Give the lines as csv or jsonl; no cell of the CSV can be taken for a formula."""
    if form == "jsonl":
        for some in tabulate_looks(lines):
            yield "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in some)
        return
    yield ",".join(COLUMNS) + "\n"
    for some in tabulate_looks(lines):
        yield disarm_formulas(pl.DataFrame(some, infer_schema_length=None)).write_csv(include_header=False)
