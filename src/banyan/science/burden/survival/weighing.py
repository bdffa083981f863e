"""The compiled sum of weights over those at risk: patients entered cell by cell of a life table. Arrays as in ``kernels``."""

import numpy as np

from banyan.science.burden.survival.kernels import (
    Array,
    Cells,
    Patients,
    Span,
    compile_kernel,
    enter_cell,
    find_after,
    index_days,
    leave_cell,
    place,
)

Stays = tuple[Array, Array, Array, Array]
BLOCK = 8192  # patients whose stays fit in the cache nearest to a core
AFRESH = 64  # after so many steps an exponential is taken anew, so that rounding does not add up


@compile_kernel
def sum_weights(  # noqa: PLR0917 -- numba takes no keywords
    sign: float, patients: Patients, share: Array, span: Span, grid: Array, cells: Cells
) -> tuple[Array, Array]:
    """Sum share × exp(sign × cumulative population hazard) over those at risk at each grid time; sign is 1 or -1.

    Within a cell the hazard is the same for everybody, so a patient's weight is a constant of its own times an
    exponential that all in the cell share. A patient is therefore entered once in each cell it crosses, not once
    in each grid time: the work grows with patients × cells crossed, and with cells × grid times.

    Returns
    -------
    total : float array (J,)
    passed : float array (n,)
        Each patient's cumulative hazard from diagnosis to its last grid time.
    """
    days, passed = index_days(grid), np.zeros(len(share))
    total, scratch = np.zeros(len(grid)), (np.zeros(len(grid) + 1), np.zeros(len(grid) + 1, dtype=np.int64))
    # a block's stays lie close together in memory; where there are more grid times than that, they are the work
    block = max(BLOCK, len(grid) // 2)
    stays = _make_room(8 * min(block, len(share)))
    for begin in range(0, len(share), block):
        part = slice(begin, begin + block)
        people, stay = (
            (patients[0][part], patients[1][part], patients[2][part]),
            (span[0][part], span[1][part]),
        )
        number, stays = _cross_cells(
            passed[part], sign * np.log(share[part]), people, stay, (grid, days), cells, stays
        )
        _add_stays(total, sign, number, stays, grid, cells, scratch)
    return total, passed


@compile_kernel
def _add_stays(  # noqa: PLR0917 -- numba takes no keywords
    total: Array, sign: float, number: int, stays: Stays, grid: Array, cells: Cells, scratch: Span
) -> None:
    """Add the weights of stays, cell by cell."""
    hazards = cells[2].ravel()
    begins = np.zeros(len(hazards) + 1, dtype=np.int64)
    for k in range(number):
        begins[stays[0][k] + 1] += 1
    begins = np.cumsum(begins)
    ends, order = begins[:-1].copy(), np.empty(number, np.int64)
    for k in range(number):
        cell = stays[0][k]
        order[ends[cell]] = k
        ends[cell] += 1
    for cell in range(len(hazards)):
        if begins[cell] < ends[cell]:
            inside = order[begins[cell] : ends[cell]]
            _add_cell(total, sign * hazards[cell], sign, inside, stays, grid, scratch)


@compile_kernel
def _cross_cells(  # noqa: PLR0917 -- numba takes no keywords
    passed: Array, logs: Array, patients: Patients, span: Span, times: Span, cells: Cells, stays: Stays
) -> tuple[int, Stays]:
    """Write down each stay of a patient in a cell in which there is a grid time, and what it has passed in the end.

    A stay is its cell, its first and its last grid time, and what was passed before it, less hazard × time, and more
    the logarithm that the patient begins with.
    """
    sex, age, diagnosed = patients
    grid, days = times
    ages, years, daily = cells
    number = 0
    for i in range(len(sex)):
        a, y, t, sum_ = place(ages, age[i]), place(years, diagnosed[i]), 0.0, 0.0
        j, last = span[0][i], span[1][i]
        end = grid[last]
        while True:
            leave = min(leave_cell(cells, a, y, age[i], diagnosed[i]), end)
            hazard = daily[sex[i], y, a]
            after = min(find_after(grid, days, leave), last + 1)
            if after > j:
                if number == len(stays[0]):
                    stays = _double_room(stays)
                stays[0][number] = (sex[i] * len(years) + y) * len(ages) + a
                stays[1][number], stays[2][number] = j, after - 1
                stays[3][number] = logs[i] + sum_ - hazard * t
                number += 1
                j = after
            sum_ += hazard * (leave - t)
            t = leave
            if t >= end:
                break
            a, y = enter_cell(cells, a, y, age[i], diagnosed[i], t)
        passed[i] = sum_
    return number, stays


@compile_kernel
def _make_room(size: int) -> Stays:
    return np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size)


@compile_kernel
def _double_room(stays: Stays) -> Stays:
    filled = len(stays[0])
    room = _make_room(2 * filled)
    room[0][:filled], room[1][:filled] = stays[0], stays[1]
    room[2][:filled], room[3][:filled] = stays[2], stays[3]
    return room


@compile_kernel
def _add_cell(  # noqa: PLR0917 -- numba takes no keywords
    total: Array, rate: float, sign: float, inside: Array, stays: Stays, grid: Array, scratch: Span
) -> None:
    """Add the weights of one cell; the scratch is left as zeros."""
    _, lows, highs, logs = stays
    change, people = scratch
    low, high = len(grid), 0
    for k in inside:
        low, high = min(low, lows[k]), max(high, highs[k])
    # Weights are kept relative to the cell's own first time, so that none over- or underflows.
    origin = grid[low]
    for k in inside:
        weight = np.exp(sign * logs[k] + rate * origin)
        change[lows[k]] += weight
        change[highs[k] + 1] -= weight
        people[lows[k]] += 1
        people[highs[k] + 1] -= 1
    weight, number, factor, gap, step = 0.0, 0, 1.0, 0.0, 1.0
    for j in range(low, high + 1):
        if (j - low) % AFRESH == 0:
            factor = np.exp(rate * (grid[j] - origin))
        else:
            if grid[j] - grid[j - 1] != gap:
                gap = grid[j] - grid[j - 1]
                step = np.exp(rate * gap)
            factor *= step
        weight += change[j]
        number += people[j]
        change[j], people[j] = 0.0, 0
        if number == 0:
            weight = 0.0  # what rounding has left
        else:
            total[j] += weight * factor
    change[high + 1], people[high + 1] = 0.0, 0
