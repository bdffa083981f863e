from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.people.queries.person import visible_people
from banyan.apps.registry.choices import RecordStatus
from banyan.apps.registry.models import Tumour


def visible_tumours(viewer: Viewer) -> QuerySet[Tumour]:
    """Return the tumours of the people whom the viewer may see, the deleted ones left out."""
    return Tumour.objects.filter(person__in=visible_people(viewer)).exclude(status=RecordStatus.DELETED)
