"""The kept files of a batch as one table on disk: read within bounds, CanReg5's three joined."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory

import polars as pl
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from banyan.apps.registry.choices import FileRole
from banyan.apps.registry.models import Batch, BatchFile
from banyan.apps.registry.rules.columns import fold_column, guess_role
from banyan.science.files import FileFault, Reason
from banyan.science.files.confined import Stored, store_table
from banyan.science.files.storing import LINE

MOST_ROWS = 3_000_000
LOCK = 7_040_202
STALE = 6 * 3600
JOINS = (
    (FileRole.PATIENT, "patientrecordidtumourtable", "patientrecordid"),
    (FileRole.SOURCE, "tumourid", "tumouridsourcetable"),
)
SECOND = Reason(
    "this is a second file of the same kind; send one table, or the three of CanReg5",
    "đây là tệp thứ hai cùng loại; mỗi lần gửi một bảng, hoặc ba tệp của CanReg5",
)
NO_TUMOURS = Reason(
    "CanReg5's tumour file is not among the files",
    "thiếu tệp khối u của CanReg5",
)
TOO_MANY = Reason(
    f"there are more than {MOST_ROWS:,} rows; send the file in parts",
    f"có hơn {MOST_ROWS} dòng; hãy chia nhỏ tệp",
)


class BatchBusy(Exception):
    """Somebody else's work on the same batch has not ended."""


@contextmanager
def hold_batch(batch: Batch) -> Iterator[None]:
    """Let one process at a time work on a batch. Raises BatchBusy where another does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch.pk])
        if not cursor.fetchone()[0]:
            raise BatchBusy(_("Lô này đang được xử lý ở một tác vụ khác."))
    try:
        batch.refresh_from_db()
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch.pk])


@contextmanager
def open_batch(batch: Batch) -> Iterator[tuple[Stored, Path]]:
    """Give the table of a batch and a folder for what is made of it; both are gone afterwards."""
    with TemporaryDirectory(prefix="batch-", dir=clear_folder()) as name:
        folder = Path(name)
        yield join_tables(open_tables(batch, folder), folder), folder


def clear_folder() -> Path:
    """Return the folder for tables that are being read, without what a killed process left there."""
    folder = Path(settings.MEDIA_ROOT) / "reading"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in folder.glob("batch-*"):
        if left.stat().st_mtime < time.time() - STALE:
            rmtree(left, ignore_errors=True)
    return folder


def open_tables(batch: Batch, folder: Path) -> dict[str, tuple[str, Stored]]:
    """Read each file of a batch; CanReg5's three are told apart by their keys. Returns role -> name and table."""
    tables: dict[str, tuple[str, Stored]] = {}
    for file in batch.files.all():
        table = store_table(
            file.content.path,
            folder / f"file-{file.pk}.parquet",
            name=file.name,
            memory=settings.READING_MEMORY,
            seconds=settings.READING_SECONDS,
        )
        if table.height > MOST_ROWS:
            raise FileFault(file.name, TOO_MANY)
        role = guess_role(table.columns)
        if role in tables:
            raise FileFault(file.name, SECOND)
        tables[role] = (file.name, table)
        BatchFile.objects.filter(pk=file.pk).update(role=role)
    return tables


def join_tables(tables: dict[str, tuple[str, Stored]], folder: Path) -> Stored:
    """Return one table, a row for each source of each tumour, and the line of the file it stands on."""
    if FileRole.TABLE in tables:
        return tables[FileRole.TABLE][1]
    if FileRole.TUMOUR not in tables:
        raise FileFault(next(iter(tables.values()))[0], NO_TUMOURS)
    name, tumour = tables[FileRole.TUMOUR]
    rows, columns = tumour.scan(), tumour.columns
    for role, own, theirs in JOINS:
        if role in tables:
            rows, columns = join_table(name, rows, columns, tables[role][1], (own, theirs))
    target = folder / "joined.parquet"
    rows.sink_parquet(target, row_group_size=20_000, statistics=False)
    height = pl.scan_parquet(target).select(pl.len()).collect().item()
    return Stored(target, columns, height, tumour.encoding, tumour.delimiter)


def join_table(
    name: str, rows: pl.LazyFrame, columns: list[str], other: Stored, keys: tuple[str, str]
) -> tuple[pl.LazyFrame, list[str]]:
    """Join by keys whose spelling differs from export to export; columns that are there already stay."""
    mine = {fold_column(column): column for column in columns}.get(keys[0])
    key = {fold_column(column): column for column in other.columns}[keys[1]]
    if mine is None:
        raise FileFault(name, NO_TUMOURS)
    extra = [column for column in other.columns if column not in columns and column != key]
    theirs_rows = other.scan().select(
        pl.col(key).alias(mine), *(column for column in extra if column != mine)
    )
    refuse_multitude(name, rows, theirs_rows, mine)
    joined = rows.join(theirs_rows, on=mine, how="left", maintain_order="left_right")
    return joined, [*columns, *(column for column in extra if column != mine)]


def refuse_multitude(name: str, rows: pl.LazyFrame, others: pl.LazyFrame, key: str) -> None:
    """Refuse to join where keys that stand many times on both sides would multiply the rows."""
    counts = [frame.group_by(key).agg(pl.len().cast(pl.Int64).alias("n")) for frame in (rows, others)]
    pairs = counts[0].join(counts[1], on=key, how="inner", suffix="_other")
    total = pairs.select((pl.col("n") * pl.col("n_other")).sum()).collect().item()
    if (total or 0) > MOST_ROWS:
        raise FileFault(name, TOO_MANY)


__all__ = ["LINE", "BatchBusy", "hold_batch", "open_batch"]
