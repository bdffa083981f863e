"""The demo city in the database: everything synthetic, all in one transaction, by COPY."""

import polars as pl
from django.db import transaction

from banyan.apps.core.services.bulk import copy_frame, indexes_afterwards, reset_sequence, trusted_rows
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.queries.facility import facility_ids
from banyan.apps.network.services.demo import add_demo_accounts
from banyan.apps.network.services.places import load_facilities, load_population, load_wards
from banyan.apps.people.services.bulk import attend_people, copy_first_people, copy_residences
from banyan.apps.registry.choices import CheckState, RecordStatus
from banyan.apps.registry.models import CheckFinding, Notification, Tumour
from banyan.science.city import City, build_city
from banyan.science.coding import RULES_VERSION, check_cases, derive_codes

SEED = 20260101
HARM = {CheckState.OK: 0, CheckState.RARE: 1, CheckState.QUERY: 2, CheckState.INVALID: 3}
HISTOLOGY = pl.col("morphology").str.slice(0, 4)  # the city writes 8070/3, the register keeps behaviour apart
NOW = pl.lit("now")  # PostgreSQL reads it as the start of the transaction


def has_cases() -> bool:
    return Tumour.objects.exists()


@transaction.atomic
def load_city(*, seed: int = SEED) -> int:
    """Build the synthetic city and load it into an empty database. Returns the number of cases."""
    city = build_city(seed)
    load_places(city)
    facilities = facility_ids()
    load_people(city, facilities)
    return load_cases(city, facilities)


def load_places(city: City) -> None:
    load_wards(new=city.wards, old=city.old_wards, links=city.ward_links)
    kind = pl.col("kind")
    load_facilities(
        city.facilities.with_columns(
            pl.when(kind.is_in(FacilityKind.values))
            .then(kind)
            .otherwise(pl.lit(FacilityKind.HOSPITAL.value))
            .alias("kind")
        )
    )
    load_population(
        city.population,
        name_vi="Thành phố mẫu, dân số tổng hợp",
        name_en="Model city, synthetic population",
        source="Banyan's synthetic city; age structure after UN WPP 2019 (CC BY 3.0 IGO)",
        is_synthetic=True,
    )
    add_demo_accounts()


def load_people(city: City, facilities: pl.DataFrame) -> None:
    people = city.people
    copy_first_people(
        people.select(
            pl.col("person_id").alias("id"),
            "number",
            "full_name",
            "sex",
            "birth_date",
            "vital_status",
            "last_contact_date",
            "death_date",
            *(
                pl.col(name).fill_null("")
                for name in ("birth_precision", "citizen_id", "insurance_number", "death_source")
            ),
            pl.when(pl.col("death_date").is_not_null())
            .then(pl.lit("day"))
            .otherwise(pl.lit(""))
            .alias("death_precision"),
        )
    )
    copy_residences(describe_residences(people))
    with trusted_rows():
        attend_people(find_attendances(city, facilities))


def describe_residences(people: pl.DataFrame) -> pl.DataFrame:
    """Return residences: an address of before July 2025 keeps its old code beside the new one."""
    old = pl.col("old_ward_code").is_not_null()
    return people.select(
        "person_id",
        pl.coalesce("old_ward_code", "ward_code").alias("stated_code"),
        pl.when(old).then(pl.lit("before-2025-07")).otherwise(pl.lit("2025-07")).alias("stated_edition"),
        "ward_code",
        pl.col("ward_method").alias("method"),
        pl.col("address").fill_null(""),
    )


def find_attendances(city: City, facilities: pl.DataFrame) -> pl.DataFrame:
    """Return which facility first reported which person, and when."""
    owners = city.tumours.select(pl.col("number").alias("tumour_number"), "person_id")
    return (
        city.notifications.join(owners, on="tumour_number")
        .join(facilities, on="facility_code")
        .filter(pl.col("date").is_not_null())
        .group_by("person_id", "facility_id")
        .agg(pl.col("date").min().alias("since"))
        .sort("person_id", "facility_id")
    )


