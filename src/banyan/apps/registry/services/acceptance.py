"""Held rows enter the register: all of them or none, with their history, by COPY."""

import json
from time import perf_counter

import pghistory
import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.apps.core.rules import Viewer
from banyan.apps.people.services.bulk import update_frame
from banyan.apps.people.services.editing import lock_register
from banyan.apps.registry.choices import BatchState, RowVerdict
from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.queries.held import give_held
from banyan.apps.registry.queries.judging import Judged, judge_rows
from banyan.apps.registry.rules.refusing import REFUSALS
from banyan.apps.registry.services.cases import write_cases
from banyan.apps.registry.services.opening import hold_batch
from banyan.apps.registry.services.trial import Progress, say_nothing

NO_REASON = ({"rule": ""},)
# tables whose size the planner must know while they grow within one transaction
GROWING = ("people_person", "registry_tumour", "registry_notification")


class RegisterMoved(Exception):
    """The register changed after the dry run, and with it what some row would do."""


def accept_batch(*, batch: Batch, by: Viewer, progress: Progress = say_nothing) -> Batch:
    """Enter the rows that are new or change something; refused ones stay in the holding area.

    Raises RegisterMoved, with nothing entered and the verdicts brought up to date, where the register no
    longer is what the person who accepted was shown; BatchBusy where another job works on the batch.
    """
    start = perf_counter()
    with hold_batch(batch):
        progress(0, _("Ghi vào sổ, tất cả hoặc không dòng nào"))
        try:
            with (
                transaction.atomic(),
                pghistory.context(staff=by.staff_id, reason=batch.name, batch=batch.pk),
            ):
                entered = enter_rows(batch, by, progress)
                close_batch(batch, by, entered)
        except RegisterMoved:
            renew_verdicts(batch)
            raise
        batch.seconds = perf_counter() - start
        progress(entered, _("Xong"))
    return batch


def enter_rows(batch: Batch, by: Viewer, progress: Progress) -> int:
    """Write the waiting rows part by part; a part sees what those before it have written."""
    lock_register()
    refuse_unready(Batch.objects.select_for_update().get(pk=batch.pk))
    entered = 0
    for number, (rows, raw) in enumerate(give_held(batch)):
        judged = judge_held(rows, batch)
        moved = judged.rows.filter(judged.rows["verdict"] != rows["held_verdict"])
        if moved.height:
            raise RegisterMoved(say_moved(batch, moved.height))
        write_cases(batch=batch, judged=judged, raw=raw, by=by)
        entered += rows.height
        settle_part(number)
        progress(entered, _("Ghi vào sổ, tất cả hoặc không dòng nào"))
    return entered


def say_moved(batch: Batch, count: int) -> str:
    """Say why the register is no longer what the dry run saw; a twin that was faster is named."""
    twins = Batch.objects.filter(sha256=batch.sha256, state=BatchState.ACCEPTED, origin=batch.origin)
    twin = twins.filter(accepted_at__gt=batch.received_at).exclude(pk=batch.pk).last()
    if twin:
        return _("Đúng tệp này vừa được nhập ở lô %(pk)d; không dòng nào vào sổ lần thứ hai.") % {
            "pk": twin.pk
        }
    return _("Sổ đã đổi sau lần chạy thử: %(count)d dòng có kết quả khác. Hãy xem lại rồi nhập.") % {
        "count": count
    }


def refuse_unready(batch: Batch) -> None:
    if batch.state not in {BatchState.TRIED, BatchState.ACCEPTED}:
        raise RegisterMoved(_("Lô này chưa chạy thử xong, hoặc đã bỏ."))


def judge_held(rows: pl.DataFrame, batch: Batch) -> Judged:
    return judge_rows(rows.drop("held_verdict"), pl.DataFrame(schema=REFUSALS), batch, is_checked=True)


def settle_part(number: int) -> None:
    """Check what is put off to the end now, so that it does not pile up; let the planner see what grew."""
    settle_constraints()
    with connection.cursor() as cursor:
        # after the first part, the second, the fourth, the eighth
        if number & (number + 1) == 0:
            for table in GROWING:
                cursor.execute(f"ANALYZE {table}")


def settle_constraints() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def close_batch(batch: Batch, by: Viewer, entered: int) -> None:
    """Clear what has entered from the holding area; the batch's own event ends the transaction.

    Refused rows stay to be corrected, and enter later as a second part of the same batch.
    """
    held = batch.held.exclude(verdict=RowVerdict.REFUSED)
    held._raw_delete(held.db)  # noqa: SLF001 -- nothing hangs on a held row; Django would read 100,000 of them first
    if batch.state == BatchState.ACCEPTED and not entered:
        # done twice, the work stays the one's who did it
        return
    batch.entered += entered
    batch.state = BatchState.ACCEPTED
    batch.accepted_by_id, batch.accepted_at = by.staff_id, timezone.now()
    batch.save()


@transaction.atomic
def renew_verdicts(batch: Batch) -> None:
    """Judge the held rows again against the register as it is now."""
    for rows, _raw in give_held(batch):
        judged = judge_held(rows, batch)
        reasons = gather_reasons(judged)
        found = judged.rows.with_columns(
            reasons=pl.Series(
                [json.dumps(reasons.get(row, [])) for row in judged.rows["row"]], dtype=pl.String
            ),
            rule=pl.Series(
                [(reasons.get(row) or NO_REASON)[0]["rule"] for row in judged.rows["row"]], dtype=pl.String
            ),
        )
        known = {name: pl.when(pl.col(name) > 0).then(name) for name in ("person", "tumour")}
        update_frame(
            HeldRow,
            found.select(
                "id",
                "verdict",
                "reasons",
                pl.coalesce(pl.col("rule").replace("", None), "same", pl.lit("")).alias("rule"),
                known["tumour"].alias("tumour_id"),
                known["person"].alias("person_id"),
            ),
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
