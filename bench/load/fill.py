"""Fill an empty folder with 3,000,000 synthetic persons and 500,000 tumours, and the staff that will work there.

    BANYAN_DEMO=1 BANYAN_VAR=<an empty folder> python bench/load/fill.py [--persons 3000000] [--tumours 500000]

The first city is the demo's own; the next ones are drawn with other seeds. The rest of the inhabitants are known to
the station or hospital of their ward and have no tumour. History is left out for these rows: an import would write it.
Everybody here is synthetic. The sessions of the staff are written to `sessions.json` in the folder: the load is that
of people at work, not of people signing in.
"""

import argparse
import dataclasses
import json
import os
import random
import time
from datetime import date
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")

import django

django.setup()

import numpy as np  # noqa: E402 -- after Django is set up
import polars as pl  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from banyan.apps.core.choices import Role  # noqa: E402
from banyan.apps.core.services.bulk import copy_frame, indexes_afterwards, trusted_rows  # noqa: E402
from banyan.apps.network.models import Facility, Staff  # noqa: E402
from banyan.apps.network.queries.facility import facility_ids  # noqa: E402
from banyan.apps.network.services.session import begin_clock  # noqa: E402
from banyan.apps.network.services.staff import post_staff  # noqa: E402
from banyan.apps.people.models import Attendance, Person, Residence  # noqa: E402
from banyan.apps.people.services.bulk import add_name_keys, attend_people  # noqa: E402
from banyan.apps.registry.models import CheckFinding, Notification, Tumour  # noqa: E402
from banyan.apps.registry.services import demo  # noqa: E402
from banyan.science.city import build_city  # noqa: E402
from banyan.science.city.identifiers import draw_citizen_ids, draw_insurance_numbers  # noqa: E402
from banyan.science.city.names import draw_names  # noqa: E402
from banyan.science.coding import derive_codes  # noqa: E402

STAFF = {Role.REGISTRAR: 40, Role.NURSE: 24, Role.DOCTOR: 24, Role.EPIDEMIOLOGIST: 12}
CHUNK = 500_000
TABLES = (Person, Residence, Attendance, Tumour, Notification, CheckFinding)
NOW = {"version": pl.lit(1), "created_at": pl.lit("now"), "updated_at": pl.lit("now")}


def shift_city(seed: int, people_before: int) -> object:
    """Return another city whose persons and cases carry numbers of their own."""
    city = build_city(seed)
    mark, moved = f"H{seed % 100}", pl.col("person_id") + people_before
    renumber = {name: pl.col(name).str.replace("HN", mark) for name in ("number", "tumour_number")}
    return dataclasses.replace(
        city,
        people=city.people.with_columns(
            person_id=moved, number=pl.format("NB-{}", moved.cast(pl.String).str.zfill(7))
        ),
        tumours=city.tumours.with_columns(person_id=moved, number=renumber["number"]),
        notifications=city.notifications.with_columns(tumour_number=renumber["tumour_number"]),
    )


def add_city(seed: int, room: int) -> None:
    """Add up to `room` tumours of another city, with their persons, notifications and findings."""
    people_before, tumours_before = Person.objects.latest("id").pk, Tumour.objects.latest("id").pk
    city = shift_city(seed, people_before)
    city = dataclasses.replace(city, tumours=city.tumours.head(room))
    facilities = facility_ids()
    tumours = derive_codes(city.tumours.drop("site")).with_row_index("id", offset=1)
    findings = demo.check_tumours(tumours, city.people)
    shift = pl.col("id") + tumours_before
    copy_people(city.people)
    copy_frame(Residence, demo.describe_residences(city.people))
    attend_people(demo.find_attendances(city, facilities))
    described = demo.describe_tumours(tumours, findings, city.notifications)
    copy_frame(Tumour, described.with_columns(shift))
    moved = pl.col("tumour_id") + tumours_before
    copy_frame(CheckFinding, demo.describe_findings(findings).with_columns(moved))
    said = demo.describe_notifications(city, tumours, facilities)
    copy_frame(Notification, said.filter(pl.col("tumour_id").is_not_null()).with_columns(moved))


def copy_people(people: pl.DataFrame) -> None:
    empty = ("birth_precision", "citizen_id", "insurance_number", "death_source")
    known = people.select(
        pl.col("person_id").alias("id"),
        *("number", "full_name", "sex", "birth_date", "vital_status", "last_contact_date", "death_date"),
        *(pl.col(name).fill_null("") for name in empty),
        death_precision=pl.when(pl.col("death_date").is_not_null()).then(pl.lit("day")).otherwise(pl.lit("")),
    )
    copy_frame(Person, add_name_keys(known).with_columns(**NOW))


