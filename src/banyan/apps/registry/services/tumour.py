"""One case: added, changed, checked, answered, confirmed. Every save derives the codes and runs the checks."""

from collections.abc import Mapping
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone

from banyan.apps.core.rules import Viewer
from banyan.apps.people.services.editing import (
    EditConflict,
    ReasonMissing,
    apply_changes,
    lock_register,
    lock_version,
    require_reason,
)
from banyan.apps.registry.choices import CheckState, NotificationKind, RecordStatus
from banyan.apps.registry.models import CheckFinding, Notification, Tumour
from banyan.apps.registry.rules.tumour import ANSWERABLE, CLINICAL, EDITABLE, worst_state
from banyan.apps.registry.services.cases import PREFIX, SOURCE_RULE, last_number
from banyan.apps.registry.services.judging import check_facts, derive_facts, read_facts
from banyan.science.coding import RULES_VERSION, Edition, Morphology, Topography

__all__ = [
    "EditConflict",
    "ReasonMissing",
    "add_tumour",
    "change_tumour",
    "confirm_finding",
    "confirm_tumour",
    "recheck_tumour",
]


class NotReady(Exception):
    """The case has a finding that nobody has answered; it cannot be confirmed."""


@transaction.atomic
def add_tumour(*, person: Any, by: Viewer, kind: str = NotificationKind.REGISTRY, **facts: Any) -> Tumour:
    """Add a case from paper: the tumour, and the notification that says what the paper said."""
    refuse_unknown(facts)
    lock_register()
    tumour = Tumour(person=person, updated_by_id=by.staff_id, sources=1, **facts)
    year = tumour.incidence_date.year if tumour.incidence_date else timezone.localdate().year
    tumour.number = f"{PREFIX}-{year}-{last_number(year) + 1:06d}"
    check_codes(tumour)
    derive(tumour)
    tumour.save(force_insert=True)
    recheck_tumour(tumour)
    Notification.objects.create(
        tumour=tumour,
        facility_id=by.facility_id,
        kind=kind,
        date=tumour.incidence_date,
        said={name: str(value) for name, value in facts.items() if value not in {None, ""}},
    )
    return tumour


@transaction.atomic
def change_tumour(
    *, tumour: Tumour, changes: Mapping[str, Any], version: int, reason: str, by: Viewer
) -> Tumour:
    """Change fields of a case.

    Raises EditConflict if somebody else changed it since `version`, ReasonMissing if a coded value changes
    and `reason` is empty.
    """
    refuse_unknown(changes)
    with pghistory.context(reason=reason, staff=by.staff_id):
        row: Tumour = lock_version(Tumour, tumour.pk, version)
        changed = apply_changes(row, changes)
        if changed:
            require_reason(changed, CLINICAL, reason)
            check_codes(row)
            derive(row)
            row.version += 1
            row.updated_by_id = by.staff_id
        settle_questions(row, changed)
        recheck_tumour(row)
    return row


def check_codes(tumour: Tumour) -> None:
    """Refuse codes that the edition does not have. Raises CodeError."""
    edition = Edition(tumour.edition)
    Topography(tumour.topography, edition)
    Morphology(tumour.morphology, tumour.behaviour, edition)


def derive(tumour: Tumour) -> None:
    """Set what follows from the codes and dates."""
    derived = derive_facts(read_facts(tumour))
    for name in ("icd10", "iccc3", "site"):
        setattr(tumour, name, derived[name] or "")
    tumour.ci5, tumour.age = derived["ci5"], derived["age"]
    tumour.dco = tumour.basis == "0"
    tumour.dci = tumour.dci or tumour.dco
    tumour.tables_version = RULES_VERSION


@transaction.atomic
def recheck_tumour(tumour: Tumour) -> Tumour:
    """Run the checks, keep what they say, and set the state that follows; answered findings stay answered."""
    found = {
        (row["rule"], row["message_vi"][:300]): row
        for row in check_facts(read_facts(tumour), timezone.localdate())
    }
    kept = {(finding.rule, finding.message_vi): finding for finding in tumour.findings.all()}
    gone = [finding.pk for key, finding in kept.items() if key not in found and finding.rule != SOURCE_RULE]
    CheckFinding.objects.filter(pk__in=gone).delete()
    for key in found.keys() - kept.keys():
        add_finding(tumour, found[key])
    return set_state(tumour)


@transaction.atomic
def recheck_person(person_id: int) -> None:
    """Derive and check the cases of a person again: her sex, her birth or the record itself has changed."""
    cases = Tumour.objects.filter(person=person_id).exclude(status=RecordStatus.DELETED)
    for tumour in cases.select_related("person").order_by("pk"):
        derive(tumour)
        recheck_tumour(tumour)


def add_finding(tumour: Tumour, row: Mapping[str, Any]) -> CheckFinding:
    return CheckFinding.objects.create(
        tumour=tumour,
        rule=row["rule"],
        result=row["result"],
        message_vi=row["message_vi"][:300],
        message_en=row["message_en"][:300],
        fields=list(row["fields"]),
        rules_version=RULES_VERSION,
    )


def settle_questions(tumour: Tumour, changed: list[str]) -> None:
    """A question between two sources is answered by whoever then sets the field."""
    asked = tumour.findings.filter(rule=SOURCE_RULE, confirmed_by__isnull=True)
    asked.filter(fields__contained_by=changed).delete()


def set_state(tumour: Tumour) -> Tumour:
    """Store the worst unanswered finding; a confirmed case with one goes back to work."""
    open_results = tumour.findings.filter(confirmed_by__isnull=True).values_list("result", flat=True)
    tumour.check_state = worst_state(open_results)
    if tumour.status == RecordStatus.CONFIRMED and tumour.check_state != CheckState.OK:
        tumour.status = RecordStatus.PENDING
    tumour.save()
    return tumour


@transaction.atomic
def confirm_finding(*, finding: CheckFinding, reason: str, by: Viewer) -> CheckFinding:
    """Answer a rare or open finding with a reason. What is impossible can only be corrected."""
    if finding.result not in ANSWERABLE:
        raise ValueError("an impossible value is corrected, not confirmed")
    if not reason.strip():
        raise ValueError("a finding is confirmed with a reason")
    with pghistory.context(reason=reason, staff=by.staff_id):
        lock_register()
        finding.confirmed_by_id, finding.confirmed_reason = by.staff_id, reason.strip()[:300]
        finding.confirmed_at = timezone.now()
        finding.save()
        set_state(finding.tumour)
    return finding


@transaction.atomic
def confirm_tumour(*, tumour: Tumour, version: int, by: Viewer) -> Tumour:
    """Call a case done. Raises NotReady while a finding waits for an answer."""
    row: Tumour = lock_version(Tumour, tumour.pk, version)
    if row.check_state != CheckState.OK:
        raise NotReady
    row.status = RecordStatus.CONFIRMED
    row.version += 1
    row.updated_by_id = by.staff_id
    row.save()
    return row


def refuse_unknown(facts: Mapping[str, Any]) -> None:
    if unknown := set(facts) - set(EDITABLE):
        raise TypeError(f"a case has no field {', '.join(sorted(unknown))} that may be set")
