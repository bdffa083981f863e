"""How those who publish life tables lay out their files, and which columns mean what."""

import gzip
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from banyan.science.burden.faults import BurdenError, check_option

DELIMITERS = ("\t", ";", ",")
HEADER_WITHIN = 10
HEADER_BYTES = 1 << 16


@dataclass(frozen=True)
class Layout:
    """Which names a column may have, by what it says; names are compared in small letters.

    ``q`` is the probability of death within the age group, ``p`` that of surviving it, ``m`` deaths per person-year.
    """

    name: str
    sign: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]


LAYOUTS = (
    Layout(
        "un",
        ("time", "agegrpstart"),
        {
            "year": ("time",),
            "age": ("agegrpstart",),
            "span": ("agegrpspan",),
            "sex": ("sexid", "sex"),
            "q": ("qx",),
            "m": ("mx",),
            "place": ("location", "locid", "iso3_code", "iso2_code"),
        },
    ),
    Layout(
        "who",
        ("indicator",),
        {
            "indicator": ("indicator",),
            "year": ("timedim", "year (code)", "year", "period", "dim_time"),
            "age": ("dim2", "agegroup (code)", "agegroup", "age group", "dim_age"),
            "sex": ("dim1", "sex (code)", "sex", "dim_sex"),
            "value": ("numericvalue", "numeric", "factvaluenumeric", "value"),
            "place": ("spatialdim", "country (code)", "country", "location", "geo_name_short"),
        },
    ),
    Layout(
        "hmd",
        ("year", "age", "mx", "qx"),
        {"year": ("year",), "age": ("age",), "sex": ("sex",), "q": ("qx",), "m": ("mx",)},
    ),
    Layout(
        "csv",
        ("sex", "year", "age"),
        {
            "year": ("year",),
            "age": ("age",),
            "sex": ("sex",),
            "q": ("q", "qx"),
            "m": ("hazard", "mx", "haz"),
        },
    ),
    Layout(
        "seer",
        ("sex",),
        {
            "year": ("_year", "year"),
            "age": ("_age", "age"),
            "sex": ("sex",),
            "p": ("prob", "survival", "expected", "p"),
            "m": ("rate",),
        },
    ),
)
# What the indicator of the World Health Organization is called in its interfaces of different years.
INDICATOR = ("indicatorcode", "ghocode", "gho (code)", "gho", "ind_code", "indicator")
KNOWN = tuple(layout.name for layout in LAYOUTS)


@dataclass(frozen=True)
class Published:
    """A file as it is: text in named columns, what stands above them, and how it is laid out.

    ``columns`` names for each of the layout's meanings the column that has it; ``names`` gives those of the file, in its own
    letters, by the small ones.
    """

    frame: pl.DataFrame
    title: str
    layout: Layout
    columns: Mapping[str, str]
    names: Mapping[str, str]


def open_published(source: str | Path, layout: str | None) -> Published:
    """Read a file's text and find out, or check, its layout."""
    text = _decode(Path(source))
    # Of a file of all countries only the beginning is cut into lines.
    lines = text[:HEADER_BYTES].splitlines()
    at, cells, delimiter = _find_header(lines)
    names: dict[str, str] = {}
    for cell in cells:
        # lx and Lx are two columns; whatever comes second is none that is asked for
        small = cell.lower()
        names[small if small not in names else f"{small} {len(names)}"] = cell
    frame = _read_columns(text, at, list(names), delimiter)
    return _recognise(frame, f"{' '.join(lines[:at])} {Path(source).name}", layout, names)


def _decode(path: Path) -> str:
    data = path.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _find_header(lines: list[str]) -> tuple[int, list[str], str]:
    """Find the line that names the columns: the first one where an age, or a group of ages, is among them."""
    for at, line in enumerate(lines[:HEADER_WITHIN]):
        delimiter = next((sign for sign in DELIMITERS if len(line.split(sign)) > 2), "")
        cells = [cell.strip().strip('"') for cell in (line.split(delimiter) if delimiter else line.split())]
        small = {cell.lower() for cell in cells}
        ages = {name for layout in LAYOUTS for name in layout.columns["age"]}
        if len(cells) > 2 and small & ages:
            return at, cells, delimiter
    raise BurdenError(
        f"no column of ages is named within the first {HEADER_WITHIN} lines.",
        f"không có cột tuổi nào được nêu tên trong {HEADER_WITHIN} dòng đầu.",
    )


