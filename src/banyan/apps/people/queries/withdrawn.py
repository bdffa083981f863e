"""Records taken back with their import: nobody's, yet the data officer must still be able to show and erase them."""

from django.db.models import F, Q, QuerySet

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Person
from banyan.apps.people.queries.search import exact_owners, match_beginnings
from banyan.apps.people.rules import read_number
from banyan.science.linkage.names import fold_name


def withdrawn_people(viewer: Viewer) -> QuerySet[Person]:
    """Return the withdrawn records that still name somebody, to the data officers of the whole city alone."""
    if not (viewer.can(Capability.MANAGE_RIGHTS) and viewer.whole_city):
        return Person.objects.none()
    return Person.objects.filter(merged_into=F("pk")).exclude(full_name="")


def find_withdrawn(viewer: Viewer, text: str) -> QuerySet[Person]:
    """Narrow them to a number or to the beginnings of a name's words, in Vietnamese order of names."""
    found = withdrawn_people(viewer).order_by("sort_name", "pk")
    if not text:
        return found
    if read_number(text):
        return found.filter(Q(pk__in=exact_owners(text)))
    return found.filter(match_beginnings(fold_name(text)))
