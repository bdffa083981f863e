"""How fast the figures pages answer, over many states of their filters.

    BANYAN_VAR=<folder with the demo city> python bench/pages.py [--states 60] [--seed 1]

The register is in memory, as in a worker that has answered once. "cold": neither numbers nor pictures of the state
are remembered; "warm": the same addresses once more. One process, one request at a time, the whole of Django included.
Beside the time on the clock stands the processor's, all threads together: on a machine that does other work it is the
better measure.
"""

import argparse
import os
import random
import resource
import statistics
import time
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")

import django

django.setup()

from django.test import Client  # noqa: E402 -- after Django is set up
from django.urls import reverse  # noqa: E402
from django.utils.http import urlencode  # noqa: E402

from banyan.apps.insight.queries import incidence, prevalence, quality, stage, survival  # noqa: E402
from banyan.apps.insight.queries.register import Register, read_register  # noqa: E402
from banyan.apps.network.models import Staff  # noqa: E402
from banyan.science.burden.chart import forget_drawings  # noqa: E402
from banyan.science.coding import site_groups  # noqa: E402

PAGES = (
    "figures-incidence",
    "figures-survival",
    "figures-prevalence",
    "figures-stage",
    "figures-trend",
    "figures-projection",
    "figures-quality",
)
LIMIT = 500.0  # milliseconds, 95th percentile


def draw_states(register: Register, count: int, seed: int) -> list[dict[str, object]]:
    """Draw states as readers choose them: often all sites or the whole city, any period."""
    draw = random.Random(seed)
    wards = register.wards["ward_code"].to_list()
    return [draw_state(draw, register.years, wards) for _ in range(count)]


def draw_state(draw: random.Random, years: tuple[int, ...], wards: list[str]) -> dict[str, object]:
    group = draw.choice([None, None, *site_groups()])
    first, last = sorted(draw.choices(years, k=2))
    sex = {"male": "1", "female": "2"}.get(group.sex if group else "", draw.choice("012"))
    place = draw.choice([*["city"] * 6, draw.choice(wards)])
    standard = draw.choice(["segi", "segi", "who", "european2013"])
    return {
        "site": group.key if group else "all",
        "sex": sex,
        "place": place,
        "first": first,
        "last": last,
        "standard": standard,
        "design": draw.choice(["complete", "complete", "period"]),  # read by the page of survival alone
    }


def forget_everything() -> None:
    forget_drawings()
    for kept in (incidence, prevalence, quality, stage, survival):
        kept._answers.forget()  # noqa: SLF001 -- a benchmark may look inside


def time_requests(
    client: Client, addresses: list[str], before: Callable[[], None]
) -> tuple[list[float], list[float]]:
    times, work = [], []
    for address in addresses:
        before()
        started, worked = time.perf_counter(), time.process_time()
        response = client.get(address)
        times.append(1000 * (time.perf_counter() - started))
        work.append(1000 * (time.process_time() - worked))
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
    return times, work


def describe(measured: tuple[list[float], list[float]]) -> str:
    times, work = measured
    ordered = sorted(times)
    p95 = ordered[max(0, round(0.95 * len(ordered)) - 1)]
    verdict = "within" if p95 < LIMIT else "OVER"
    clock = f"median {statistics.median(times):5.0f} ms   95th {p95:5.0f} ms ({verdict} {LIMIT:.0f})"
    return f"{clock}   worst {ordered[-1]:5.0f} ms   processor {statistics.median(work):5.0f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--states", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    client = Client(HTTP_HOST="localhost")
    client.force_login(Staff.objects.get(email="epidemiologist@banyan.demo"))
    started = time.perf_counter()
    register = read_register()
    if register is None:
        raise SystemExit("there is no demo city in this database: run the command load_demo first")
    print(f"register: {register.cases.height} cases read in {time.perf_counter() - started:.1f} s")
    states = draw_states(register, asked.states, asked.seed)
    for page in PAGES:
        addresses = [f"{reverse(page)}?{urlencode(state)}" for state in states]
        time_requests(client, [reverse(page)], lambda: None)  # specifications are compiled once a process
        print(f"{page:18} cold  {describe(time_requests(client, addresses, forget_everything))}")
        time_requests(client, addresses, lambda: None)
        print(f"{page:18} warm  {describe(time_requests(client, addresses, lambda: None))}")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
