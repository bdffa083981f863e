"""Patients in parts of fixed size, on all cores: the same to the last digit on any number of them."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Result = TypeVar("Result")
PARTS, LARGEST = 4, 1 << 18


def work_in_parts(
    work: Callable[[NDArray[np.int64]], Result], rows: NDArray[np.int64], *, least: int
) -> Iterator[Result]:
    """Call a function that lets go of the interpreter with part after part of the rows; yield in their order.

    How large the parts are depends on the number of rows and on ``least`` alone. No more results wait than there are cores.
    """
    size = max(min(-(-len(rows) // PARTS), LARGEST), least, 1)
    parts = [rows[i : i + size] for i in range(0, len(rows), size)]
    if len(parts) < 2:
        yield work(rows)
        return
    cores = count_cores()
    with ThreadPoolExecutor(cores) as pool:
        for begin in range(0, len(parts), cores):
            yield from pool.map(work, parts[begin : begin + cores])


def count_cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
