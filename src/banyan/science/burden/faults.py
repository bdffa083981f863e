"""The one error of this package: a sentence that names row and column."""

from typing import Self


class BurdenError(ValueError):
    """What is wrong with a table, in one sentence, in English and in Vietnamese.

    Attributes
    ----------
    reason, reason_vi : str
        The fault itself, without its place.
    column : str or None
        The column at fault, as this package names it.
    row : int or None
        The row at fault, counted from 0 as data frames do. The sentences count rows from 1, as people do.

    Examples
    --------
    >>> str(BurdenError("-3 is negative.", "-3 là số âm.", column="time_days", row=16))
    'Row 17, column time_days: -3 is negative.'
    """

    def __init__(
        self, reason: str, reason_vi: str, *, column: str | None = None, row: int | None = None
    ) -> None:
        self.reason = reason
        self.reason_vi = reason_vi
        self.column = column
        self.row = row
        super().__init__(self.message_en)

    @property
    def message_en(self) -> str:
        return _place("row", "column", self.row, self.column) + self.reason

    @property
    def message_vi(self) -> str:
        return _place("dòng", "cột", self.row, self.column) + self.reason_vi

    @classmethod
    def missing_column(cls, column: str, table: str, table_vi: str) -> Self:
        return cls(
            f"there is no column {column} in the {table}.",
            f"{table_vi} không có cột {column}.",
            column=column,
        )


def _place(row_word: str, column_word: str, row: int | None, column: str | None) -> str:
    parts = [f"{row_word} {row + 1}"] if row is not None else []
    parts += [f"{column_word} {column}"] if column is not None else []
    place = ", ".join(parts)
    return f"{place[0].upper()}{place[1:]}: " if place else ""
