"""An import taken back as one act: what it made is withdrawn, what it changed is as before, and all stays in history."""

from collections.abc import Callable, Iterator
from typing import Any

import pghistory
import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.access import log_access
from banyan.apps.people.services.bulk import change_people, update_frame
from banyan.apps.people.services.editing import lock_register
from banyan.apps.people.services.withdrawing import end_attendances, withdraw_people
from banyan.apps.registry.choices import BatchState, CheckState, RecordStatus
from banyan.apps.registry.models import Batch, CheckFinding, Tumour
from banyan.apps.registry.queries.matching import read_touched
from banyan.apps.registry.queries.undoing import (
    Plan,
    new_ids,
    read_attended,
    read_cases_back,
    read_people_back,
    read_plan,
)
from banyan.apps.registry.rules.undoing import TUMOUR_UNITS, fields_of
from banyan.apps.registry.services.acceptance import settle_constraints
from banyan.apps.registry.services.cases import (
    NOW,
    SOURCE_RULE,
    code_cases,
    find_all,
    rate_states,
    write_findings,
)
from banyan.apps.registry.services.opening import hold_batch
from banyan.apps.registry.services.trial import Progress, say_nothing
from banyan.science.coding import RULES_VERSION

PART = 10_000
ASKED: dict[str, Any] = {
    "tumour": pl.Int64,
    **dict.fromkeys(("rule", "result", "message_vi", "message_en"), pl.String),
    "fields": pl.List(pl.String),
}
_WITHDRAW = """
UPDATE registry_tumour SET status = 'deleted', version = version + 1, updated_by_id = %s, updated_at = now()
WHERE id = ANY(%s) AND status <> 'deleted'
"""
# a question between two sources falls with the one of them that is taken back, unless somebody has answered it
_DROP_QUESTIONS = """
DELETE FROM registry_checkfinding f USING registry_checkfindingevent e
WHERE e.pgh_obj_id = f.id AND e.pgh_label = 'insert' AND e.pgh_context_id IN (SELECT id FROM undo_context)
  AND f.rule = %s AND f.confirmed_by_id IS NULL
"""


class CannotUndo(Exception):
    """The import stands: it was never accepted or is taken back already, or something of later would be lost."""


@transaction.atomic
def plan_undoing(*, batch: Batch) -> Plan:
    """Say what taking a batch back would do; nothing is changed."""
    return read_plan(batch)


def undo_batch(*, batch: Batch, reason: str, by: Viewer, progress: Progress = say_nothing) -> Plan:
    """Take an accepted batch back, all of it or nothing. Returns what was done.

    Raises CannotUndo in one sentence that names cases, BatchBusy where another job works on the batch.
    """
    if not reason.strip():
        raise ValueError("an undoing has a reason")
    with hold_batch(batch):
        progress(0, _("Xem lô đã làm gì"))
        with (
            transaction.atomic(),
            pghistory.context(staff=by.staff_id, reason=reason.strip()[:300], undone_batch=batch.pk),
        ):
            plan = take_back(batch, by, progress)
            batch.state, batch.undone_reason = BatchState.UNDONE, reason.strip()[:300]
            batch.undone_by_id, batch.undone_at = by.staff_id, timezone.now()
            batch.save()
            log_access(by=by, action="undo", subject="batch", subject_id=batch.pk)
        progress(plan.touched, _("Xong"))
    return plan


