from collections.abc import Sequence

from django.db.models import Count, QuerySet

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.registry.choices import BatchState, RowVerdict
from banyan.apps.registry.models import Batch, HeldRow, Tumour

OPEN = (BatchState.RECEIVED, BatchState.MAPPED, BatchState.TRIED)


def visible_batches(viewer: Viewer) -> QuerySet[Batch]:
    """Return the batches of the viewer's facility; the registry's own staff see all."""
    if not viewer.can(Capability.IMPORT_CASES):
        return Batch.objects.none()
    batches = Batch.objects.select_related("facility", "received_by", "accepted_by", "undone_by")
    return batches if viewer.whole_city else batches.filter(facility_id=viewer.facility_id)


def count_open(viewer: Viewer) -> int:
    """Return how many batches wait for somebody."""
    return visible_batches(viewer).filter(state__in=OPEN).count()


def earlier_batches(batch: Batch) -> QuerySet[Batch]:
    """Return the batches that brought the very same file before."""
    return Batch.objects.filter(sha256=batch.sha256, pk__lt=batch.pk).exclude(
        state__in=[BatchState.DROPPED, BatchState.UNDONE]
    )


def count_rules(batch: Batch) -> list[tuple[str, int]]:
    """Return the rules by which rows are refused, the commonest first."""
    refused = batch.held.filter(verdict=RowVerdict.REFUSED).order_by()
    counted = refused.values("rule").annotate(rows=Count("pk")).order_by("-rows", "rule")
    return [(row["rule"], row["rows"]) for row in counted]


def sample_reasons(batch: Batch, rules: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return one reason of each rule, for its words."""
    refused = (
        batch.held.filter(verdict=RowVerdict.REFUSED, rule__in=rules)
        .order_by("rule", "line")
        .distinct("rule")
    )
    return {row.rule: row.reasons[0] for row in refused if row.reasons}


def refused_rows(batch: Batch, rule: str = "") -> QuerySet[HeldRow]:
    rows = batch.held.filter(verdict=RowVerdict.REFUSED)
    return (rows.filter(rule=rule) if rule else rows).order_by("line")


def changed_rows(batch: Batch, *, unsure_only: bool = False) -> QuerySet[HeldRow]:
    rows = batch.held.filter(verdict=RowVerdict.CHANGED)
    return (rows.filter(unsure=True) if unsure_only else rows).order_by("-unsure", "line")


def known_cases(rows: Sequence[HeldRow]) -> dict[int, Tumour]:
    """Return the cases of the register that held rows are about, with their persons."""
    wanted = [row.tumour_id for row in rows if row.tumour_id]
    return Tumour.objects.select_related("person").in_bulk(wanted)
