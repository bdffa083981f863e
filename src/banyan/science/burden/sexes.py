"""Sex as tables write it, and as this package does: 1 male, 2 female."""

import polars as pl

from banyan.science.burden.faults import BurdenError
from banyan.science.burden.frames import refuse

WRITTEN = {
    "1": "1",
    "1.0": "1",
    "m": "1",
    "male": "1",
    "nam": "1",
    "2": "2",
    "2.0": "2",
    "f": "2",
    "female": "2",
    "nữ": "2",
}


def read_sex(frame: pl.DataFrame, column: str = "sex", *, into: str = "sex") -> pl.DataFrame:
    """Turn a column into "1" and "2", in the column ``into``.

    Raises
    ------
    BurdenError
        For the first value that says neither: mortality by sex needs one.

    Examples
    --------
    >>> read_sex(pl.DataFrame({"sex": ["M", "female"]}))["sex"].to_list()
    ['1', '2']
    """
    if frame.schema[column].is_nested():
        raise BurdenError("sex is 1 or 2.", "giới tính là 1 hoặc 2.", column=column)
    written = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    read = written.replace_strict(WRITTEN, default=None, return_dtype=pl.String)
    refuse(
        frame,
        column,
        read.is_null(),
        "sex is 1 (male) or 2 (female), not ‘{}’.",
        "giới tính là 1 (nam) hoặc 2 (nữ), không phải ‘{}’.",
    )
    return frame.with_columns(read.alias(into))
