"""The outline of a delimited text: where its records begin, on which lines, with how many fields."""

from collections.abc import Iterable
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


def draw_outline(chunks: Iterable[bytes], delimiter: str) -> Outline:
    """Return the outline of UTF-8 text that comes in pieces."""
    pen = _Pen(ord(delimiter))
    for chunk in chunks:
        if chunk:
            pen.draw(np.frombuffer(chunk, dtype=np.uint8))
    return pen.finish()


class _Pen:
    """Draws an outline piece by piece; what a record has so far is carried over to the next piece."""

    def __init__(self, mark: int) -> None:
        self.mark = mark
        self.odd = False  # whether the text so far stands inside quotes
        self.line = 1  # of the next letter
        self.start = 1  # line on which the open record began
        self.length, self.marks, self.first = 0, 0, -1
        self.lines: list[np.ndarray] = []
        self.fields: list[np.ndarray] = []

    def draw(self, letters: np.ndarray) -> None:
        quoted = np.bitwise_xor.accumulate(letters == QUOTE) ^ self.odd
        newlines = np.flatnonzero(letters == NEWLINE)
        ends = newlines[~quoted[newlines]]
        marks = np.flatnonzero((letters == self.mark) & ~quoted)
        begins = np.concatenate([[0], ends + 1])
        self.odd = bool(quoted[-1])
        if len(ends):
            self._close(letters, begins[:-1], ends, newlines, marks)
            self.length, self.marks, self.first = 0, 0, -1
            self.start = self.line + int(np.searchsorted(newlines, begins[-1]))
        if self.first < 0 and begins[-1] < len(letters):
            self.first = int(letters[begins[-1]])
        self.length += len(letters) - int(begins[-1])
        self.marks += len(marks) - int(np.searchsorted(marks, begins[-1]))
        self.line += len(newlines)

    def _close(
        self,
        letters: np.ndarray,
        begins: np.ndarray,
        ends: np.ndarray,
        newlines: np.ndarray,
        marks: np.ndarray,
    ) -> None:
        fields = np.searchsorted(marks, ends) - np.searchsorted(marks, begins) + 1
        lengths, firsts = ends - begins, letters[begins].astype(np.int64)
        lines = self.line + np.searchsorted(newlines, begins)
        fields[0] += self.marks
        lengths[0] += self.length
        lines[0] = self.start
        firsts[0] = firsts[0] if self.first < 0 else self.first
        fields[(lengths == 0) | ((lengths == 1) & (firsts == RETURN))] = 0
        self.lines.append(lines)
        self.fields.append(fields)

    def finish(self) -> Outline:
        if self.length:
            blank = self.length == 1 and self.first == RETURN
            self.lines.append(np.asarray([self.start]))
            self.fields.append(np.asarray([0 if blank else self.marks + 1]))
        lines = np.concatenate(self.lines) if self.lines else np.ones(1, dtype=np.int64)
        fields = np.concatenate(self.fields) if self.fields else np.zeros(1, dtype=np.int64)
        return Outline(lines=lines, fields=fields, open_quote=int(lines[-1]) if self.odd else None)