def _read_columns(text: str, at: int, names: list[str], delimiter: str) -> pl.DataFrame:
    if delimiter:
        body = io.BytesIO(text.encode())
        try:
            frame = pl.read_csv(
                body,
                separator=delimiter,
                skip_lines=at + 1,
                has_header=False,
                new_columns=names,
                infer_schema=False,
            )
        except (pl.exceptions.ComputeError, pl.exceptions.ShapeError, pl.exceptions.NoDataError):
            raise _odd_row(text.splitlines()[at + 1 :], len(names), delimiter) from None
        if frame.width != len(names):
            raise _odd_row(text.splitlines()[at + 1 :], len(names), delimiter)
        return frame.with_columns(pl.all().str.strip_chars()).with_row_index("line")
    rows = [line.split() for line in text.splitlines()[at + 1 :] if line.strip()]
    if any(len(row) != len(names) for row in rows):
        raise _odd_row([line for line in text.splitlines()[at + 1 :] if line.strip()], len(names), None)
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return frame.with_row_index("line")


def _odd_row(lines: list[str], wanted: int, delimiter: str | None) -> BurdenError:
    """Name the first row that has not as many fields as there are columns."""
    for row, line in enumerate(lines):
        found = len(line.split(delimiter))
        if found != wanted:
            return BurdenError(
                f"there are {found} fields, and {wanted} columns.",
                f"có {found} ô mà có {wanted} cột.",
                row=row,
            )
    return BurdenError("the life table has no rows.", "bảng sống không có dòng nào.")


def _recognise(frame: pl.DataFrame, title: str, wanted: str | None, names: Mapping[str, str]) -> Published:
    small = set(names)
    if wanted is not None:
        check_option(wanted, KNOWN, "layout ‘{}’", "cách trình bày ‘{}’")
    for indicator in INDICATOR:
        if indicator in small and any("value" in name or "numeric" in name for name in small):
            frame = frame.with_columns(pl.col(indicator).alias("indicator"))
            small.add("indicator")
            break
    for layout in LAYOUTS:
        if wanted in {None, layout.name} and set(layout.sign) <= small:
            columns = _find_columns(layout, small)
            if _is_enough(columns):
                return Published(frame, title, layout, columns, names)
    raise BurdenError(
        f"the columns {', '.join(names.values())} are those of no known life table ({', '.join(KNOWN)}).",
        f"các cột {', '.join(names.values())} không phải của loại bảng sống nào đã biết ({', '.join(KNOWN)}).",
    )


def _find_columns(layout: Layout, small: set[str]) -> dict[str, str]:
    found = {
        meaning: next((name for name in candidates if name in small), None)
        for meaning, candidates in layout.columns.items()
    }
    return {meaning: name for meaning, name in found.items() if name is not None}


def _is_enough(columns: Mapping[str, str]) -> bool:
    measured = {"q", "p", "m", "value"} & set(columns)
    return {"year", "age"} <= set(columns) and bool(measured)


OPEN_AGE = re.compile(r"\+|plus|over|open", re.IGNORECASE)
UNDER_ONE = re.compile(r"under\s*1|lt\s*1$|<\s*1", re.IGNORECASE)
NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def read_age(label: str) -> tuple[float, float | None, bool] | None:
    """Read an age or a group of ages: where it begins and, as far as it says so, ends, and whether it is open.

    Examples
    --------
    >>> read_age("1-4"), read_age("110+"), read_age("AGEGROUP_YEARS00-01"), read_age("<1 year")
    ((1.0, 5.0, False), (110.0, None, True), (0.0, 1.0, False), (0.0, 1.0, False))
    >>> read_age("37"), read_age("all")
    ((37.0, None, False), None)
    """
    if UNDER_ONE.search(label):
        return 0.0, 1.0, False
    numbers = [float(number) for number in NUMBERS.findall(label)]
    if not numbers:
        return None
    if OPEN_AGE.search(label):
        return numbers[0], None, True
    if len(numbers) == 1:
        return numbers[0], None, False
    infant = numbers[:2] == [0.0, 1.0]
    return numbers[0], numbers[1] + (0.0 if infant else 1.0), False
