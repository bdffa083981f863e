"""A refused row corrected where it lies: the cells set right, read and judged again."""

import json
from collections.abc import Mapping

import polars as pl
from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import WardEdition
from banyan.apps.registry.models import Batch, HeldRow
from banyan.apps.registry.queries.held import KEPT
from banyan.apps.registry.queries.judging import Judged, judge_rows
from banyan.apps.registry.queries.placing import place_wards
from banyan.apps.registry.rules.cells import read_cells
from banyan.apps.registry.rules.dates import DOUBTFUL
from banyan.apps.registry.services.acceptance import gather_reasons, recount
from banyan.apps.registry.services.trial import encode_rows

# beside what the file said, under a key that no column has
CORRECTED = "#corrected"


def cells_of(row: HeldRow) -> dict[str, str]:
    """Return the cells of a held row as they count now: the file's, and over them what was corrected."""
    said = {column: cell or "" for column, cell in row.raw.items() if column != CORRECTED}
    corrected: dict[str, str] = row.raw.get(CORRECTED, {})
    return said | corrected


@transaction.atomic
def correct_row(*, row: HeldRow, cells: Mapping[str, str], by: Viewer) -> HeldRow:  # noqa: ARG001 -- every write names its author
    """Set cells of a held row by our field names; what the file said stays beside."""
    batch = Batch.objects.select_for_update().get(pk=row.batch_id)
    row = HeldRow.objects.select_for_update().get(pk=row.pk)
    now = cells_of(row)
    typed = {batch.mapping[field]: cell.strip() for field, cell in cells.items() if field in batch.mapping}
    corrections = {column: cell for column, cell in typed.items() if cell != now[column]}
    row.raw = row.raw | {CORRECTED: row.raw.get(CORRECTED, {}) | corrections}
    judged = judge_again(row, batch)
    take_verdict(row, judged, batch)
    row.corrected = True
    row.save()
    recount(batch)
    return row


def judge_again(row: HeldRow, batch: Batch) -> Judged:
    cells = cells_of(row)
    # a date that was in doubt stays so until somebody writes it otherwise
    doubts = {
        reason["field"]: pl.Series([reason["value"]], dtype=pl.String)
        for reason in row.reasons
        if reason["rule"] == DOUBTFUL
    }
    read = read_cells(
        pl.DataFrame([cells], schema=dict.fromkeys(cells, pl.String)), batch.mapping, batch.reading, doubts
    )
    placed = place_wards(read.frame, batch.reading.get("wards") or WardEdition.NEW.value)
    rows = placed.with_row_index("row").with_columns(
        line=pl.lit(row.line, pl.Int64), fingerprint=pl.lit(row.fingerprint)
    )
    return judge_rows(rows, read.refusals, batch)


def take_verdict(row: HeldRow, judged: Judged, batch: Batch) -> None:
    """Set what would become of the row now."""
    found = judged.rows.row(0, named=True)
    row.read = json.loads(encode_rows(judged.rows.select(KEPT))[0])
    row.verdict = found["verdict"]
    cells = cells_of(row)
    row.reasons = gather_reasons(judged).get(0, [])
    for reason in row.reasons:
        if "vi" in reason:
            reason["column"] = batch.mapping.get(reason["field"], "")
            reason["value"] = reason["value"] or cells.get(reason["column"], "")
    row.rule = row.reasons[0]["rule"] if row.reasons else found["same"] or ""
    row.tumour_id = found["tumour"] if (found["tumour"] or 0) > 0 else None
    row.person_id = found["person"] if (found["person"] or 0) > 0 else None
