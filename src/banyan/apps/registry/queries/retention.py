from datetime import date

from django.db.models import QuerySet

from banyan.apps.people.choices import RecordClass
from banyan.apps.people.queries.retention import add_finder
from banyan.apps.registry.models import BatchFile


def old_files(before: date) -> QuerySet[BatchFile]:
    """Return the files, as they came, of batches that were entered before a day."""
    entered = BatchFile.objects.filter(batch__accepted_at__date__lt=before)
    return entered.exclude(content="")


def add_registry_finders() -> None:
    """Called from the app's `ready`."""
    add_finder(RecordClass.SOURCE_FILE, old_files)
