"""What follows from the facts of one case: derived codes and findings.

Both are worked out before the register is locked for a save, and read again inside: nobody waits for arithmetic.
What a process remembers of it has neither name nor number: of a citizen's number only the digits that are checked.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import polars as pl

from banyan.apps.people.rules import keep_checked_digits
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.rules.checking import CHECKED, DATES, check_rows, compute_age, derive_rows

Facts = tuple[tuple[str, Any], ...]

PERSONAL = (
    "sex",
    "citizen_id",
    "birth_date",
    "birth_precision",
    "death_date",
    "death_precision",
    "last_contact_date",
)
OWN = (*(name for name in CHECKED if name != "sex"), "incidence_date", "incidence_precision")
REMEMBERED = 1_024  # cases


def read_facts(tumour: Tumour, changes: Mapping[str, Any] | None = None) -> Facts:
    """Return what the checks read of a tumour and its person, no more; `changes` stand before what both hold."""
    person = tumour.person if tumour.person_id else None
    own = {name: getattr(tumour, name) for name in OWN}
    personal = {name: getattr(person, name, None) for name in PERSONAL}
    stated = own | personal | dict(changes or {})
    stated["citizen_id"] = keep_checked_digits(stated["citizen_id"] or "")
    return tuple((name, write_fact(name, stated[name])) for name in (*OWN, *PERSONAL))


def write_fact(name: str, value: Any) -> Any:
    return value if value is None or name in DATES else str(value) or None


def lay_facts(facts: Facts) -> pl.DataFrame:
    """Return facts as the one row that the rules read."""
    types = {name: pl.Date if name in DATES else pl.String for name, _value in facts}
    return pl.DataFrame([dict(facts)], schema=types)


@lru_cache(maxsize=REMEMBERED)
def derive_facts(facts: Facts) -> Mapping[str, Any]:
    """Return icd10, iccc3, site, ci5 and age."""
    case = lay_facts(facts)
    return {**derive_rows(case).row(0, named=True), "age": case.select(compute_age(stated="age")).item()}


@lru_cache(maxsize=REMEMBERED)
def check_facts(facts: Facts, today: date) -> tuple[Mapping[str, Any], ...]:
    """Return what the rules say, a row each finding."""
    return tuple(check_rows(lay_facts(facts), today=today).iter_rows(named=True))


def rehearse(tumour: Tumour, changes: Mapping[str, Any], today: date) -> None:
    """Work out what a save will ask for. Where the save finds other facts it works out those."""
    facts = read_facts(tumour, changes)
    check_facts(read_facts(tumour, {**changes, "age": derive_facts(facts)["age"]}), today)
