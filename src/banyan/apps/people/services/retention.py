from datetime import date

from django.db import transaction

from banyan.apps.core.choices import AlertKind, Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.alert import raise_alert
from banyan.apps.people.models import RetentionRule, RetentionRun
from banyan.apps.people.queries.retention import list_due


@transaction.atomic
def set_rule(*, record_class: str, years: int, action: str, source: str, by: Viewer) -> RetentionRule:
    """Set how long a class of record is kept here; the history keeps what was set before."""
    rule = RetentionRule.objects.select_for_update().filter(record_class=record_class).first()
    rule = rule or RetentionRule(record_class=record_class, version=0)
    rule.years, rule.action, rule.source = years, action, source
    rule.version += 1
    rule.updated_by_id = by.staff_id
    rule.save()
    return rule


@transaction.atomic
def run_retention(*, on: date) -> RetentionRun:
    """Write down what is due on a day, and tell the data officers; a day is listed once. Nothing is erased."""
    kept = RetentionRun.objects.filter(on=on).first()
    if kept:
        return kept
    due = {str(each.keeping.record_class): each.count for each in list_due(on)}
    run = RetentionRun.objects.create(on=on, due=due)
    if sum(due.values()):
        raise_alert(
            kind=AlertKind.RETENTION,
            subject_id=run.pk,
            capability=Capability.MANAGE_RIGHTS,
            facility_ids=[None],
            facts={"on": on.isoformat(), "count": sum(due.values())},
        )
    return run
