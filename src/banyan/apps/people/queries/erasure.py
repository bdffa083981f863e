from django.db.models import Case, QuerySet, When

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.choices import ErasureState
from banyan.apps.people.models import Erasure
from banyan.apps.people.queries.person import visible_people


def visible_erasures(viewer: Viewer) -> QuerySet[Erasure]:
    """Return the erasures of the viewer's scope, those that wait first. After one, only the whole city's officers see it."""
    if not viewer.can(Capability.MANAGE_RIGHTS):
        return Erasure.objects.none()
    waits = Case(When(state=ErasureState.ASKED, then=0), default=1)
    erasures = Erasure.objects.select_related("person", "asked_by", "decided_by").order_by(waits, "-id")
    return erasures if viewer.whole_city else erasures.filter(person__in=visible_people(viewer))


def count_asked(viewer: Viewer) -> int:
    """Return how many wait for this viewer as the second person."""
    waiting = visible_erasures(viewer).filter(state=ErasureState.ASKED)
    return waiting.exclude(asked_by=viewer.staff_id).count()
