from dataclasses import dataclass

from django.db.models import Case, Q, QuerySet, Value, When

from banyan.apps.core.rules import Viewer
from banyan.apps.people.queries.person import seen_through, visible_people
from banyan.apps.people.queries.search import search_people
from banyan.apps.registry.choices import BatchState, RecordStatus
from banyan.apps.registry.models import Notification, Tumour
from banyan.apps.registry.models.tumour import WAITS
from banyan.apps.registry.rules.tumour import HARM

# beyond this many a list says "more than", and does not count on
COUNTED = 2_000
# so many records one number may find
FEW = 200
SORTS = {
    "date": ("-incidence_date", "-id"),
    "oldest": ("incidence_date", "id"),
    "name": ("person__sort_name", "id"),
    "number": ("number",),
}


@dataclass(frozen=True, kw_only=True)
class CaseFilter:
    """What a list of cases is narrowed to; empty means all."""

    text: str = ""
    site: str = ""
    year: int | None = None
    sex: str = ""
    status: str = ""
    check_state: str = ""
    ward: str = ""
    sort: str = "date"


def visible_tumours(viewer: Viewer) -> QuerySet[Tumour]:
    """Return the tumours of the people whom the viewer may see, the deleted ones left out."""
    return Tumour.objects.filter(seen_through(viewer, "person_id")).exclude(status=RecordStatus.DELETED)


def find_cases(viewer: Viewer, wanted: CaseFilter) -> QuerySet[Tumour]:
    """Return the cases that a filter asks for, with their persons, in its order."""
    cases = visible_tumours(viewer)
    exact = {
        "site": wanted.site,
        "incidence_date__year": wanted.year,
        "person__sex": wanted.sex,
        "status": wanted.status,
        "check_state": wanted.check_state,
        "ward_code": wanted.ward,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value})
    if wanted.text:
        cases = cases.filter(match_text(viewer, wanted.text))
    return cases.select_related("person").order_by(*SORTS.get(wanted.sort, SORTS["date"]))


def match_text(viewer: Viewer, text: str) -> Q:
    """Return what finds a case by its number, a number of its person, or the name, with accents or without."""
    word = text.strip()
    people = search_people(visible_people(viewer), word)
    if not any(letter.isdigit() for letter in word):
        return Q(person__in=people.values("pk"))
    # each look-up by itself is an index; joined by OR they would be a scan
    found = {*Tumour.objects.filter(number=word.upper()).values_list("pk", flat=True)[:FEW]}
    for asked in (
        {"person__number": word.upper()},
        {"notifications__source_number": word},
        {"person__in": list(people.values_list("pk", flat=True)[:FEW])},
    ):
        found.update(Tumour.objects.filter(**asked).values_list("pk", flat=True)[:FEW])
    return Q(pk__in=found)


def waiting_cases(viewer: Viewer) -> QuerySet[Tumour]:
    """Return what a registrar has to answer or finish: by harm, the longest unchanged first."""
    harm = Case(
        *(When(check_state=state, then=Value(rank)) for state, rank in HARM.items()), default=Value(0)
    )
    # persons are read after the page is cut: joined before, all of the register's would be gone through
    return (
        visible_tumours(viewer)
        .filter(WAITS)
        .annotate(harm=harm)
        .prefetch_related("person")
        .order_by("-harm", "updated_at", "id")
    )


def next_waiting(viewer: Viewer, after: Tumour) -> Tumour | None:
    """Return the next case of the worklist that is not this one."""
    return waiting_cases(viewer).exclude(pk=after.pk).first()


def standing_notices(tumour: Tumour) -> QuerySet[Notification]:
    """Return what sources say of a case; those of an import that was taken back say nothing any more."""
    return tumour.notifications.exclude(batch__state=BatchState.UNDONE)


def count_some(cases: QuerySet[Tumour]) -> int:
    """Count, but never further than a list needs."""
    return cases.order_by()[: COUNTED + 1].count()
