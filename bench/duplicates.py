"""How long the search for the same person takes while a name is typed, among 1,000,000 synthetic persons.

    python bench/duplicates.py                        1,000,000 persons in a folder that is thrown away
    python bench/duplicates.py --folder <folder>  the same folder is used again
    python bench/duplicates.py --persons 100000 --rounds 50

Prints milliseconds of `find_alike` (database and scoring, without the page around it) by what is typed, for a viewer of
the whole city and for a nurse whose station knows one person in a hundred, and how often the person meant came first.
"""

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date

TARGET = 200.0  # milliseconds


def read_words() -> argparse.Namespace:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--persons", type=int, default=1_000_000)
    words.add_argument("--rounds", type=int, default=200)
    words.add_argument("--folder", default="")
    words.add_argument("--seed", type=int, default=1)
    return words.parse_args()


def fill_register(persons: int, seed: int) -> None:
    """Draw persons with the city's names, and copy them in."""
    import polars as pl  # noqa: PLC0415 -- after the settings are known
    from django.db import connection  # noqa: PLC0415 -- after the settings are known

    from banyan.apps.people.services.bulk import attend_people, copy_first_people  # noqa: PLC0415 -- after the settings are known

    people = draw_people(persons, seed)
    copy_first_people(people)
    known = people.select(person_id="id").gather_every(100)
    attend_people(known.with_columns(facility_id=pl.lit(1), since=pl.lit("2020-01-01")))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE people_person")
        cursor.execute("VACUUM ANALYZE people_attendance")


def draw_people(persons: int, seed: int):  # noqa: ANN201 -- a frame of Polars, imported late
    import numpy as np  # noqa: PLC0415 -- after the settings are known
    import polars as pl  # noqa: PLC0415 -- after the settings are known

    from banyan.science.city.draws import open_streams  # noqa: PLC0415 -- after the settings are known
    from banyan.science.city.identifiers import draw_citizen_ids, draw_insurance_numbers  # noqa: PLC0415 -- after the settings are known
    from banyan.science.city.names import draw_names  # noqa: PLC0415 -- after the settings are known

    rng = open_streams(seed)["names"]
    sex = rng.choice(np.array(["1", "2"]), persons)
    year = rng.integers(1930, 2005, persons)
    day = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]") + rng.integers(0, 365, persons)
    precision = rng.choice(np.array(["day", "month", "year"]), persons, p=[0.88, 0.02, 0.10])
    first = day.astype("datetime64[Y]").astype("datetime64[D]")
    facts = pl.DataFrame(
        {
            "id": np.arange(1, persons + 1),
            "sex": sex,
            "birth_year": year,
            "birth_precision": precision,
            "birth_date": np.where(precision == "day", day, first),
            "last_contact_date": np.full(persons, np.datetime64("2024-06-30")),
        }
    ).with_columns(draw_names(sex, year, rng))
    return facts.with_columns(
        number=pl.format("NB-{}", pl.col("id").cast(pl.String).str.zfill(7)),
        citizen_id=pl.Series(draw_citizen_ids(facts, rng)).fill_null(""),
        insurance_number=pl.Series(draw_insurance_numbers(facts, rng)).fill_null(""),
        vital_status=pl.lit("alive"),
        death_precision=pl.lit(""),
        death_source=pl.lit(""),
    ).drop("birth_year")


def of_birth(person) -> dict[str, object]:  # noqa: ANN001 -- a person, known only once Django is set up
    return {"birth_date": person.birth_date, "birth_precision": person.birth_precision, "sex": person.sex}


def misspell(name: str, draw: random.Random) -> str:
    """Leave out one letter of one of the longer words."""
    words = name.split()
    place = draw.choice([place for place, word in enumerate(words) if len(word) > 2] or [0])
    at = draw.randrange(1, len(words[place]))
    return " ".join([*words[:place], words[place][:at] + words[place][at + 1 :], *words[place + 1 :]])


