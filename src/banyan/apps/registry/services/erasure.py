"""How the register forgets a person and keeps her cancers: age, sex, ward, codes, year and spans stay as they were."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.services.erasure import Eraser, add_eraser
from banyan.apps.registry.choices import BatchState, DraftForm, RecordStatus
from banyan.apps.registry.models import (
    Batch,
    BatchFile,
    CheckFinding,
    Draft,
    HeldRow,
    Notification,
    Tumour,
)

# what a source said of the tumour itself; what it said of the person and of days goes
OF_THE_TUMOUR = frozenset(
    {"topography", "morphology", "behaviour", "grade", "laterality", "basis", "stage", "t", "n", "m", "icd10"}
)
ENTERED = (BatchState.ACCEPTED, BatchState.UNDONE)
OPEN = (BatchState.RECEIVED, BatchState.MAPPED, BatchState.TRIED)


def dates_of(keys: list[int]) -> Iterable[date]:
    """Return the days on which her cancers count."""
    days = Tumour.objects.filter(person__in=keys).values_list("incidence_date", flat=True)
    return [day for day in days if day]


def duties_of(keys: list[int]) -> Iterator[str | Promise]:
    """Say why her records must stay whole: a case that is not finished needs her identity to be finished."""
    if Tumour.objects.filter(person__in=keys, status=RecordStatus.PENDING).exists():
        yield _("còn ca bệnh chưa xác nhận")
    if HeldRow.objects.filter(person_id__in=keys, batch__state__in=OPEN).exists():
        yield _("còn dòng dữ liệu chờ nhập trong lô chưa đóng")


def forget_person(keys: list[int], days: int) -> dict[str, int]:
    """Take her out of the register's own records; the caller has lifted the guards of this transaction."""
    tumours = Tumour.objects.filter(person__in=keys)
    ids = list(tumours.values_list("pk", flat=True))
    notices = Notification.objects.filter(tumour__in=ids)
    removed = {
        "held_row": scrub_held(keys, ids, notices),
        "source_file": drop_files(notices),
        "draft": Draft.objects.filter(form=DraftForm.CASE, subject_id__in=ids).delete()[0],
        "notification": scrub_notices(notices, ids),
        "finding": CheckFinding.objects.filter(tumour__in=ids).delete()[0],
    }
    events_of(CheckFinding).filter(tumour_id__in=ids).delete()
    tumours.update(incidence_date=F("incidence_date") + timedelta(days=days), version=F("version") + 1)
    earlier = events_of(Tumour).filter(pgh_obj_id__in=ids)
    newest = earlier.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id").values("pgh_id")
    removed["tumour_event"] = earlier.exclude(pgh_id__in=newest).update(incidence_date=None)
    return removed


def scrub_held(keys: list[int], ids: list[int], notices: QuerySet[Notification]) -> int:
    """Empty the rows of her that wait in the holding area or went through it; their fingerprints stay.

    A fingerprint alone lets the register know the same line again, so that the next delivery of a file does not
    bring her back.
    """
    lines = [Q(batch_id=batch, line=line) for batch, line in notices.values_list("batch_id", "line") if batch]
    hers = reduce(or_, lines, Q(person_id__in=keys) | Q(tumour_id__in=ids))
    return HeldRow.objects.filter(hers).update(raw={}, read={}, reasons=[])


def drop_files(notices: QuerySet[Notification]) -> int:
    """Drop the files as they came, of batches that are in: what they said of others stands in the others' sources."""
    batches = Batch.objects.filter(pk__in=notices.values("batch"), state__in=ENTERED)
    dropped = 0
    for file in BatchFile.objects.filter(batch__in=batches).exclude(content=""):
        transaction.on_commit(partial(file.content.storage.delete, str(file.content.name)))
        BatchFile.objects.filter(pk=file.pk).update(content="", name="")
        dropped += 1
    return dropped


def scrub_notices(notices: QuerySet[Notification], ids: list[int]) -> int:
    blanks: dict[str, Any] = {"raw": {}, "source_number": "", "source_person": "", "date": None}
    for notice in notices:
        said = {name: value for name, value in notice.said.items() if name in OF_THE_TUMOUR}
        Notification.objects.filter(pk=notice.pk).update(**blanks, said=said)
    earlier = {name: value for name, value in blanks.items() if name != "raw"}  # history never held it
    events_of(Notification).filter(tumour_id__in=ids).update(**earlier, said={})
    return notices.count()


def events_of(model: type[Any]) -> QuerySet[Any]:
    """Return the history of a table of the register."""
    rows: QuerySet[Any] = apps.get_model("registry", f"{model.__name__}Event").objects.all()
    return rows


def add_registry_eraser() -> None:
    """Called from the app's `ready`."""
    add_eraser(Eraser(dates=dates_of, duties=duties_of, forget=forget_person))
