"""A register in memory, with no database: seventeen sites of every size, four wards, ten years."""

from datetime import date

import numpy as np
import polars as pl

from banyan.apps.insight.queries.register import MICROSCOPIC, STAGES, WITHOUT_STAGE, Register
from banyan.apps.registry.queries.figures import DataVersion

WARDS = ("00004", "00008", "00025", "09877")
YEARS = tuple(range(2014, 2024))
AGES = tuple(range(0, 90, 5))
Sites = dict[str | None, tuple[int, float]]
# site: cases in ten years, share of men (None: no site of the groups)
SITES: Sites = {
    "breast": (1500, 0.004), "lung": (1200, 0.7), "liver": (700, 0.75), "cervix": (300, 0.0),
    "prostate": (260, 1.0), "thyroid": (240, 0.2), "skin": (200, 0.5), "brain": (170, 0.5),
    "kidney": (140, 0.6), "bladder": (150, 0.8), "leukaemia": (110, 0.5), "nasopharynx": (95, 0.7),
    "larynx": (70, 0.95), "myeloma": (60, 0.5), "testis": (45, 1.0), "melanoma": (40, 0.5),
    "unspecified": (60, 0.5), None: (14, 0.5),
}  # fmt: skip


def make_people(persons: float = 4000.0) -> pl.DataFrame:
    """Return person-years that differ by ward, year, sex and age."""
    rows = [
        (ward, year, sex, age, persons * (1 + place / 10 + (year - 2014) / 100 + (85 - age) / 60))
        for place, ward in enumerate(WARDS)
        for year in YEARS
        for sex in "12"
        for age in AGES
    ]
    return pl.DataFrame(rows, schema=["ward_code", "year", "sex", "age_group", "person_years"], orient="row")


def make_cases(seed: int = 7, sites: Sites | None = None, *, strange: float = 0.0) -> pl.DataFrame:
    """Return one row a tumour, with the columns of `Register.cases` that the figures read.

    `strange` is the share of unknown sex.
    """
    sites = sites or SITES
    draw = np.random.default_rng(seed)
    names = [site for site, (many, _men) in sites.items() for _ in range(many)]
    site, count = np.array(names, dtype=object), len(names)
    men = np.array([sites[name][1] for name in names])
    year = draw.choice(YEARS, count)
    age = np.clip(draw.normal(58, 15, count), 1, 99).astype(int)
    known_age = draw.random(count) > 0.01
    start = [date(int(y), 1, 1) + np.timedelta64(int(d), "D").astype(object)
             for y, d in zip(year, draw.integers(0, 365, count), strict=True)]  # fmt: skip
    end = [day + np.timedelta64(int(d), "D").astype(object)
           for day, d in zip(start, draw.exponential(1100, count), strict=True)]  # fmt: skip
    basis = draw.choice(["7.1", "5", "2", "1", "0"], count, p=[0.78, 0.08, 0.1, 0.01, 0.03])
    staged = np.array([name not in WITHOUT_STAGE for name in names])
    stage = np.where(staged, draw.choice([*STAGES, ""], count, p=[0.15, 0.25, 0.27, 0.25, 0.08]), "")
    followed = draw.random(count) > 0.015
    frame = pl.DataFrame(
        {
            "id": range(1, count + 1),
            "person": range(1, count + 1),
            "site": pl.Series(list(site), dtype=pl.String),
            "sex": np.where(draw.random(count) < strange, "9", np.where(draw.random(count) < men, "1", "2")),
            "year": year.astype(np.int32),
            "age": age,
            "age_group": np.minimum(age // 5 * 5, 85),
            "ward_code": draw.choice(WARDS, count, p=[0.4, 0.35, 0.24, 0.01]),
            "incidence_date": start,
            "end": end,
            "dead": draw.random(count) < 0.6,
            "basis": basis,
            "dco": basis == "0",
            "stage_group": stage,
            "sources": draw.integers(1, 5, count),
            "known_age": known_age,
            "followed": followed,
        }
    )
    lost = ~pl.col("followed")
    return frame.with_columns(
        age=pl.when("known_age").then("age"),
        age_group=pl.when("known_age").then("age_group"),
        birth_date=pl.when("known_age").then(
            pl.col("incidence_date") - pl.duration(days=pl.col("age") * 365 + 150)
        ),
        death_date=pl.when(pl.col("dead") & ~lost).then("end"),
        last_contact_date=pl.when(~lost).then("end"),
        stage_group=pl.when(pl.col("stage_group") != "").then("stage_group"),
        early=(pl.col("site") == "bladder").fill_null(value=False) & (pl.col("id") % 6 == 0),
        microscopic=pl.col("basis").is_in(MICROSCOPIC),
        dco_only=pl.col("dco"),
        can_be_staged=pl.col("site").is_in(WITHOUT_STAGE).not_().fill_null(value=True),
    )


def make_register(cases: pl.DataFrame, people: pl.DataFrame, number: int) -> Register:
    """Put them together; `number` is the version, which figures are remembered by."""
    wards = pl.DataFrame(
        {
            "ward_code": WARDS,
            "name": ["Ba Đình", "Ngọc Hà", "Giảng Võ", "Hoài Đức"],
            "kind": ["Phường", "Phường", "Phường", "Xã"],
            "latitude": [21.04, 21.05, 21.03, 21.02],
            "longitude": [105.84, 105.82, 105.8, 105.7],
        }
    )
    return Register(
        cases=cases,
        people=people,
        wards=wards,
        years=YEARS,
        version=DataVersion(number=number, date=date(2026, 1, 1), fingerprint=f"test{number}"),
        population_id=-number,
        population_vi="Dân số thử",
        population_en="Test population",
        population_source="made up",
    )
