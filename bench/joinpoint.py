"""Joinpoints of 25 years, at most 4, with 4,499 permutations: python bench/joinpoint.py [YEARS] [MOST].

Times the worst case, in which no test rejects and every pair of models is tested, and the whole call with the choice;
CPU time beside the clock, since a busy machine stretches the second only.
"""

import os
import resource
import sys
from time import perf_counter, process_time

import numpy as np

from banyan.science.burden import fit_joinpoints
from banyan.science.burden.trend.joinpoint.permutation import Shuffling
from banyan.science.burden.trend.joinpoint.search import search_series


def draw_rates(count: int) -> np.ndarray:
    """Return rates with three bends and as much noise as a province's common cancers have."""
    random = np.random.default_rng(1)
    course = np.interp(np.arange(count), np.linspace(0, count - 1, 5), [3.0, 3.3, 3.1, 3.15, 2.8])
    return np.exp(course + random.normal(0, 0.03, count))


def measure(name: str, work: object) -> None:
    began, busy = perf_counter(), process_time()
    found = work()
    print(f"{name}: {perf_counter() - began:.3f} s, CPU {process_time() - busy:.3f} s, {found}")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    years, rates = np.arange(2000, 2000 + count), draw_rates(count)
    workers = min(2, os.cpu_count() or 1)
    measure(
        "first call, kernels loaded or compiled",
        lambda: fit_joinpoints(years, rates, most=1, method="bic").joinpoints,
    )
    for options in ({"method": "wbic"}, {"workers": 1}, {"workers": workers}):
        chosen = fit_joinpoints(years, rates, most=most, **options)  # warm
        measure(
            f"{count} years, at most {most}, {options}",
            lambda options=options: fit_joinpoints(years, rates, most=most, **options).joinpoints,
        )
    search = search_series(chosen.series, chosen.grid)
    responses = Shuffling(4499).permute(chosen.series.y, 0)
    for threads in range(1, workers + 1):
        measure(
            f"one search of 4,499 permuted series on {threads}",
            lambda threads=threads: search.minimise(responses, most, threads).shape,
        )
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