def add_inhabitants(count: int, seed: int) -> None:
    """Add people without a tumour, known to one facility each."""
    rng = np.random.default_rng(seed)
    first = Person.objects.latest("id").pk + 1
    born = 2024 - np.minimum(rng.gamma(3.2, 12, count).astype(int), 99)
    sex = rng.choice(["1", "2"], count)
    persons = pl.DataFrame(
        {"person_id": range(first, first + count), "sex": sex, "birth_year": born}
    ).with_columns(
        birth_date=pl.date(
            "birth_year", pl.Series(rng.integers(1, 13, count)), pl.Series(rng.integers(1, 29, count))
        ),
        birth_precision=pl.lit("day"),
        last_contact_date=date(2026, 6, 30),
        death_date=pl.lit(None, dtype=pl.Date),
        death_source=pl.lit(""),
        vital_status=pl.lit("alive"),
        number=pl.format("NB-{}", pl.col("person_id").cast(pl.String).str.zfill(7)),
        full_name=draw_names(sex, born, rng),
    )
    persons = persons.with_columns(
        citizen_id=draw_citizen_ids(persons, rng), insurance_number=draw_insurance_numbers(persons, rng)
    )
    wards = facility_ids().join(
        pl.DataFrame(
            list(Facility.objects.values_list("code", "ward_code")),
            schema=["facility_code", "ward_code"],
            orient="row",
        ),
        on="facility_code",
    )
    where = wards[rng.integers(0, wards.height, count)]
    copy_people(persons)
    ids = persons.select("person_id")
    attend_people(ids.with_columns(where["facility_id"], since=date(2024, 1, 1)))
    copy_frame(
        Residence,
        ids.with_columns(
            where["ward_code"].alias("stated_code"),
            where["ward_code"],
            stated_edition=pl.lit("2025-07"),
            method=pl.lit("stated"),
            address=pl.lit(""),
        ),
    )


def add_colleagues() -> list[dict[str, str]]:
    """Make the staff of the working day. Returns each one's role and session."""
    registry = Facility.objects.filter(kind="registry").earliest("id")
    elsewhere = {
        Role.NURSE: list(Facility.objects.filter(level=1)),
        Role.DOCTOR: list(Facility.objects.filter(level__gte=2).exclude(pk=registry.pk)),
    }
    draw, found = random.Random(1), []
    for role, count in STAFF.items():
        for number in range(count):
            email = f"{role}{number}@banyan.demo"
            staff = Staff.objects.filter(email=email).first()
            if staff is None:
                staff = Staff(email=email, full_name=f"{role.label} mẫu {number}")
                staff.set_unusable_password()
                staff.save()
                place = draw.choice(elsewhere.get(role, [registry]))
                post_staff(staff=staff, facility=place, role=role, start=date(2020, 1, 1))
            found.append({"role": role.value, "session": open_session(staff)})
    return found


def open_session(staff: Staff) -> str:
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(staff.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = staff.get_session_auth_hash()
    session.create()
    begin_clock(session=session, staff_id=staff.pk, address="127.0.0.1", device="load")
    session.save()
    return session.session_key


@transaction.atomic
def fill(persons: int, tumours: int) -> None:
    demo.load_city()
    # the triggers' history and the foreign keys are left out: these rows are whole by the way they are made
    with trusted_rows(), indexes_afterwards(Person, Tumour):
        seed = demo.SEED
        while (room := tumours - Tumour.objects.latest("id").pk) > 0:
            seed += 1
            add_city(seed, room)
            print(f"  {Tumour.objects.latest('id').pk} tumours", flush=True)
        while (rest := persons - Person.objects.latest("id").pk) > 0:
            seed += 1
            add_inhabitants(min(rest, CHUNK), seed)
            print(f"  {Person.objects.latest('id').pk} persons", flush=True)
    for model in TABLES:
        demo.reset_sequence(model)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--persons", type=int, default=3_000_000)
    parser.add_argument("--tumours", type=int, default=500_000)
    asked = parser.parse_args()
    started = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    if not Person.objects.exists():
        fill(asked.persons, asked.tumours)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    sessions = settings.VAR / "sessions.json"
    sessions.write_text(json.dumps(add_colleagues()))
    counts = {model.__name__: model.objects.count() for model in TABLES}
    print(f"{counts} in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
