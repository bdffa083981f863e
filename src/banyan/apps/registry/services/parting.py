"""The rows of a batch in parts that fit in memory, each with all rows that may be about one person."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db import transaction

from banyan.apps.network.choices import WardEdition
from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.matching import ask_register, match_people
from banyan.apps.registry.queries.placing import place_wards
from banyan.apps.registry.rules.cells import read_cells
from banyan.apps.registry.rules.dates import find_doubts
from banyan.apps.registry.rules.fingerprints import fingerprint_rows
from banyan.apps.registry.rules.linking import add_person_keys
from banyan.apps.registry.rules.parting import hash_keys, part_height, part_rows
from banyan.apps.registry.rules.refusing import REFUSALS
from banyan.apps.registry.services.opening import LINE
from banyan.science.files.confined import Stored

CELLS = "\u2116 cells"
KNOWN = {"row": pl.UInt32, "person_id": pl.Int64}
Count = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """Rows as we read them, what of them was refused, and the cells as the file has them."""

    rows: pl.DataFrame
    refusals: pl.DataFrame
    table: pl.DataFrame


def give_parts(stored: Stored, batch: Batch, folder: Path, count: Count) -> Iterator[Part]:
    """Read a table and give it in parts; `count` hears how many rows have been read."""
    doubts = find_doubts(stored.scan(), batch.mapping, batch.reading)
    size = part_height(len(stored.columns))
    if stored.height <= size:
        yield read_part(stored, 0, size, batch, doubts)
        return
    keys, known = [], [pl.DataFrame(schema=KNOWN)]
    for number, start in enumerate(range(0, stored.height, size)):
        part = read_part(stored, start, size, batch, doubts)
        cells = part.table.select(pl.struct(pl.all()).alias(CELLS))
        part.rows.hstack(cells).write_parquet(folder / f"rows-{number}.parquet")
        part.refusals.write_parquet(folder / f"refused-{number}.parquet")
        keyed = add_person_keys(part.rows)
        keys.append(hash_keys(keyed))
        known.append(ask_whom(keyed, batch.origin))
        count(start)
    parts = part_rows(pl.concat(keys), pl.concat(known), size)
    last = spread_parts(parts, folder, len(keys))
    for number in range(last + 1):
        yield gather_part(folder, number)


def read_part(stored: Stored, start: int, size: int, batch: Batch, doubts: Mapping[str, pl.Series]) -> Part:
    """Read `size` rows from `start` on, code by code; `row` counts through the whole file."""
    table = stored.scan().slice(start, size).collect()
    lines = table[LINE].alias("line")
    table = table.drop(LINE)
    read = read_cells(table, batch.mapping, batch.reading, doubts)
    placed = place_wards(read.frame, batch.reading.get("wards") or WardEdition.NEW.value)
    rows = placed.with_row_index("row", start).with_columns(lines, fingerprint_rows(table))
    return Part(rows, read.refusals.with_columns(pl.col("row") + start), table)


def ask_whom(keyed: pl.DataFrame, origin: str) -> pl.DataFrame:
    """Return row and person_id: whom of the register each row may be about."""
    with transaction.atomic(), ask_register(keyed, origin):
        return match_people().select(list(KNOWN)).unique()


def spread_parts(parts: pl.DataFrame, folder: Path, slices: int) -> int:
    """Sort what was read, slice by slice, into a file for each part and slice; return the last part."""
    placed = parts.with_columns(pl.col("row").cast(pl.UInt32))
    for number in range(slices):
        for kind in ("rows", "refused"):
            file = folder / f"{kind}-{number}.parquet"
            rows = pl.read_parquet(file).join(placed, on="row", how="left", maintain_order="left")
            for (part,), some in rows.group_by("part"):
                some.drop("part").write_parquet(folder / f"part-{part}-{kind}-{number}.parquet")
            file.unlink()
    return int(parts["part"].max() or 0)  # type: ignore[arg-type]


def gather_part(folder: Path, number: int) -> Part:
    rows, refused = (sorted(folder.glob(f"part-{number}-{kind}-*.parquet")) for kind in ("rows", "refused"))
    whole = pl.concat([pl.read_parquet(file) for file in rows]).sort("row")
    refusals = (
        pl.concat([pl.read_parquet(file) for file in refused])
        .drop("repeated", "crowded")
        .sort("row", maintain_order=True)
        if refused
        else pl.DataFrame(schema=REFUSALS)
    )
    for file in (*rows, *refused):
        file.unlink()
    return Part(whole.drop(CELLS), refusals, whole[CELLS].struct.unnest())
