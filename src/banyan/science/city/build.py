"""The city as a whole: one seed in, ten frames out."""

from dataclasses import dataclass

import polars as pl

from banyan.science.city.addresses import add_addresses
from banyan.science.city.draws import open_streams
from banyan.science.city.facilities import draw_facilities, list_facilities
from banyan.science.city.histology import add_basis, add_histology, add_icd10
from banyan.science.city.identifiers import draw_citizen_ids, draw_insurance_numbers
from banyan.science.city.incidence import draw_cases
from banyan.science.city.names import draw_names
from banyan.science.city.notifications import draw_notifications, mix_status
from banyan.science.city.persons import blur_births, close_follow_up, finish_cases, join_persons, list_persons
from banyan.science.city.population import Denominators, build_denominators, tabulate
from banyan.science.city.slips import add_slips
from banyan.science.city.stage import add_stage
from banyan.science.city.survival import add_death
from banyan.science.city.wards import load_old_wards, load_ward_links, load_wards

SEED = 20260101
PERSON_COLUMNS = (
    "person_id", "number", "full_name", "sex", "birth_date", "birth_precision", "citizen_id", "insurance_number",
    "ward_code", "old_ward_code", "ward_method", "address", "death_date", "death_source", "last_contact_date", "vital_status",
)  # fmt: skip
TUMOUR_COLUMNS = (
    "person_id", "number", "sequence", "sex", "topography", "morphology", "behaviour", "icd10", "grade", "laterality", "basis",
    "incidence_date", "incidence_precision", "age", "stage", "stage_system", "t", "n", "m", "ward_code", "dco", "dci",
    "record_status", "facility_code", "site",
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """A synthetic city. No person, case or hospital in it is real; the wards are.

    Attributes
    ----------
    wards : DataFrame
        The 126 units of 2025: code, name, kind, lat, lon, area_km2, valid_from, population (last year).
    old_wards : DataFrame
        The 526 units before: code, name, kind, district_code, district, lat, lon, valid_to.
    ward_links : DataFrame
        old_ward_code, new_ward_code, relation ("whole", "part"), default.
    population : DataFrame
        ward_code, year, sex, age_group (0, 5 ... 85), persons at mid-year.
    facilities : DataFrame
        code, name_vi, name_en, level (1 initial, 2 basic, 3 specialised), kind, ward_code.
    people : DataFrame
        One row per person with at least one tumour.
    tumours : DataFrame
        One row per tumour; ``site`` is the row of the model it came from.
    notifications : DataFrame
        One row per source of a tumour.
    """

    seed: int
    first_year: int
    last_year: int
    wards: pl.DataFrame
    old_wards: pl.DataFrame
    ward_links: pl.DataFrame
    population: pl.DataFrame
    facilities: pl.DataFrame
    people: pl.DataFrame
    tumours: pl.DataFrame
    notifications: pl.DataFrame
    label_vi: str = (
        "Thành phố mẫu: mọi người bệnh, ca bệnh và cơ sở y tế ở đây đều do máy tạo ra, không có thật."
    )
    label_en: str = "Model city: every patient, case and facility here is computer-generated; none is real."


def build_city(seed: int = SEED, first_year: int = 2015, last_year: int = 2024) -> City:
    """Build the city; the same arguments give the same city to the last digit.

    Parameters
    ----------
    seed : int
    first_year, last_year : int
        Years of incidence, both included. Follow-up closes on 30 June of the second year after the last.

    Returns
    -------
    City

    Raises
    ------
    ValueError
        If the first year comes after the last.

    Examples
    --------
    >>> city = build_city()
    >>> city.tumours.filter(behaviour="3").height  # doctest: +SKIP
    150818
    """
    if first_year > last_year:
        raise ValueError(f"the first year, {first_year}, comes after the last, {last_year}")
    streams = open_streams(seed)
    denominators = build_denominators(first_year, last_year)
    closing = close_follow_up(last_year)
    cases = draw_cases(denominators, streams["incidence"])
    cases = add_icd10(add_histology(add_basis(cases, streams["basis"]), streams["histology"]))
    cases = add_death(add_stage(cases, streams["stage"]), streams["survival"])
    cases = join_persons(cases, streams["persons"])
    persons = blur_births(list_persons(cases, closing, streams["follow_up"]), streams["follow_up"])
    cases = add_slips(finish_cases(cases, persons, streams["follow_up"]), streams["slips"])
    tumours = number_tumours(cases, last_year, streams)
    people = identify(persons, streams)
    return City(
        seed=seed,
        first_year=first_year,
        last_year=last_year,
        wards=count_wards(denominators),
        old_wards=load_old_wards(),
        ward_links=load_ward_links(),
        population=tabulate(denominators),
        facilities=list_facilities(),
        people=people,
        tumours=tumours.select(TUMOUR_COLUMNS),
        notifications=draw_notifications(
            tumours.drop("death_date"),
            people.select("person_id", "death_date"),
            closing,
            streams["notifications"],
        ),
    )


def count_wards(denominators: Denominators) -> pl.DataFrame:
    """Return the wards with their inhabitants in the last year."""
    persons = denominators.persons[-1].sum(axis=(1, 2)).astype(int)
    return load_wards().with_columns(population=persons)


def number_tumours(cases: pl.DataFrame, last_year: int, streams: dict) -> pl.DataFrame:
    """Give each tumour its number of the year, its hospital and the state of its record."""
    ordered = cases.sort("incidence_date", "person_id", "sequence")
    year = ordered["incidence_date"].dt.year()
    place = pl.int_range(1, pl.len() + 1).over(pl.col("incidence_date").dt.year())
    return ordered.with_columns(
        number=pl.format("HN-{}-{}", year, place.cast(pl.String).str.zfill(6)),
        facility_code=draw_facilities(ordered, streams["facilities"]),
        record_status=mix_status(year.to_numpy(), last_year, streams["notifications"]),
    )


def identify(persons: pl.DataFrame, streams: dict) -> pl.DataFrame:
    """Give each person a name, numbers and an address."""
    named = persons.with_columns(
        number=pl.format("NB-{}", pl.col("person_id").cast(pl.String).str.zfill(7)),
        full_name=draw_names(
            persons["sex"].to_numpy().astype(str), persons["birth_year"].to_numpy(), streams["names"]
        ),
        citizen_id=draw_citizen_ids(persons, streams["identifiers"]),
        insurance_number=draw_insurance_numbers(persons, streams["identifiers"]),
    )
    return add_addresses(named, streams["addresses"]).select(PERSON_COLUMNS)
