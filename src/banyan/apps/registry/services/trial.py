"""The dry run: every row read, coded, checked and matched, and held. Nothing enters the register."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

import polars as pl
from django.db import connection, transaction
from django.utils.translation import gettext as _

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.bulk import copy_frame
from banyan.apps.registry.choices import BatchState, RowVerdict
from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.queries.batch import OPEN
from banyan.apps.registry.queries.held import KEPT
from banyan.apps.registry.queries.judging import Judged, judge_rows
from banyan.apps.registry.rules.merging import ASK
from banyan.apps.registry.services.opening import hold_batch, open_batch
from banyan.apps.registry.services.parting import give_parts
from banyan.apps.registry.services.receiving import forget_held

Progress = Callable[[int, str], None]


def say_nothing(done: int, step: str) -> None:
    """Report to nobody."""


def try_batch(*, batch: Batch, by: Viewer, progress: Progress = say_nothing) -> Batch:  # noqa: ARG001 -- every write names its author
    """Run the rows of a batch dry and hold them with their verdicts, a part of the file at a time.

    Raises FileFault where the file can no longer be read, BatchBusy where another job works on the batch, and
    BatchClosed where it has entered or was dropped meanwhile.
    """
    start = perf_counter()
    with hold_batch(batch), open_batch(batch) as (stored, folder):
        refuse_closed(batch)
        progress(0, _("Đọc tệp"))
        forget_held(batch)
        total = Total()
        for part in give_parts(stored, batch, folder, lambda rows: progress(rows // 4, _("Đọc tệp"))):
            with transaction.atomic():
                judged = judge_rows(part.rows, part.refusals, batch)
                hold_rows(batch, judged, part.table)
            total.add(judged)
            progress(stored.height // 4 + total.rows * 3 // 4, _("Kiểm tra và đối chiếu"))
        total.write(batch)
        batch.seconds = perf_counter() - start
        batch.state = BatchState.TRIED
        batch.save()
        progress(stored.height, _("Xong"))
    return batch


class BatchClosed(Exception):
    """The batch has entered or was dropped; there is nothing to try."""


def refuse_closed(batch: Batch) -> None:
    if batch.state not in OPEN:
        raise BatchClosed(_("Lô này đã nhập hoặc đã bỏ, không chạy thử lại được."))


@dataclass
class Total:
    """Rows by verdict, fields that would change, rows that wait for a person: counted part by part."""

    rows: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    unsure: int = 0
    changes: int = 0

    def add(self, judged: Judged) -> None:
        self.rows += judged.rows.height
        self.verdicts.update(dict(judged.rows.group_by("verdict").len().iter_rows()))
        self.unsure += judged.unsure
        self.changes += judged.changes.filter((pl.col("rule") != ASK) & (pl.col("field") != "sources")).height

    def write(self, batch: Batch) -> None:
        for verdict in RowVerdict.values:
            setattr(batch, verdict, self.verdicts[verdict])
        batch.rows, batch.unsure, batch.changes = self.rows, self.unsure, self.changes


def hold_rows(batch: Batch, judged: Judged, table: pl.DataFrame) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    copy_frame(HeldRow, describe_held(batch, judged, table))


def describe_held(batch: Batch, judged: Judged, table: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of the holding area: what the file said, how we read it, what would become of it."""
    raw = pl.Series("raw", encode_rows(table))
    read = pl.Series("read", encode_rows(judged.rows.select(KEPT)))
    frame = judged.rows.select(
        "row", "line", "fingerprint", "verdict", "person", "tumour", "same"
    ).with_columns(raw, read)
    reasons = pl.concat([explain_refusals(batch, judged, table), explain_changes(judged)])
    joined = frame.join(reasons, on="row", how="left", maintain_order="left")
    known = {name: pl.when(pl.col(name) > 0).then(name) for name in ("person", "tumour")}
    return joined.select(
        pl.lit(batch.pk).alias("batch_id"),
        "line",
        "raw",
        "read",
        "verdict",
        pl.col("reasons").fill_null("[]"),
        pl.coalesce("rule", "same", pl.lit("")).alias("rule"),
        pl.col("unsure").fill_null(value=False),
        known["tumour"].alias("tumour_id"),
        known["person"].alias("person_id"),
        "fingerprint",
        pl.lit(value=False).alias("corrected"),
    )


def encode_rows(frame: pl.DataFrame) -> pl.Series:
    """Write each row as JSON, what is empty left out of sight of nobody: null."""
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def encode_reasons(reasons: pl.DataFrame, *names: str) -> pl.DataFrame:
    """Gather the reasons of a row into one JSON list."""
    grouped = reasons.group_by("row", maintain_order=True).agg(
        reasons=pl.struct(names), rule=pl.col("rule").first(), unsure=(pl.col("rule") == ASK).any()
    )
    text = pl.struct("reasons").struct.json_encode()
    return grouped.with_columns(reasons=text.str.strip_prefix('{"reasons":').str.head(-1))


def explain_refusals(batch: Batch, judged: Judged, table: pl.DataFrame) -> pl.DataFrame:
    """Return the reasons of refused rows; each shows the cell as the file has it."""
    refusals = judged.refusals.with_columns(
        column=pl.col("field").replace_strict(batch.mapping, default=None, return_dtype=pl.String)
    )
    blamed = [name for name in refusals["column"].drop_nulls().unique() if name in table.columns]
    cells = (
        judged.rows.select("row")
        .hstack(table.select(blamed))
        .filter(pl.col("row").is_in(refusals["row"].implode()))
        .unpivot(index="row", variable_name="column", value_name="cell")
    )
    shown = refusals.join(cells, on=["row", "column"], how="left", maintain_order="left")
    shown = shown.with_columns(value=pl.coalesce("value", "cell")).sort("row", maintain_order=True)
    return encode_reasons(shown, "field", "column", "value", "rule", "vi", "en")


def explain_changes(judged: Judged) -> pl.DataFrame:
    refused = judged.rows.filter(pl.col("verdict") == RowVerdict.REFUSED.value)["row"]
    kept = judged.changes.filter(~pl.col("row").is_in(refused.implode()))
    return encode_reasons(kept, "field", "old", "new", "rule")
