"""The one error of this package: a sentence that names row and column."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    import polars as pl

NOWHERE: Mapping[str, str] = {}


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

    @classmethod
    def unknown_option(cls, value: object, known: Collection[str], what: str, what_vi: str) -> Self:
        """Say which options there are; ``{}`` in the description stands for the value."""
        listed = ", ".join(known)
        return cls(
            f"there is no {what.format(value)}; these are known: {listed}.",
            f"không có {what_vi.format(value)}; các loại đã biết: {listed}.",
        )

    def move(self, rows: "Sequence[int] | pl.Series | None", columns: Mapping[str, str] = NOWHERE) -> Self:
        """Return the same fault of a part of a table at its place in the whole.

        Parameters
        ----------
        rows : sequence of int, optional
            The row of the whole that each row of the part is; without it they are the same.
        columns : mapping of str to str
            What columns of the part are called in the whole, where it is something else.
        """
        row = self.row if self.row is None or rows is None else int(rows[self.row])
        column = None if self.column is None else columns.get(self.column, self.column)
        return type(self)(self.reason, self.reason_vi, column=column, row=row)


def check_option(value: object, known: Collection[str], what: str, what_vi: str) -> None:
    """Refuse an option that is not among those known, as :meth:`BurdenError.unknown_option` says it.

    Examples
    --------
    >>> check_option("exact", ["exact", "byar"], "interval ‘{}’", "khoảng tin cậy ‘{}’")
    >>> check_option("score", ["exact", "byar"], "interval ‘{}’", "khoảng tin cậy ‘{}’")
    Traceback (most recent call last):
    banyan.science.burden.faults.BurdenError: there is no interval ‘score’; these are known: exact, byar.
    """
    if value not in known:
        raise BurdenError.unknown_option(value, known, what, what_vi)


def _place(row_word: str, column_word: str, row: int | None, column: str | None) -> str:
    parts = [f"{row_word} {row + 1}"] if row is not None else []
    parts += [f"{column_word} {column}"] if column is not None else []
    place = ", ".join(parts)
    return f"{place[0].upper()}{place[1:]}: " if place else ""
