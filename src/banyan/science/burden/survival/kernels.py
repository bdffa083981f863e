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
Function = TypeVar("Function", bound=Callable[..., Any])


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