def list_cases(draw: random.Random) -> dict[str, Callable]:
    from banyan.science.linkage import fold_name, swap_day  # noqa: PLC0415 -- after the settings are known

    def swapped(person) -> dict[str, object]:  # noqa: ANN001 -- a person
        born = swap_day(person.birth_date) if person.birth_date else None
        return {"full_name": person.full_name, **of_birth(person), "birth_date": born or person.birth_date}

    return {
        "full name and birth": lambda person: {"full_name": person.full_name, **of_birth(person)},
        "no tones, birth": lambda person: {"full_name": fold_name(person.full_name), **of_birth(person)},
        "misspelt name, birth": lambda person: {
            "full_name": misspell(person.full_name, draw),
            **of_birth(person),
        },
        "misspelt name, year of birth": lambda person: {
            "full_name": misspell(person.full_name, draw),
            **of_birth(person),
            "birth_precision": "year",
        },
        "day and month swapped": swapped,
        "a twin: same birth, other given name": lambda person: {
            "full_name": " ".join([*person.full_name.split()[:-1], "Bốn"]),
            **of_birth(person),
        },
        "half a name, no birth": lambda person: {"full_name": fold_name(person.full_name)[:-1]},
        "full name, no birth": lambda person: {"full_name": person.full_name},
        "misspelt name, no birth": lambda person: {"full_name": misspell(person.full_name, draw)},
        "Nguyễn Văn An, no birth": lambda _person: {"full_name": "Nguyễn Văn An"},
        "Nguyễn Thị H, no birth": lambda _person: {"full_name": "Nguyễn Thị H"},
        "citizen number alone": lambda person: {"citizen_id": person.citizen_id},
        "insurance number alone": lambda person: {"insurance_number": person.insurance_number[-10:]},
    }


def measure(rounds: int, seed: int) -> float:
    """Print a line for each case, and return the worst 95th percentile."""
    from banyan.apps.people.models import Person  # noqa: PLC0415 -- after the settings are known

    draw = random.Random(seed)
    count = Person.objects.count()
    worst = 0.0
    for who, viewer in list_viewers().items():
        step = 1 if viewer.whole_city else 100
        keys = [1 + draw.randrange(count // step) * step for _ in range(rounds)]
        people = Person.objects.in_bulk(keys)
        print(f"{who}: {len(keys)} searches a line{'p50':>21}{'p95':>8}{'max':>8}   first")
        for case, typed_of in list_cases(draw).items():
            typed = [(key, typed_of(people[key])) for key in keys]
            spent, first = time_all(viewer, [(key, facts) for key, facts in typed if any(facts.values())])
            quantile = statistics.quantiles(spent, n=20)
            worst = max(worst, quantile[18])
            print(
                f"  {case:<40}{statistics.median(spent):8.1f}{quantile[18]:8.1f}{max(spent):8.1f}"
                f"{100 * first / len(spent):7.0f}%"
            )
    return worst


def time_all(viewer, typed: list[tuple[int, dict]]) -> tuple[list[float], int]:  # noqa: ANN001 -- a viewer
    """Return the milliseconds of each search, and how often the person meant came first."""
    from banyan.apps.people.queries.duplicates import find_alike  # noqa: PLC0415 -- after the settings are known

    spent, first = [], 0
    for key, facts in typed:
        start = time.perf_counter()
        found = find_alike(viewer, **facts)
        spent.append(1000 * (time.perf_counter() - start))
        first += bool(found) and found[0].person.pk == key
    return spent, first


def list_viewers():  # noqa: ANN201 -- viewers, known only once Django is set up
    from banyan.apps.core.rules import Viewer, capabilities_of  # noqa: PLC0415 -- after the settings are known

    own = {"staff_id": 1, "name": "Bench", "facility_name": "Bench", "level": 1}
    return {
        "the registry": Viewer(
            role="registrar", facility_id=2, whole_city=True, capabilities=capabilities_of("registrar"), **own
        ),
        "a station": Viewer(
            role="nurse", facility_id=1, whole_city=False, capabilities=capabilities_of("nurse"), **own
        ),
    }


def run(words: argparse.Namespace) -> None:
    import django  # noqa: PLC0415 -- after the settings are known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 -- after the settings are known

    from banyan.apps.network.models import Facility  # noqa: PLC0415 -- after the settings are known
    from banyan.apps.people.models import Person  # noqa: PLC0415 -- after the settings are known

    call_command("migrate", verbosity=0, skip_checks=True)
    if not Person.objects.exists():
        Facility.objects.create(pk=1, code="T", name_vi="Trạm", name_en="Station", level=1, kind="station")
        start = time.perf_counter()
        fill_register(words.persons, words.seed)
        print(f"{words.persons} persons made and copied in {time.perf_counter() - start:.0f} s")
    print(f"{date.today()}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # noqa: DTZ011 -- the day here
    if measure(words.rounds, words.seed) > TARGET:
        sys.exit(f"slower than {TARGET:.0f} ms at the 95th percentile")


if __name__ == "__main__":
    asked = read_words()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
    if asked.folder:
        os.environ["BANYAN_VAR"] = asked.folder
        run(asked)
    else:
        with tempfile.TemporaryDirectory(prefix="banyan-bench-") as name:
            os.environ["BANYAN_VAR"] = name
            run(asked)
