"""Held rows enter the register: all of them or none, with their history, by COPY."""

from time import perf_counter

import pghistory
import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.apps.core.rules import Viewer
from banyan.apps.people.services.editing import lock_register
from banyan.apps.registry.choices import BatchState, RowVerdict
from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.figures import copy_table
from banyan.apps.registry.queries.judging import Judged, judge_rows
from banyan.apps.registry.rules.cells import REFUSALS
from banyan.apps.registry.services.cases import write_cases
from banyan.apps.registry.services.trial import KEPT, Progress, say_nothing

ENTERING = (RowVerdict.NEW.value, RowVerdict.CHANGED.value)
_HELD = """
SELECT id, line, fingerprint, verdict, raw, read FROM registry_heldrow
WHERE batch_id = {batch:d} AND verdict IN ('new', 'changed') ORDER BY id
"""
_DAYS = ("birth_date", "incidence_date", "last_contact_date", "death_date", "notification_date")


class RegisterMoved(Exception):
    """The register changed after the dry run, and with it what some row would do."""


def accept_batch(*, batch: Batch, by: Viewer, progress: Progress = say_nothing) -> Batch:
    """Enter the rows that are new or change something; refused ones stay in the holding area.

    Raises RegisterMoved, with nothing entered and the verdicts brought up to date, where the register no
    longer is what the person who accepted was shown.
    """
    start = perf_counter()
    progress(0, _("Ghi vào sổ, tất cả hoặc không dòng nào"))
    try:
        with transaction.atomic(), pghistory.context(staff=by.staff_id, reason=batch.name, batch=batch.pk):
            entered = enter_rows(batch, by)
            close_batch(batch, by, entered)
    except RegisterMoved:
        renew_verdicts(batch)
        raise
    batch.seconds = perf_counter() - start
    progress(batch.entered, _("Xong"))
    return batch


def enter_rows(batch: Batch, by: Viewer) -> int:
    lock_register()
    rows, raw = read_held(batch)
    judged = judge_rows(rows.drop("held_verdict"), pl.DataFrame(schema=REFUSALS), batch, is_checked=True)
    moved = judged.rows.filter(judged.rows["verdict"] != rows["held_verdict"])
    if moved.height:
        raise RegisterMoved(
            _("Sổ đã đổi sau lần chạy thử: %(count)d dòng có kết quả khác. Hãy xem lại rồi nhập.")
            % {"count": moved.height}
        )
    write_cases(batch=batch, judged=judged, raw=raw, by=by)
    return judged.rows.height


def read_held(batch: Batch) -> tuple[pl.DataFrame, pl.Series]:
    """Return the rows that wait to enter, as `judge_rows` takes them, and what the file said."""
    schema = dict.fromkeys(("fingerprint", "held_verdict", "raw", "read"), pl.String)
    held = copy_table(_HELD.format(batch=batch.pk), {"id": pl.Int64, "line": pl.Int64, **schema})
    kept = pl.Struct(dict.fromkeys(KEPT, pl.String))
    read = (
        held["read"].str.json_decode(kept).struct.unnest()
        if held.height
        else pl.DataFrame(schema=dict.fromkeys(KEPT, pl.String))
    )
    rows = read.with_columns(pl.col(_DAYS).str.to_date("%Y-%m-%d")).with_row_index("row")
    return rows.hstack(held.select("id", "line", "fingerprint", "held_verdict")), held["raw"]


def close_batch(batch: Batch, by: Viewer, entered: int) -> None:
    """Clear what has entered from the holding area; the batch's own event ends the transaction.

    Refused rows stay to be corrected, and enter later as a second part of the same batch.
    """
    held = batch.held.exclude(verdict=RowVerdict.REFUSED)
    held._raw_delete(held.db)  # noqa: SLF001 -- nothing hangs on a held row; Django would read 100,000 of them first
    batch.entered += entered
    batch.state = BatchState.ACCEPTED
    batch.accepted_by_id, batch.accepted_at = by.staff_id, timezone.now()
    batch.save()


@transaction.atomic
def renew_verdicts(batch: Batch) -> None:
    """Judge the held rows again against the register as it is now."""
    rows, _raw = read_held(batch)
    judged = judge_rows(rows.drop("held_verdict"), pl.DataFrame(schema=REFUSALS), batch, is_checked=True)
    reasons = gather_reasons(judged)
    known = {
        row["id"]: row
        for row in judged.rows.select("id", "row", "verdict", "person", "tumour", "same").iter_rows(
            named=True
        )
    }
    held = list(batch.held.filter(pk__in=list(known)))
    for row in held:
        found = known[row.pk]
        row.verdict = found["verdict"]
        row.reasons = reasons.get(found["row"], [])
        row.rule = row.reasons[0]["rule"] if row.reasons else found["same"] or ""
        row.tumour_id = found["tumour"] if (found["tumour"] or 0) > 0 else None
        row.person_id = found["person"] if (found["person"] or 0) > 0 else None
    batch.held.model.objects.bulk_update(
        held, ["verdict", "reasons", "rule", "tumour_id", "person_id"], batch_size=2_000
    )
    recount(batch)


def gather_reasons(judged: Judged) -> dict[int, list[dict[str, str]]]:
    reasons: dict[int, list[dict[str, str]]] = {}
    for frame in (judged.refusals, judged.changes):
        for row in frame.iter_rows(named=True):
            reasons.setdefault(row.pop("row"), []).append(row)
    return reasons


def recount(batch: Batch) -> None:
    """Bring the counts of a batch in line with its held rows."""
    for verdict in RowVerdict.values:
        setattr(batch, verdict, batch.held.filter(verdict=verdict).count())
    batch.save()
