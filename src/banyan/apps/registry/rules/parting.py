"""A file cut into parts that can be judged one after another: all rows that may be about one person stay together."""

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

# beyond this a number or name in a file stands for nobody: a placeholder that was typed where nothing was known
MOST_OF_ONE = 200
MOST_CELLS = 1_000_000
MOST_ROWS = 25_000
KEYS = ("citizen", "insurance", "name", "record")


def part_height(columns: int) -> int:
    """Return how many rows of so many columns are held at a time."""
    return max(500, min(MOST_ROWS, MOST_CELLS // max(columns, 1)))


def hash_keys(rows: pl.DataFrame) -> pl.DataFrame:
    """Return row, fingerprint and what persons are told by, as numbers; rows with keys as `add_keys` gives them."""
    name = pl.concat_str("folded_name", "sex", pl.col("birth_date").cast(pl.String), separator="|")
    record = pl.concat_str(pl.coalesce("patient_number", "record_number"), name.fill_null(""), separator="|")
    texts = {
        "citizen": pl.col("citizen_id"),
        "insurance": pl.col("insurance_key"),
        "name": name,
        "record": record,
    }
    return rows.select(
        pl.col("row").cast(pl.Int64),
        "fingerprint",
        *(pl.when(text.is_not_null()).then(text.hash()).alias(key) for key, text in texts.items()),
    )


def part_rows(keys: pl.DataFrame, known: pl.DataFrame, size: int) -> pl.DataFrame:
    """Spread rows over parts of about `size`.

    Parameters
    ----------
    keys : polars.DataFrame
        As `hash_keys`, one row for each row of the file.
    known : polars.DataFrame
        row, person_id: whom of the register a row may be about.
    size : int
        Rows of a part; a person's rows are never divided.

    Returns
    -------
    polars.DataFrame
        row; part (from 0, in the order of the file); repeated: the same line stood above; crowded: it hangs
        together with more rows than one person can have. Order as in `keys`.
    """
    placed = keys.with_columns(
        place=pl.int_range(pl.len()), repeated=~pl.col("fingerprint").is_first_distinct()
    )
    labels = _join_rows(placed, known)
    rows = placed.select("row", "place", "repeated", label=pl.Series(labels))
    alone = pl.col("repeated")
    sizes = rows.filter(~alone).group_by("label").agg(rows=pl.len())
    rows = rows.join(sizes, on="label", how="left", maintain_order="left").with_columns(
        crowded=~alone & (pl.col("rows") > MOST_OF_ONE).fill_null(value=False)
    )
    height = rows.height
    rows = rows.with_columns(
        label=pl.when(alone | pl.col("crowded"))
        .then(height + pl.col("place"))
        .otherwise(pl.col("label").cast(pl.Int64))
    )
    groups = (
        rows.group_by("label")
        .agg(first=pl.col("place").min(), rows=pl.len())
        .sort("first")
        .select("label", part=(pl.col("rows").cum_sum() - pl.col("rows")) // size)
    )
    return rows.join(groups, on="label", how="left", maintain_order="left").select(
        "row", pl.col("part").cast(pl.Int32), "repeated", "crowded"
    )


def _join_rows(placed: pl.DataFrame, known: pl.DataFrame) -> np.ndarray:
    """Return a number for each row; rows that share a key, or a person of the register, have the same."""
    rows = placed.filter(~pl.col("repeated"))
    pairs = [
        rows.filter(pl.col(key).is_not_null()).select("place", first=pl.col("place").first().over(key))
        for key in KEYS
    ]
    found = rows.select("row", "place").join(known.with_columns(pl.col("row").cast(pl.Int64)), on="row")
    pairs.append(found.select("place", first=pl.col("place").first().over("person_id")))
    both = pl.concat(pairs).filter(pl.col("place") != pl.col("first"))
    start, end = both["place"].to_numpy(), both["first"].to_numpy()
    graph = coo_matrix(
        (np.ones(len(start), dtype=np.int8), (start, end)), shape=(placed.height, placed.height)
    )
    return connected_components(graph, directed=False)[1]
