"""The outline of a delimited text: where its records begin, on which lines, with how many fields."""

from dataclasses import dataclass

import numpy as np

QUOTE, NEWLINE, RETURN = 34, 10, 13


@dataclass(frozen=True)
class Outline:
    """Records of a text in order; a record may span lines where a line break stands inside quotes.

    Attributes
    ----------
    lines : numpy.ndarray, shape (records,)
        The line on which each record begins, from 1.
    fields : numpy.ndarray, shape (records,)
        Fields of each record; 0 for a blank line.
    open_quote : int or None
        Line of the record whose quotation mark is never closed.
    """

    lines: np.ndarray
    fields: np.ndarray
    open_quote: int | None


def draw_outline(data: bytes, delimiter: str) -> Outline:
    """Return the outline of UTF-8 text `data`."""
    letters = np.frombuffer(data, dtype=np.uint8)
    quoted = np.bitwise_xor.accumulate(letters == QUOTE) if len(letters) else np.zeros(0, dtype=bool)
    newlines = np.flatnonzero(letters == NEWLINE)
    ends = newlines[~quoted[newlines]]
    if len(letters) and (not len(ends) or ends[-1] != len(letters) - 1):
        ends = np.append(ends, len(letters))
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    marks = np.flatnonzero(letters == ord(delimiter))
    marks = marks[~quoted[marks]]
    fields = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
    fields[_find_blank(letters, starts, ends)] = 0
    lines = np.searchsorted(newlines, starts) + 1
    odd = bool(len(quoted)) and bool(quoted[-1])
    return Outline(lines=lines, fields=fields, open_quote=int(lines[-1]) if odd else None)


def _find_blank(letters: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    lengths = ends - starts
    single = np.flatnonzero(lengths == 1)
    returns = np.zeros(len(starts), dtype=bool)
    returns[single] = letters[starts[single]] == RETURN
    return (lengths == 0) | returns
