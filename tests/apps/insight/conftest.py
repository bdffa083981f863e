"""A small city: four wards, ten years, two thousand tumours, one population, staff of each role."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from django.test import Client

from banyan.apps.core.services.bulk import copy_frame
from banyan.apps.network.models import Facility
from banyan.apps.network.services.places import load_population, load_wards
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import Person
from banyan.apps.registry.models import Tumour

WARDS = ("00004", "00008", "00025", "09877")
YEARS = range(2014, 2024)
AGES = range(0, 90, 5)
SITES = {
    "breast": "C50.9",
    "lung": "C34.9",
    "cervix": "C53.9",
    "prostate": "C61",
    "skin": "C44.9",
    "brain": "C71.9",
}
ONE_SEX = {"breast": "2", "cervix": "2", "prostate": "1"}
TUMOURS = 2000


def make_population() -> pl.DataFrame:
    """Return people that differ by ward, year, sex and age, so that a wrong join would be seen."""
    rows = [
        (ward, year, sex, age, 1000.0 + 100 * place + 10 * (year - 2014) + 5 * int(sex) + (85 - age) * 4)
        for place, ward in enumerate(WARDS)
        for year in YEARS
        for sex in "12"
        for age in AGES
    ]
    columns = ["ward_code", "year", "sex", "age_group", "persons"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def make_tumours(count: int = TUMOURS, seed: int = 7) -> pl.DataFrame:
    """Return one row a tumour and person, ages and stages known or not, some in situ, some after death only."""
    draw = np.random.default_rng(seed)
    site = draw.choice(list(SITES), count, p=[0.35, 0.25, 0.1, 0.1, 0.1, 0.1])
    sex = np.array([ONE_SEX.get(name) or str(draw.integers(1, 3)) for name in site])
    year = draw.choice(list(YEARS), count)
    age = np.clip(draw.normal(60, 14, count), 1, 99).astype(int)
    day = [
        date(int(y), 1, 1) + timedelta(days=int(d))
        for y, d in zip(year, draw.integers(0, 365, count), strict=True)
    ]
    lived = draw.exponential(1500, count).astype(int)
    dead = draw.random(count) < 0.6
    end = [start + timedelta(days=int(days)) for start, days in zip(day, lived, strict=True)]
    dco = draw.random(count) < 0.02
    unknown_age = draw.random(count) < 0.01
    return pl.DataFrame(
        {
            "id": range(1, count + 1),
            "site": site,
            "sex": sex,
            "age": [None if unknown else int(years) for years, unknown in zip(age, unknown_age, strict=True)],
            "birth_date": [
                None if unknown else start - timedelta(days=int(years * 365.25 + 100))
                for start, years, unknown in zip(day, age, unknown_age, strict=True)
            ],
            "incidence_date": day,
            "end": end,
            "dead": dead | dco,
            "dco": dco,
            "basis": np.where(dco, "0", draw.choice(["7.1", "5", "2", "9"], count, p=[0.75, 0.1, 0.1, 0.05])),
            "stage": np.where(dco, "9", draw.choice(["I", "IIA", "IIIB", "IV", "9"], count)),
            "behaviour": draw.choice(["3", "2"], count, p=[0.95, 0.05]),
            "ward_code": draw.choice(WARDS, count, p=[0.4, 0.35, 0.249, 0.001]),
            "sources": draw.integers(1, 5, count),
        },
        schema_overrides={"id": pl.Int64, "age": pl.Int64},
    )


def load_tumours(tumours: pl.DataFrame) -> None:
    """Put tumours and their people into the database, as an import would leave them."""
    number, now = pl.col("id").cast(pl.String), pl.lit("now")
    tracked = {"version": pl.lit(1), "created_at": now, "updated_at": now}
    known = pl.col("birth_date").is_not_null()
    people = tumours.select(
        "id",
        "sex",
        "birth_date",
        number=number,
        full_name=pl.lit("Nguyễn Thị Lan"),
        sort_name=pl.lit("lan"),
        folded_name=pl.lit("nguyen thi lan"),
        birth_precision=pl.when(known).then(pl.lit("day")).otherwise(pl.lit("")),
        vital_status=pl.when("dead").then(pl.lit("dead")).otherwise(pl.lit("alive")),
        last_contact_date="end",
        death_date=pl.when("dead").then("end"),
        death_precision=pl.when("dead").then(pl.lit("day")).otherwise(pl.lit("")),
        **{name: pl.lit("") for name in ("citizen_id", "insurance_number", "death_source")},
        **tracked,
    )
    copy_frame(Person, people)
    columns = [
        "id",
        "site",
        "age",
        "incidence_date",
        "dco",
        "basis",
        "stage",
        "behaviour",
        "ward_code",
        "sources",
    ]
    empty = ("grade", "laterality", "stage_system", "t", "n", "m", "iccc3")
    copy_frame(
        Tumour,
        tumours.select(
            *columns,
            number=number,
            person_id="id",
            edition=pl.lit("3.2"),
            topography=pl.col("site").replace_strict(SITES),
            icd10=pl.col("site").replace_strict(SITES),
            morphology=pl.lit("8140"),
            incidence_precision=pl.lit("day"),
            tables_version=pl.lit("1"),
            dci=pl.lit(value=False),
            status=pl.lit("confirmed"),
            check_state=pl.lit("ok"),
            **{name: pl.lit("") for name in empty},
            **tracked,
        ),
    )


def load_small_places() -> None:
    names = ("Phường Ba Đình", "Phường Ngọc Hà", "Phường Giảng Võ", "Xã Hoài Đức")
    wards = pl.DataFrame(
        {
            "code": WARDS,
            "name": names,
            "kind": ["Phường", "Phường", "Phường", "Xã"],
            "lat": [21.04, 21.05, 21.03, 21.02],
            "lon": [105.84, 105.82, 105.82, 105.7],
        }
    )
    empty = pl.DataFrame(schema={"code": pl.String})
    load_wards(new=wards, old=empty, links=empty)


@pytest.fixture
def tumours() -> pl.DataFrame:
    return make_tumours()


@pytest.fixture
def people() -> pl.DataFrame:
    return make_population().rename({"persons": "person_years"})


@pytest.fixture
def small_city(db, tumours) -> pl.DataFrame:
    """The city in the database; the tumours are returned for comparison."""
    load_small_places()
    load_population(
        make_population(),
        name_vi="Dân số thử",
        name_en="Test population",
        source="made up",
        is_synthetic=True,
    )
    load_tumours(tumours)
    return tumours


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def client_as(db) -> Callable[[str], Client]:
    """Return a browser in which a member of staff of that role has signed in."""

    def sign_in(role: str) -> Client:
        centre, _ = Facility.objects.get_or_create(
            code="R", defaults={"name_vi": "Trung tâm", "name_en": "Centre", "level": 3, "kind": "registry"}
        )
        staff = add_staff(
            email=f"{role}@centre.example", full_name="Lê Minh", password="correct-horse-battery"
        )
        post_staff(staff=staff, facility=centre, role=role, start=date(2015, 1, 1))
        client = Client()
        client.force_login(staff)
        return client

    return sign_in
