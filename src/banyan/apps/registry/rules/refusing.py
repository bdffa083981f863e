"""A cell that cannot be read, as a row of a frame: row, field, value, rule, vi, en."""

from collections.abc import Mapping

import polars as pl

from banyan.science.coding import CodeError

REFUSALS = {
    "row": pl.UInt32,
    "field": pl.String,
    "value": pl.String,
    "rule": pl.String,
    "vi": pl.String,
    "en": pl.String,
}


def refuse_texts(column: pl.Series, field: str, wrong: Mapping[str, CodeError]) -> pl.DataFrame:
    if not wrong:
        return pl.DataFrame(schema=REFUSALS)
    known = pl.DataFrame(
        [(text, f"code-{field.replace('_', '-')}", error.vi, error.en) for text, error in wrong.items()],
        schema=["value", "rule", "vi", "en"],
        orient="row",
    )
    cells = pl.DataFrame({"value": column}).with_row_index("row")
    return (
        cells.join(known, on="value", maintain_order="left")
        .with_columns(field=pl.lit(field))
        .select(list(REFUSALS))
    )
