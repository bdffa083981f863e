"""The compiled walks through a life table. Imported when survival is first asked for: numba is slow to load.

What comes in, for n patients and J grid times:

- patients: sex (n,) as position in the table, age (n,) in days at diagnosis, day of diagnosis (n,) since 1970;
- span: first and last (n,), so that patient i is at risk at ``grid[first[i]]`` to ``grid[last[i]]``, both included;
- cells: ages (A,) in days, years (Y,) as first of January in days since 1970, hazard per day (sexes, Y, A).

A cell is a sex, a calendar year and an age.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Patients = tuple[Array, Array, Array]
Span = tuple[Array, Array]
Cells = tuple[Array, Array, Array]
Stays = tuple[Array, Array, Array, Array]
Function = TypeVar("Function", bound=Callable[..., Any])

BLOCK = 8192  # patients whose stays fit in the cache nearest to a core
AFRESH = 64  # after so many steps an exponential is taken anew, so that rounding does not add up


def compile_kernel(function: Function) -> Function:
    """Compile and keep the result on disk, or, where no folder can be written to, in memory only."""
    try:
        return cast("Function", numba.njit(cache=True, nogil=True)(function))
    except RuntimeError:
        return cast("Function", numba.njit(nogil=True)(function))


@compile_kernel
def place(starts: Array, value: float) -> int:
    """Position of the last start at or before a value; 0 where all are after it."""
    return max(int(np.searchsorted(starts, value, side="right")) - 1, 0)


@compile_kernel
def leave_cell(cells: Cells, a: int, y: int, born: float, diagnosed: float) -> float:
    """Days since diagnosis at which a patient, that many days old then, leaves the cell of age a and year y."""
    ages, years, _ = cells
    leave = np.inf
    if a + 1 < len(ages):
        leave = ages[a + 1] - born
    if y + 1 < len(years):
        leave = min(leave, years[y + 1] - diagnosed)
    return leave


@compile_kernel
def enter_cell(cells: Cells, a: int, y: int, born: float, diagnosed: float, time: float) -> tuple[int, int]:  # noqa: PLR0917 -- numba takes no keywords
    """Move on from the cell of age a and year y where its age or its year has ended."""
    ages, years, _ = cells
    if a + 1 < len(ages) and ages[a + 1] - born <= time:
        a += 1
    if y + 1 < len(years) and years[y + 1] - diagnosed <= time:
        y += 1
    return a, y


@compile_kernel
def sum_hazard(patients: Patients, until: Array, cells: Cells) -> Array:
    """Cumulative population hazard of each patient from diagnosis to a time of its own: (n,)."""
    sex, age, diagnosed = patients
    ages, years, daily = cells
    total = np.zeros(len(sex))
    for i in range(len(sex)):
        a, y, t = place(ages, age[i]), place(years, diagnosed[i]), 0.0
        while t < until[i]:
            leave = min(leave_cell(cells, a, y, age[i], diagnosed[i]), until[i])
            total[i] += daily[sex[i], y, a] * (leave - t)
            t = leave
            a, y = enter_cell(cells, a, y, age[i], diagnosed[i], t)
    return total


@compile_kernel
def index_days(grid: Array) -> Array:
    """For each whole day, the first grid time after it."""
    if len(grid) == 0:
        return np.zeros(1, dtype=np.int64)
    return np.searchsorted(grid, np.arange(int(grid[-1]) + 2).astype(np.float64), side="right")


@compile_kernel
def find_after(grid: Array, days: Array, time: float) -> int:
    """First grid time after a time."""
    j = days[min(int(time), len(days) - 1)]
    while j < len(grid) and grid[j] <= time:
        j += 1
    return j


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


@compile_kernel
def sum_interval_hazards(patients: Patients, share: Array, span: Span, grid: Array, cells: Cells) -> Array:
    """Sum share × population hazard of those at risk over each interval that ends at a grid time: (J,)."""
    sex, age, diagnosed = patients
    ages, years, daily = cells
    total, rates, days = np.zeros(len(grid)), np.zeros(len(grid) + 1), index_days(grid)
    for i in range(len(sex)):
        first, last = span[0][i], span[1][i]
        if first > last:
            continue
        a, y, t = place(ages, age[i]), place(years, diagnosed[i]), 0.0
        begin = grid[first - 1] if first > 0 else 0.0
        while t < grid[last]:
            leave = min(leave_cell(cells, a, y, age[i], diagnosed[i]), grid[last])
            if leave > begin:
                _spread(total, rates, share[i] * daily[sex[i], y, a], (max(t, begin), leave), (grid, days))
            t = leave
            a, y = enter_cell(cells, a, y, age[i], diagnosed[i], t)
    running = 0.0
    for j in range(1, len(grid)):
        running += rates[j]
        total[j] += running * (grid[j] - grid[j - 1])
    return total


@compile_kernel
def _spread(total: Array, rates: Array, hazard: float, stay: tuple[float, float], times: Span) -> None:
    """Spread a hazard over the intervals of a stay: pieces of intervals to total, whole ones to rates."""
    start, end = stay
    grid, days = times
    low, high = find_after(grid, days, start), find_after(grid, days, end)
    if grid[high - 1] == end:
        high -= 1
    if low == high:
        total[low] += hazard * (end - start)
        return
    total[low] += hazard * (grid[low] - start)
    total[high] += hazard * (end - grid[high - 1])
    rates[low + 1] += hazard
    rates[high] -= hazard


@compile_kernel
def sum_days(  # noqa: PLR0917 -- numba takes no keywords
    patients: Patients, numbers: Span, share: Array, steps: Span, cells: Cells, sign: float
) -> tuple[Array, Array]:
    """Sum hazards and weights at the start and at the end of steps of at most a day, the hazard held from the start.

    Parameters
    ----------
    numbers : two int arrays (n,)
        The step from which each patient counts, and how many steps there are until it leaves.
    share : float array (n,)
        What each weight is at diagnosis.
    steps : starts and lengths, float arrays (M,)
    sign : float
        1 for weights that grow by the population hazard, -1 for those that fall by it, 0 for those that stay.

    Returns
    -------
    sums : float array (M, 4)
        Over those who make the step: hazard × weight and weight, at its start and at its end.
    weights : float array (n,)
        Each patient's weight after its last step.
    """
    sex, age, diagnosed = patients
    starts, lengths = steps
    ages, years, daily = cells
    sums, weights = np.zeros((len(starts), 4)), np.ones(len(sex))
    for i in range(len(sex)):
        a, y, w = place(ages, age[i]), place(years, diagnosed[i]), share[i]
        passed, growth = -1.0, 1.0
        for s in range(numbers[1][i]):
            while a + 1 < len(ages) and age[i] + starts[s] >= ages[a + 1]:
                a += 1
            while y + 1 < len(years) and diagnosed[i] + starts[s] >= years[y + 1]:
                y += 1
            hazard = daily[sex[i], y, a]
            if sign != 0 and hazard * lengths[s] != passed:
                passed = hazard * lengths[s]
                growth = np.exp(sign * passed)
            there = 1.0 if s >= numbers[0][i] else 0.0
            sums[s, 0] += there * hazard * w
            sums[s, 1] += there * w
            w *= growth
            sums[s, 2] += there * hazard * w
            sums[s, 3] += there * w
        weights[i] = w
    return sums, weights


@compile_kernel
def integrate_steps(sums: Array, lengths: Array, ends: Array, weighted: bool) -> Array:  # noqa: FBT001 -- numba takes no keywords
    """Integrate the mean hazard over each interval of steps as relsurv does: (J,).

    With weights it averages running sums that restart in each interval; without, it adds the mean of each step.
    """
    total = np.zeros(len(ends))
    begin = 0
    for j in range(len(ends)):
        running = np.zeros(4)
        for s in range(begin, ends[j]):
            if not weighted:
                running[:] = 0.0
            running += sums[s]
            if running[1] > 0:
                total[j] += lengths[s] * (running[0] / running[1] + running[2] / running[3]) / 2
        begin = ends[j]
    return total
