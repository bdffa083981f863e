"""The compiled sums of a life table of patients over intervals. Imported when first asked for: numba is slow to load.

Both functions fill an array (K, 14) for K intervals (breaks[k], breaks[k + 1]]; its columns are SUMS. Patients and
cells are as in ``kernels``; time, age and calendar are in days for the exact sums, and in years for those of popEpi.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from banyan.science.burden.survival.kernels import (
    Array,
    Cells,
    Patients,
    compile_kernel,
    enter_cell,
    leave_cell,
    place,
)

Follow = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]
N, ENTERED, DEATHS, CENSORED, TIME, EXPECTED, OVER = 0, 1, 2, 3, 4, 5, 6
W_N, W_ENTERED, W_DEATHS, W_CENSORED, W_TIME, W_EXPECTED, W_DEATHS_2 = 7, 8, 9, 10, 11, 12, 13
COLUMNS = 14


@compile_kernel
def find_interval(breaks: Array, time: float) -> int:
    """The interval (breaks[k], breaks[k + 1]] that a time lies in; a time at the first break lies in the first one."""
    return max(int(np.searchsorted(breaks, time, side="left")) - 1, 0)


@compile_kernel
def count_start(sums: Array, k: int, weight: float, late: bool) -> None:  # noqa: FBT001 -- numba takes no keywords
    """Count somebody who is there at the start of an interval, or who enters within it."""
    sums[k, ENTERED if late else N] += 1.0
    sums[k, W_ENTERED if late else W_N] += weight


@compile_kernel
def count_end(sums: Array, k: int, weight: float, dead: bool) -> None:  # noqa: FBT001 -- numba takes no keywords
    """Count somebody who dies or leaves within an interval."""
    if dead:
        sums[k, DEATHS] += 1.0
        sums[k, W_DEATHS] += weight
        sums[k, W_DEATHS_2] += weight * weight
    else:
        sums[k, CENSORED] += 1.0
        sums[k, W_CENSORED] += weight


@compile_kernel
def tabulate_exactly(patients: Patients, follow: Follow, breaks: Array, cells: Cells) -> Array:
    """Sum over intervals, hazards and weights integrated exactly."""
    sums = np.zeros((len(breaks) - 1, COLUMNS))
    for i in range(len(follow[1])):
        _walk_one(sums, i, patients, follow, breaks, cells)
    return sums


@compile_kernel
def _walk_one(sums: Array, i: int, patients: Patients, follow: Follow, breaks: Array, cells: Cells) -> None:  # noqa: PLR0917 -- numba takes no keywords
    sex, born, diagnosed = patients[0][i], patients[1][i], patients[2][i]
    entry, exit_, dead = max(follow[0][i], breaks[0]), follow[1][i], follow[2][i]
    if exit_ < breaks[0] or (exit_ == breaks[0] and exit_ > 0) or entry >= breaks[-1]:
        return
    a, y = place(cells[0], born), place(cells[1], diagnosed)
    t, w, cumulated = 0.0, 1.0, 0.0
    while t < entry:
        leave = min(leave_cell(cells, a, y, born, diagnosed), entry)
        cumulated += cells[2][sex, y, a] * (leave - t)
        t = leave
        a, y = enter_cell(cells, a, y, born, diagnosed, t)
    w = np.exp(cumulated)
    k = max(int(np.searchsorted(breaks, entry, side="right")) - 1, 0)
    count_start(sums, k, w, entry > breaks[k])
    end = min(exit_, breaks[-1])
    while t < end:
        leave = min(leave_cell(cells, a, y, born, diagnosed), end)
        k, w = _cross_intervals(sums, k, w, (t, leave), breaks, cells[2][sex, y, a])
        t = leave
        a, y = enter_cell(cells, a, y, born, diagnosed, t)
    if exit_ <= breaks[-1]:
        count_end(sums, k, w, dead)
    else:
        sums[k, OVER] += 1.0


@compile_kernel
def _cross_intervals(  # noqa: PLR0917 -- numba takes no keywords
    sums: Array, k: int, w: float, stay: tuple[float, float], breaks: Array, hazard: float
) -> tuple[int, float]:
    """Add a stay in one cell, interval by interval; return the last interval and the weight at its end."""
    t, leave = stay
    width, growth, length = -1.0, 0.0, 0.0
    while t < leave:
        if t == breaks[k + 1]:
            k += 1
            sums[k, N] += 1.0
            sums[k, W_N] += w
        stop = min(breaks[k + 1], leave)
        if abs(stop - t - width) > 1e-12 * stop:
            width = stop - t
            growth = np.expm1(hazard * width)
            length = growth / hazard if hazard > 0 else width
        sums[k, TIME] += width
        sums[k, EXPECTED] += hazard * width
        sums[k, W_EXPECTED] += w * growth
        sums[k, W_TIME] += w * length
        w += w * growth
        t = stop
    return k, w


@compile_kernel
def tabulate_middles(patients: Patients, follow: Follow, breaks: Array, cells: Cells) -> Array:
    """Sum over intervals as popEpi does: one hazard for each patient and interval, that of the middle of its stay.

    Person-time of whole intervals is added at the end, from those who were there.
    """
    whole, parts = np.zeros((len(breaks) - 1, COLUMNS)), np.zeros((len(breaks) - 1, COLUMNS))
    widths = np.diff(breaks)
    for i in range(len(follow[1])):
        _look_one((whole, parts), i, patients, follow, (breaks, widths), cells)
    for k in range(len(widths)):
        whole[k, TIME] = widths[k] * whole[k, N]
        whole[k, W_TIME] = widths[k] * whole[k, W_N]
    return whole + parts


@compile_kernel
def follow_start(starts: Array, place: int, offset: float) -> float:
    """Time at which the cell after the one at this place begins, for ever where it is the last."""
    return starts[place + 1] - offset if place + 1 < len(starts) else np.inf


@compile_kernel
def _look_one(  # noqa: PLR0917 -- numba takes no keywords
    sums: tuple[Array, Array],
    i: int,
    patients: Patients,
    follow: Follow,
    grid: tuple[Array, Array],
    cells: Cells,
) -> None:
    """Walk a patient from interval to interval; the weight is exp(sum before - half a whole interval's hazard)."""
    ages, years, hazards = cells
    breaks, widths = grid
    whole, parts = sums
    sex, born, diagnosed = patients[0][i], patients[1][i], patients[2][i]
    entry, exit_ = max(follow[0][i], breaks[0]), follow[1][i]
    if exit_ < breaks[0] or (exit_ == breaks[0] and exit_ > 0) or entry >= breaks[-1]:
        return
    k, t, middle = 0, breaks[0], breaks[0] / 2
    reached = np.exp(hazards[sex, place(years, diagnosed + middle), place(ages, born + middle)] * t)
    a, y = place(ages, born + t), place(years, diagnosed + t)
    next_age, next_year = follow_start(ages, a, born), follow_start(years, y, diagnosed)
    step, inverse, growth = -1.0, 1.0, 1.0
    while k < len(widths):
        end = min(exit_, breaks[k + 1], entry if entry > t else np.inf)
        middle = t + (end - t) / 2
        while middle >= next_age:
            a += 1
            next_age = follow_start(ages, a, born)
        while middle >= next_year:
            y += 1
            next_year = follow_start(years, y, diagnosed)
        passed = hazards[sex, y, a] * widths[k]
        if abs(passed - step) > 1e-15:
            step, inverse, growth = passed, np.exp(-passed / 2), np.exp(passed)
        weight = reached * inverse
        if t == breaks[k] and end == breaks[k + 1] and exit_ > end and entry <= t:
            whole[k, N] += 1.0
            whole[k, W_N] += weight
            whole[k, EXPECTED] += passed
            whole[k, W_EXPECTED] += weight * passed
            reached *= growth
        else:
            share = (end - t) / widths[k]
            if t >= entry:
                _count_part(parts, k, weight, (t > breaks[k], end - t), passed * share)
            if t >= entry and exit_ <= breaks[k + 1]:
                count_end(parts, k, weight, follow[2][i])
                return
            reached *= np.exp(passed * share)
        t = end
        k += t >= breaks[k + 1]
    parts[k - 1, OVER] += 1.0


@compile_kernel
def _count_part(sums: Array, k: int, weight: float, stay: tuple[bool, float], passed: float) -> None:
    """Count a stay in a part of an interval."""
    late, length = stay
    count_start(sums, k, weight, late)
    sums[k, TIME] += length
    sums[k, W_TIME] += weight * length
    sums[k, EXPECTED] += passed
    sums[k, W_EXPECTED] += weight * passed
