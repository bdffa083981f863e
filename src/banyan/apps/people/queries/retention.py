"""What has been kept for as long as the rules say. Lists, never deletions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from banyan.apps.core.models import AccessLine
from banyan.apps.people.choices import RecordClass
from banyan.apps.people.models import Breach, GlassGrant, Person, RetentionRule, RightsRequest
from banyan.apps.people.rules.retention import DEFAULTS, Keeping

find_due = Callable[[date], QuerySet[Any]]


@dataclass(frozen=True, kw_only=True)
class Due:
    """One class of record: its rule, the day before which it is due, and how many are."""

    keeping: Keeping
    before: date
    count: int


FINDERS: dict[str, find_due] = {
    RecordClass.DEAD_PERSON: lambda day: Person.objects.filter(death_date__lt=day).exclude(full_name=""),
    RecordClass.CLOSED_REQUEST: lambda day: RightsRequest.objects.filter(closed_at__date__lt=day),
    RecordClass.CLOSED_BREACH: lambda day: Breach.objects.filter(closed_at__date__lt=day),
    RecordClass.GLASS_GRANT: lambda day: GlassGrant.objects.filter(judged_at__date__lt=day),
    RecordClass.ACCESS_LINE: lambda day: AccessLine.objects.filter(at__date__lt=day),
}


def add_finder(record_class: str, finder: find_due) -> None:
    """Called from the `ready` of a room above: how its records of one class are found due before a day."""
    FINDERS[record_class] = finder


def current_keeping() -> list[Keeping]:
    """Return the rules in force: the site's own where it has set one, else Banyan's proposal."""
    own = {rule.record_class: rule for rule in RetentionRule.objects.all()}
    return [
        describe_rule(own[default.record_class]) if default.record_class in own else default
        for default in DEFAULTS
    ]


def describe_rule(rule: RetentionRule) -> Keeping:
    return Keeping(
        record_class=RecordClass(rule.record_class), years=rule.years, action=rule.action, source=rule.source
    )


def list_due(on: date) -> list[Due]:
    """Return every class with how many of its records are due on a day."""
    return [count_due(keeping, on) for keeping in current_keeping()]


def count_due(keeping: Keeping, on: date) -> Due:
    before = years_before(on, keeping.years)
    finder = FINDERS.get(keeping.record_class)
    return Due(keeping=keeping, before=before, count=finder(before).count() if finder else 0)


def years_before(day: date, years: int) -> date:
    """Return the same day some years ago; of 29 February, 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