def take_back(batch: Batch, by: Viewer, progress: Progress) -> Plan:
    lock_register()
    if Batch.objects.select_for_update().get(pk=batch.pk).state != BatchState.ACCEPTED:
        raise CannotUndo(_("Lô này chưa nhập, hoặc đã rút lại rồi."))
    plan = read_plan(batch)
    if plan.blocked_count:
        raise CannotUndo(say_blocked(plan))
    for people in give_parts(read_people_back):
        change_people(people.with_columns(updated_by_id=pl.lit(by.staff_id), updated_at=NOW))
    drop_questions()
    if batch.facility_id:
        end_attendances(told=read_attended(batch), facility_id=batch.facility_id)
    done = 0
    for cases in give_parts(read_cases_back):
        restore_cases(cases, by)
        settle_constraints()
        progress(done := done + cases.height, _("Trả lại giá trị trước"))
    for keys in cut(new_ids("tumour")):
        withdraw_cases(keys, by)
        settle_constraints()
        progress(done := done + len(keys), _("Rút ca do lô này thêm"))
    for keys in cut(new_ids("person")):
        withdraw_people(people=keys, by=by)
        settle_constraints()
        progress(done, _("Rút hồ sơ do lô này thêm"))
    return plan


def say_blocked(plan: Plan) -> str:
    """Say in one sentence which cases forbid it."""
    more = plan.blocked_count - len(plan.blocked)
    facts = {"numbers": ", ".join(plan.blocked), "more": more}
    if more:
        return (
            _(
                "Không rút lại được: sau lần nhập đã có người sửa, gộp hoặc nối thêm ở ca %(numbers)s và %(more)d ca khác."
            )
            % facts
        )
    return _("Không rút lại được: sau lần nhập đã có người sửa, gộp hoặc nối thêm ở ca %(numbers)s.") % facts


def give_parts(read: Callable[[int, int], pl.DataFrame]) -> Iterator[pl.DataFrame]:
    after = 0
    while (part := read(after, PART)).height:
        yield part
        after = int(part["id"][-1])


def cut(keys: list[int]) -> Iterator[list[int]]:
    yield from (keys[start : start + PART] for start in range(0, len(keys), PART))


def withdraw_cases(keys: list[int], by: Viewer) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [by.staff_id, keys])


def drop_questions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_DROP_QUESTIONS, [SOURCE_RULE])


def restore_cases(back: pl.DataFrame, by: Viewer) -> None:
    """Write cases as they were, derive their codes and check them as after any change."""
    known = back.rename({"id": "tumour"}).with_columns(pl.col(pl.String).replace("", None))
    people, _tumours, _sources = read_touched(known["person"])
    cases = code_cases(known, people)
    findings = find_all(cases, pl.DataFrame(schema=ASKED))
    keys = cases["tumour"].to_list()
    open_ones = CheckFinding.objects.filter(tumour__in=keys, confirmed_by__isnull=True)
    open_ones.exclude(rule=SOURCE_RULE).delete()
    write_findings(findings)
    asked = pl.DataFrame(
        list(open_ones.filter(rule=SOURCE_RULE).values_list("tumour_id", "result")),
        schema={"tumour": pl.Int64, "result": pl.String},
        orient="row",
    )
    told = pl.concat([findings.filter(~pl.col("answered")).select("tumour", "result"), asked])
    rated = cases.join(rate_states(told), on="tumour", how="left", maintain_order="left")
    update_frame(Tumour, describe_restored(rated, by))


def describe_restored(cases: pl.DataFrame, by: Viewer) -> pl.DataFrame:
    state = pl.col("check_state").fill_null(CheckState.OK.value)
    confirmed = (pl.col("status") == RecordStatus.CONFIRMED.value) & (state != CheckState.OK.value)
    texts = [name for name in fields_of(TUMOUR_UNITS) if name not in {"incidence_date", "status"}]
    return cases.select(
        pl.col("tumour").alias("id"),
        *(pl.col(name).fill_null("") for name in (*texts, "icd10", "iccc3", "site")),
        "incidence_date",
        "age",
        "ci5",
        "sources",
        "version",
        (pl.col("basis") == "0").fill_null(value=False).alias("dco"),
        state.alias("check_state"),
        pl.when(confirmed).then(pl.lit(RecordStatus.PENDING.value)).otherwise("status").alias("status"),
        pl.lit(RULES_VERSION).alias("tables_version"),
        pl.lit(by.staff_id).alias("updated_by_id"),
        NOW.alias("updated_at"),
    )
