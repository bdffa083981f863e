"""Which age groups a rate is made of: those asked for, and what becomes of those without people."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.cells import Cells
from banyan.science.burden.faults import BurdenError
from banyan.science.burden.intervals import Floats
from banyan.science.burden.standards import Standard


def find_bands(standard: Standard, ages: tuple[int, int | None]) -> tuple[int, int]:
    """Return the positions of the first age group and of the one after the last."""
    edges = list(standard.ages)
    first, last = ages
    end = len(edges) if last is None else _position(edges, last + 1, ages)
    begin = 0 if first <= edges[0] else _position(edges, first, ages)
    if begin >= end:
        raise _no_such_ages(ages)
    return begin, end


def _position(edges: list[int], age: int, ages: tuple[int, int | None]) -> int:
    if age not in edges:
        raise _no_such_ages(ages)
    return edges.index(age)


def _no_such_ages(ages: tuple[int, int | None]) -> BurdenError:
    return BurdenError(
        f"ages {ages[0]} to {ages[1]} are not whole age groups of the standard.",
        f"tuổi từ {ages[0]} đến {ages[1]} không trùng với các nhóm tuổi của quần thể chuẩn.",
    )


def cut_bands(table: Cells, first: int, last: int) -> Cells:
    part = slice(first, last)
    return replace(
        table,
        ages=table.ages[part],
        cases=table.cases[:, part].copy(),
        person_years=table.person_years[:, part],
        row=table.row[:, part].copy(),
    )


def measure_widths(standard: Standard, ages: NDArray[np.int64], upper_age: int) -> Floats:
    """Years that each age group adds to the cumulative rate."""
    following = dict(zip(standard.ages, (*standard.ages[1:], None), strict=True))
    ends = np.array(
        [following[age] if following[age] is not None else max(upper_age, age) for age in ages.tolist()]
    )
    widths = np.clip(np.minimum(ends, upper_age) - ages, 0, None).astype(float)
    if not widths.any():
        raise BurdenError(
            f"the cumulative rate ends at {upper_age}, before the first age of the table ({ages[0]}).",
            f"tỷ suất tích lũy kết thúc ở tuổi {upper_age}, trước tuổi đầu tiên của bảng ({ages[0]}).",
        )
    return widths


def fold_oldest(part: Cells, weights: Floats) -> NDArray[np.int64]:
    """Add the oldest groups without person-years to the oldest one with them, in place; return how many."""
    populated = part.person_years > 0
    bands = populated.shape[1]
    oldest = bands - 1 - np.argmax(populated[:, ::-1], axis=1)
    oldest[~populated.any(axis=1)] = bands - 1
    beyond = np.arange(bands) > oldest[:, None]
    strata = np.arange(len(oldest))
    for matrix in (part.cases, *weights):
        matrix[strata, oldest] += np.where(beyond, matrix, 0.0).sum(axis=1)
        matrix[beyond] = 0.0
    part.row[beyond] = 0
    return beyond.sum(axis=1)


def refuse_holes(part: Cells, on_missing_band: str) -> None:
    homeless = np.argwhere((part.cases > 0) & (part.person_years == 0))
    if on_missing_band != "drop" and len(homeless):
        stratum, band = homeless[0]
        where = _name_cell(part, stratum, band)
        cases = f"{part.cases[stratum, band]:g}"
        raise BurdenError(
            f"{cases} cases and no person-years{where}; a rate needs both, unless such age groups are folded or dropped.",
            f"{cases} ca bệnh nhưng không có người-năm{where}; cần cả hai, trừ khi gộp hoặc bỏ các nhóm tuổi đó.",
            column="person_years",
            row=int(part.row[stratum, band]),
        )
    holes = np.argwhere(~part.present)
    if on_missing_band == "error" and len(part.strata) and len(holes):
        where = _name_cell(part, *holes[0])
        raise BurdenError(
            f"there is no row{where}: give its person-years, or choose to drop or to fold missing age groups.",
            f"không có dòng nào{where}: cần số người-năm, hoặc chọn bỏ hay gộp nhóm tuổi thiếu.",
            column="age_group",
        )


def _name_cell(part: Cells, stratum: int, band: int) -> str:
    name = part.name_stratum(int(stratum))
    return f" (age_group {part.ages[band]}{', ' if name else ''}{name})"
