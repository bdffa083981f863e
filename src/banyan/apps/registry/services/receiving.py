"""A file arrives: kept as it came, its columns read, nothing else."""

import hashlib
from collections.abc import Iterable
from typing import IO

import polars as pl
from django.core.files.base import ContentFile, File
from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import WardEdition
from banyan.apps.registry.choices import BatchState, FileRole
from banyan.apps.registry.models import Batch, BatchFile, ColumnMapping
from banyan.apps.registry.rules.columns import (
    DATE_FIELDS,
    guess_basis_scheme,
    guess_date_style,
    guess_mapping,
    looks_like_data,
)
from banyan.apps.registry.services.opening import LINE, open_batch
from banyan.apps.registry.services.unpacking import unpack
from banyan.science.coding import Edition
from banyan.science.files import FileFault, Reason, find_misreading
from banyan.science.files.confined import Stored

SAMPLE = 500
NO_ROWS = Reason("the file has a header and no rows", "tệp chỉ có dòng tiêu đề, không có dòng nào khác")
NO_NAMES = Reason(
    "the first line holds values, not the names of columns; put one name over each column",
    "dòng đầu là số liệu chứ không phải tên cột; hãy thêm một dòng tên cột",
)


def receive_files(
    *,
    files: Iterable[tuple[str, bytes | IO[bytes]]],
    origin: str,
    facility_id: int | None,
    kind: str,
    by: Viewer,
) -> Batch:
    """Keep the files of one batch and guess what their columns are.

    Raises FileFault where they are no table, and keeps nothing then.
    """
    kept: list[BatchFile] = []
    digest = hashlib.sha256()
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                origin=origin.strip()[:80], facility_id=facility_id, kind=kind, received_by_id=by.staff_id
            )
            for name, data in files:
                for part, content in unpack(name, as_file(data)):
                    digest.update(bytes.fromhex(mark := digest_file(content)))
                    kept.append(keep_file(batch, part, content, mark))
            batch.name = " + ".join(file.name for file in kept)[:200]
            batch.sha256 = hashlib.sha256(
                "".join(digest_file(file.content) for file in kept).encode()
            ).hexdigest()
            describe_batch(batch)
    except BaseException:
        for file in kept:
            file.content.delete(save=False)
        raise
    return batch


def as_file(data: bytes | IO[bytes]) -> File:
    return ContentFile(data) if isinstance(data, bytes) else data if isinstance(data, File) else File(data)


def keep_file(batch: Batch, name: str, content: File, mark: str) -> BatchFile:
    """Store a file under a name of ours; the sender's is only shown."""
    file = BatchFile(batch=batch, name=name, role=FileRole.TABLE)
    file.content.save(mark[:32], content, save=False)
    file.save()
    return file


def digest_file(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def describe_batch(batch: Batch) -> None:
    """Read the files once: their columns, how they are written, the mapping that the origin used last."""
    with open_batch(batch) as (stored, _folder):
        refuse_unusable(batch.name, stored)
        batch.encoding, batch.delimiter = stored.encoding, stored.delimiter
        batch.columns, batch.rows = stored.columns, stored.height
        saved = ColumnMapping.objects.filter(name=batch.origin).first()
        if saved and set(saved.columns.values()) <= set(stored.columns):
            batch.mapping, batch.reading = saved.columns, saved.settings
        else:
            batch.mapping = guess_mapping(stored.columns)
            batch.reading = guess_reading(stored.scan(), batch.mapping)
    batch.save()


def refuse_unusable(name: str, stored: Stored) -> None:
    """Refuse a table without rows or header, and one whose Vietnamese was spoilt before it came."""
    if looks_like_data(stored.columns):
        raise FileFault(name, NO_NAMES, line=1)
    if not stored.height:
        raise FileFault(name, NO_ROWS)
    some = stored.scan().drop(LINE).head(SAMPLE).collect()
    words = [*stored.columns, *(text for column in some for text in column.drop_nulls())]
    reason = find_misreading(words)
    if reason:
        raise FileFault(name, reason)


def guess_reading(rows: pl.LazyFrame, mapping: dict[str, str]) -> dict[str, str]:
    """Guess how values are written; the person who maps the columns confirms it."""
    dates = [cell for field in DATE_FIELDS if field in mapping for cell in sample(rows, mapping[field])]
    basis = sample(rows, mapping["basis"]) if "basis" in mapping else []
    return {
        "dates": str(guess_date_style(dates)),
        "basis_scheme": guess_basis_scheme(basis),
        "edition": Edition.ICDO32.value,
        "wards": WardEdition.NEW.value,
    }


def sample(rows: pl.LazyFrame, column: str) -> list[str]:
    return rows.select(pl.col(column).drop_nulls().head(SAMPLE)).collect().to_series().to_list()


@transaction.atomic
def map_columns(
    *,
    batch: Batch,
    mapping: dict[str, str],
    reading: dict[str, str],
    by: Viewer,  # noqa: ARG001 -- every write names its author
) -> Batch:
    """Set which column serves as which field, and remember it for the origin's next file."""
    chosen = {field: column for field, column in mapping.items() if column}
    ColumnMapping.objects.update_or_create(
        name=batch.origin, defaults={"columns": chosen, "settings": reading}
    )
    batch.mapping, batch.reading, batch.state = chosen, reading, BatchState.MAPPED
    forget_held(batch)
    batch.save()
    return batch


def forget_held(batch: Batch) -> None:
    """Empty the holding area of a batch in one statement, however many rows lie there."""
    held = batch.held.all()
    held._raw_delete(held.db)  # noqa: SLF001 -- nothing hangs on a held row; Django would read them all first


@transaction.atomic
def drop_batch(*, batch: Batch, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    """Throw a batch away before anything of it has entered."""
    forget_held(batch)
    batch.state = BatchState.DROPPED
    batch.save()
