"""A file arrives: kept as it came, its columns read, nothing else."""

import hashlib
import zipfile
from collections.abc import Iterable
from io import BytesIO

import polars as pl
from django.core.files.base import ContentFile
from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import WardEdition
from banyan.apps.registry.choices import BatchState, FileRole
from banyan.apps.registry.models import Batch, BatchFile, ColumnMapping
from banyan.apps.registry.rules.columns import (
    DATE_FIELDS,
    fold_column,
    guess_basis_scheme,
    guess_date_style,
    guess_mapping,
    guess_role,
)
from banyan.science.coding import Edition
from banyan.science.files import FileFault, Reason, Table, read_table

ZIP = b"PK\x03\x04"
WORKBOOK = "[Content_Types].xml"
LARGEST = 500 * 1024 * 1024
SAMPLE = 500


@transaction.atomic
def receive_files(
    *, files: Iterable[tuple[str, bytes]], origin: str, facility_id: int | None, kind: str, by: Viewer
) -> Batch:
    """Keep the files of one batch and guess what their columns are. Raises FileFault where they are no table."""
    contents = [part for name, data in files for part in unpack(name, data)]
    digest = hashlib.sha256()
    for _, data in contents:
        digest.update(hashlib.sha256(data).digest())
    batch = Batch.objects.create(
        name=" + ".join(name for name, _ in contents)[:200],
        origin=origin.strip()[:80],
        sha256=digest.hexdigest(),
        facility_id=facility_id,
        kind=kind,
        received_by_id=by.staff_id,
    )
    for name, data in contents:
        file = BatchFile(batch=batch, name=name[:200], role=FileRole.TABLE)
        file.content.save(hashlib.sha256(data).hexdigest()[:32], ContentFile(data), save=False)
        file.save()
    describe_batch(batch)
    return batch


def unpack(name: str, data: bytes) -> list[tuple[str, bytes]]:
    """Return the tables in an archive; a workbook is an archive too, and stays one file."""
    if not data.startswith(ZIP):
        return [(name, data)]
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = [item for item in archive.infolist() if not item.is_dir()]
            if any(item.filename == WORKBOOK for item in members):
                return [(name, data)]
            if sum(item.file_size for item in members) > LARGEST:
                raise FileFault(name, Reason("the archive holds too much", "tệp nén chứa quá nhiều"))
            return [(item.filename.rsplit("/", 1)[-1], archive.read(item)) for item in members]
    except zipfile.BadZipFile as error:
        raise FileFault(name, Reason("the archive is damaged", "tệp nén bị hỏng")) from error


def describe_batch(batch: Batch) -> None:
    """Read the files once: their columns, how they are written, the mapping that the origin used last."""
    tables = open_tables(batch)
    frame, _ = join_tables(tables)
    first = next(iter(tables.values()))
    batch.encoding, batch.delimiter = first.encoding or "", first.delimiter or ""
    batch.columns, batch.rows = frame.columns, frame.height
    saved = ColumnMapping.objects.filter(name=batch.origin).first()
    if saved and set(saved.columns.values()) <= set(frame.columns):
        batch.mapping, batch.reading = saved.columns, saved.settings
    else:
        batch.mapping = guess_mapping(frame.columns)
        batch.reading = guess_reading(frame, batch.mapping)
    batch.save()


def open_tables(batch: Batch) -> dict[str, Table]:
    """Read each file of a batch; CanReg5's three are told apart by their keys."""
    tables: dict[str, Table] = {}
    for file in batch.files.all():
        table = read_file(file)
        role = guess_role(table.frame.columns)
        if role in tables:
            raise FileFault(
                file.name,
                Reason(
                    "this is a second file of the same kind; send one table, or the three of CanReg5",
                    "đây là tệp thứ hai cùng loại; mỗi lần gửi một bảng, hoặc ba tệp của CanReg5",
                ),
            )
        tables[role] = table
        BatchFile.objects.filter(pk=file.pk).update(role=role)
    return tables


def read_file(file: BatchFile) -> Table:
    """Read a kept file under the name that its sender gave it, all cells as text, columns as it calls them."""
    try:
        table = read_table(file.content.path)
    except FileFault as fault:
        raise FileFault(file.name, fault.reasons, line=fault.line, column=fault.column) from fault
    frame = table.frame.rename(dict(table.headers)).cast(pl.String)
    return Table(
        frame=frame,
        path=file.name,
        encoding=table.encoding,
        delimiter=table.delimiter,
        first_line=table.first_line,
        find_lines=table.find_lines,
    )


def join_tables(tables: dict[str, Table]) -> tuple[pl.DataFrame, pl.Series]:
    """Return one table, a row for each source of each tumour, and the line of the file it stands on."""
    lone = tables.get(FileRole.TABLE)
    if lone is not None:
        return lone.frame, pl.Series("line", lone.lines(range(lone.frame.height)), dtype=pl.Int64)
    tumour = tables.get(FileRole.TUMOUR)
    if tumour is None:
        name = next(iter(tables.values())).path
        raise FileFault(
            name,
            Reason(
                "CanReg5's tumour file is not among the files",
                "thiếu tệp khối u của CanReg5",
            ),
        )
    lines = pl.Series("line", tumour.lines(range(tumour.frame.height)), dtype=pl.Int64)
    frame = tumour.frame.with_columns(lines.alias(LINE))
    for role, own, theirs in JOINS:
        if role in tables:
            frame = join_table(frame, tables[role].frame, own, theirs)
    return frame.drop(LINE), frame[LINE]


LINE = "\u2116 line"
JOINS = (
    (FileRole.PATIENT, "patientrecordidtumourtable", "patientrecordid"),
    (FileRole.SOURCE, "tumourid", "tumouridsourcetable"),
)


def join_table(frame: pl.DataFrame, other: pl.DataFrame, own: str, theirs: str) -> pl.DataFrame:
    """Join by keys whose spelling differs from export to export; columns that are there already stay."""
    mine = {fold_column(name): name for name in frame.columns}[own]
    key = {fold_column(name): name for name in other.columns}[theirs]
    extra = other.rename({key: mine}) if key != mine else other
    extra = extra.select(mine, *(name for name in extra.columns if name not in frame.columns))
    return frame.join(extra, on=mine, how="left", maintain_order="left_right")


def guess_reading(frame: pl.DataFrame, mapping: dict[str, str]) -> dict[str, str]:
    """Guess how values are written; the person who maps the columns confirms it."""
    dates = [cell for field in DATE_FIELDS if field in mapping for cell in sample(frame, mapping[field])]
    basis = sample(frame, mapping["basis"]) if "basis" in mapping else []
    return {
        "dates": str(guess_date_style(dates)),
        "basis_scheme": guess_basis_scheme(basis),
        "edition": Edition.ICDO32.value,
        "wards": WardEdition.NEW.value,
    }


def sample(frame: pl.DataFrame, column: str) -> list[str]:
    return frame[column].drop_nulls().head(SAMPLE).to_list()


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
    batch.held.all().delete()
    batch.save()
    return batch


@transaction.atomic
def drop_batch(*, batch: Batch, by: Viewer) -> None:  # noqa: ARG001 -- every write names its author
    """Throw a batch away before anything of it has entered."""
    batch.held.all().delete()
    batch.state = BatchState.DROPPED
    batch.save()