def load_cases(city: City, facilities: pl.DataFrame) -> int:
    # the model's own site name gives way to the one that the codes say
    tumours = derive_codes(city.tumours.drop("site")).with_row_index("id", offset=1)
    findings = check_tumours(tumours, city.people)
    with indexes_afterwards(Tumour):
        rows = copy_frame(Tumour, describe_tumours(tumours, findings, city.notifications))
    reset_sequence(Tumour)
    copy_frame(CheckFinding, describe_findings(findings))
    with trusted_rows():
        copy_frame(Notification, describe_notifications(city, tumours, facilities))
    return rows


def check_tumours(tumours: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return what the rules say of each tumour, `row` being its place in `tumours`."""
    known = people.select("person_id", "sex", "birth_date", "death_date", "last_contact_date")
    own = tumours.drop("sex", strict=False)
    return check_cases(own.join(known, on="person_id", how="left", maintain_order="left"))


def worst_of(findings: pl.DataFrame) -> pl.DataFrame:
    ranked = findings.with_columns(harm=pl.col("result").replace_strict(HARM, return_dtype=pl.Int8))
    worst = ranked.group_by("row").agg(pl.col("result").sort_by("harm").last().alias("check_state"))
    return worst.select((pl.col("row") + 1).cast(pl.UInt32).alias("id"), "check_state")


def describe_tumours(
    tumours: pl.DataFrame, findings: pl.DataFrame, notifications: pl.DataFrame
) -> pl.DataFrame:
    counted = notifications.group_by(pl.col("tumour_number").alias("number")).agg(pl.len().alias("sources"))
    joined = tumours.join(worst_of(findings), on="id", how="left").join(counted, on="number", how="left")
    state = pl.col("check_state").fill_null(CheckState.OK)
    texts = ("grade", "laterality", "basis", "incidence_precision", "stage", "stage_system", "t", "n", "m")
    return joined.sort("id").select(
        "id",
        "number",
        "person_id",
        pl.lit("3.2").alias("edition"),
        "topography",
        HISTOLOGY,
        "behaviour",
        "incidence_date",
        "age",
        "ci5",
        "dco",
        "dci",
        *(pl.col(name).fill_null("") for name in (*texts, "ward_code", "icd10", "iccc3", "site")),
        state.alias("check_state"),
        pl.when(state == CheckState.OK.value)
        .then("record_status")
        .otherwise(pl.lit(RecordStatus.PENDING.value))
        .alias("status"),
        pl.col("sources").fill_null(0),
        pl.lit(RULES_VERSION).alias("tables_version"),
        pl.lit(1).alias("version"),
        NOW.alias("created_at"),
        NOW.alias("updated_at"),
    )


def describe_findings(findings: pl.DataFrame) -> pl.DataFrame:
    quoted = pl.col("fields").list.eval(pl.lit('"') + pl.element() + pl.lit('"')).list.join(", ")
    return findings.unique(["row", "rule"], keep="first", maintain_order=True).select(
        (pl.col("row") + 1).alias("tumour_id"),
        "rule",
        "result",
        "message_vi",
        "message_en",
        pl.format("[{}]", quoted).alias("fields"),
        pl.lit(RULES_VERSION).alias("rules_version"),
        pl.lit("").alias("confirmed_reason"),
    )


def describe_notifications(city: City, tumours: pl.DataFrame, facilities: pl.DataFrame) -> pl.DataFrame:
    owners = tumours.select(pl.col("number").alias("tumour_number"), pl.col("id").alias("tumour_id"))
    said = ["topography", "morphology", "behaviour", "basis", "stage"]
    stated = city.notifications.with_columns(HISTOLOGY)
    joined = stated.join(owners, on="tumour_number", maintain_order="left")
    return joined.join(facilities, on="facility_code", how="left", maintain_order="left").select(
        "tumour_id",
        "facility_id",
        "kind",
        "date",
        pl.struct(pl.col(said).fill_null("")).struct.json_encode().alias("said"),
        pl.lit("{}").alias("raw"),
        pl.lit("").alias("fingerprint"),
    )
