"""Persons, tumours, notifications and findings of a judged batch, written many at a time."""

import polars as pl
from django.db import connection
from django.db.models import Max
from django.utils import translation

from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.bulk import copy_frame
from banyan.apps.people.choices import ResidenceMethod, VitalStatus
from banyan.apps.people.services.bulk import (
    attend_people,
    change_people,
    copy_people,
    copy_residences,
    update_frame,
)
from banyan.apps.people.services.person import number_person, reserve_ids
from banyan.apps.registry.choices import CheckState, RecordStatus
from banyan.apps.registry.models import Batch, CheckFinding, Notification, Tumour
from banyan.apps.registry.queries.judging import Judged
from banyan.apps.registry.rules.checking import check_rows, compute_age, derive_rows
from banyan.apps.registry.rules.columns import BY_NAME
from banyan.apps.registry.rules.merging import ASK, PERSON_FIELDS, WEIGHED
from banyan.apps.registry.rules.tumour import HARM
from banyan.science.coding import RULES_VERSION

NOW = pl.lit("now")  # PostgreSQL reads it as the start of the transaction
PREFIX = "HN"
SAID = (*WEIGHED, "basis", "incidence_date", "incidence_precision", "edition", "age", "ward_code")
SOURCE_RULE = "source-differs"


def write_cases(*, batch: Batch, judged: Judged, raw: pl.Series, by: Viewer) -> None:
    """Write what a batch adds and changes; the caller holds the transaction."""
    people, ids = write_people(judged, by)
    tumours = judged.cases.tumours.with_columns(person=pl.col("person").replace(ids))
    findings, tumour_ids = write_tumours(tumours, people, judged, by)
    rows = judged.rows.with_columns(pl.col("person").replace(ids), pl.col("tumour").replace(tumour_ids))
    write_notifications(batch, rows, raw)
    write_findings(findings)
    write_attendances(batch, rows)


def write_people(judged: Judged, by: Viewer) -> tuple[pl.DataFrame, dict[int, int]]:
    """Add the new persons and change the known ones; return all by their ids, and reference to id."""
    people = judged.cases.people.with_columns(
        vital_status=pl.when(pl.col("death_date").is_not_null())
        .then(pl.lit(VitalStatus.DEAD.value))
        .otherwise(pl.col("vital_status").fill_null(VitalStatus.ALIVE.value))
    )
    fresh = people.filter(pl.col("person") < 0).sort("person", descending=True)
    ids = dict(zip(fresh["person"], reserve_ids(fresh.height), strict=True)) if fresh.height else {}
    people = people.with_columns(person=pl.col("person").replace(ids))
    texts = [pl.col(name).fill_null("") for name in PERSON_FIELDS if not name.endswith("_date")]
    dates = [name for name in PERSON_FIELDS if name.endswith("_date")]
    facts = people.select(pl.col("person").alias("id"), *texts, *dates, updated_by_id=pl.lit(by.staff_id))
    added = facts.filter(pl.col("id").is_in(list(ids.values())))
    numbers = pl.Series("number", [number_person(pk) for pk in added["id"]], dtype=pl.String)
    copy_people(added.with_columns(numbers, death_source=pl.lit("")))
    write_residences(judged, ids)
    change_known(judged, facts, people)
    return people, ids


def write_residences(judged: Judged, ids: dict[int, int]) -> None:
    """Keep the address as written of persons who are new."""
    stated = judged.rows.filter(
        (pl.col("person") < 0) & (pl.col("stated_ward").is_not_null() | pl.col("address").is_not_null())
    )
    stated = stated.sort("fingerprint").unique("person", keep="first", maintain_order=True)
    copy_residences(
        stated.select(
            pl.col("person").replace(ids).alias("person_id"),
            pl.col("stated_ward").fill_null("").alias("stated_code"),
            pl.col("stated_edition").fill_null(""),
            pl.col("ward_code").fill_null(""),
            pl.col("ward_method").fill_null(ResidenceMethod.UNKNOWN.value).alias("method"),
            pl.col("address").fill_null(""),
        )
    )


def change_known(judged: Judged, facts: pl.DataFrame, people: pl.DataFrame) -> None:
    changed = judged.changes.filter(pl.col("field").is_in(PERSON_FIELDS) & (pl.col("rule") != ASK))
    touched = judged.rows.filter(pl.col("row").is_in(changed["row"].implode()) & (pl.col("person") > 0))[
        "person"
    ]
    versions = people.select(pl.col("person").alias("id"), version=pl.col("person_version") + 1)
    change_people(
        facts.filter(pl.col("id").is_in(touched.implode()))
        .join(versions, on="id")
        .with_columns(updated_at=NOW)
    )


def write_tumours(
    tumours: pl.DataFrame, people: pl.DataFrame, judged: Judged, by: Viewer
) -> tuple[pl.DataFrame, dict[int, int]]:
    """Add the new tumours and change the known ones; return the findings on them, and reference to id."""
    touched = judged.rows.filter(pl.col("row").is_in(judged.changes["row"].implode()))["tumour"]
    tumours = tumours.filter((pl.col("tumour") < 0) | pl.col("tumour").is_in(touched.implode()))
    fresh = tumours.filter(pl.col("tumour") < 0).sort("tumour", descending=True)["tumour"]
    ids = dict(zip(fresh, reserve_tumour_ids(len(fresh)), strict=True))
    cases = code_cases(tumours.with_columns(pl.col("tumour").replace(ids)), people)
    asked = describe_questions(judged).with_columns(pl.col("tumour").replace(ids))
    findings = find_all(cases, asked)
    state = rate_states(findings.filter(~pl.col("answered")))
    told = judged.rows.group_by("tumour").agg(told=pl.len()).with_columns(pl.col("tumour").replace(ids))
    for facts in (state, told):
        cases = cases.join(facts, on="tumour", how="left", maintain_order="left")
    described = describe_tumours(cases, by)
    is_new = pl.col("id").is_in(list(ids.values()))
    add_tumours(described.filter(is_new))
    known = described.filter(~is_new).drop("number", "created_at", "status", "stage_system", "dci")
    update_frame(Tumour, known)
    lower_confirmed(known["id"].to_list())
    return findings, ids


def reserve_tumour_ids(count: int) -> list[int]:
    query = "SELECT nextval(pg_get_serial_sequence('registry_tumour', 'id')) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(query, [count])
        return [pk for (pk,) in cursor.fetchall()]


def code_cases(tumours: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return tumours with their persons' facts, age and derived codes, in the order of their ids."""
    facts = people.select("person", *(name for name in PERSON_FIELDS if name != "full_name"))
    cases = tumours.join(facts, on="person", how="left", maintain_order="left").sort("tumour")
    aged = cases.with_columns(age=compute_age(stated="age"))
    return aged.hstack(derive_rows(aged))


def describe_questions(judged: Judged) -> pl.DataFrame:
    """Return a finding for each field in which a row disagrees with evidence of the same weight."""
    asked = judged.changes.filter(pl.col("rule") == ASK).join(judged.rows.select("row", "tumour"), on="row")
    sentences = [write_question(row) for row in asked.iter_rows(named=True)]
    texts = pl.DataFrame(sentences, schema={"message_vi": pl.String, "message_en": pl.String}, orient="row")
    return asked.hstack(texts).select(
        "tumour",
        rule=pl.lit(SOURCE_RULE),
        result=pl.lit(CheckState.QUERY.value),
        message_vi="message_vi",
        message_en="message_en",
        fields=pl.concat_list("field"),
    )


def write_question(change: dict[str, str]) -> tuple[str, str]:
    field = BY_NAME[change["field"]].label
    with translation.override("vi"):
        vi = f"Hai nguồn ngang nhau: {field} trong sổ là {change['old']}, nguồn mới ghi {change['new']}"
    with translation.override("en"):
        en = f"Two equal sources: {field} is {change['old']} in the register, a new source says {change['new']}"
    return vi, en


def find_all(cases: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """Return what the rules say of the cases, the open questions, and which of it is answered already."""
    found = check_rows(cases)
    checked = found.with_columns(tumour=cases["tumour"].gather(found["row"])).select(asked.columns)
    both = pl.concat([checked, asked]).unique(
        ["tumour", "rule", "message_vi"], keep="first", maintain_order=True
    )
    answers = CheckFinding.objects.filter(tumour__in=cases["tumour"].to_list(), confirmed_by__isnull=False)
    answered = pl.DataFrame(
        list(answers.values_list("tumour_id", "rule", "message_vi")),
        schema={"tumour": pl.Int64, "rule": pl.String, "message_vi": pl.String},
        orient="row",
    ).with_columns(answered=pl.lit(value=True))
    joined = both.join(answered, on=["tumour", "rule", "message_vi"], how="left", maintain_order="left")
    return joined.with_columns(pl.col("answered").fill_null(value=False))


def rate_states(findings: pl.DataFrame) -> pl.DataFrame:
    ranked = findings.with_columns(harm=pl.col("result").replace_strict(dict(HARM), return_dtype=pl.Int8))
    return ranked.group_by("tumour").agg(check_state=pl.col("result").sort_by("harm").last())


def describe_tumours(cases: pl.DataFrame, by: Viewer) -> pl.DataFrame:
    texts = (*WEIGHED, "basis", "ward_code", "incidence_precision", "edition", "icd10", "iccc3", "site")
    return cases.select(
        pl.col("tumour").alias("id"),
        pl.col("person").alias("person_id"),
        "number",
        *(pl.col(name).fill_null("") for name in texts),
        "incidence_date",
        "age",
        "ci5",
        (pl.col("basis") == "0").fill_null(value=False).alias("dco"),
        (pl.col("basis") == "0").fill_null(value=False).alias("dci"),
        pl.col("check_state").fill_null(CheckState.OK.value),
        pl.lit(RecordStatus.PENDING.value).alias("status"),
        pl.lit("").alias("stage_system"),
        (pl.col("sources").fill_null(0) + pl.col("told").fill_null(0)).alias("sources"),
        pl.lit(RULES_VERSION).alias("tables_version"),
        (pl.col("version").fill_null(0) + 1).alias("version"),
        pl.lit(by.staff_id).alias("updated_by_id"),
        NOW.alias("created_at"),
        NOW.alias("updated_at"),
    )


def add_tumours(tumours: pl.DataFrame) -> None:
    if tumours.is_empty():
        return
    years = tumours.with_columns(year=pl.col("incidence_date").dt.year())
    last = {year: last_number(year) for year in years["year"].unique()}
    place = pl.int_range(1, pl.len() + 1).over("year") + pl.col("year").replace_strict(
        last, return_dtype=pl.Int64
    )
    number = pl.format(f"{PREFIX}-{{}}-{{}}", "year", place.cast(pl.String).str.zfill(6))
    copy_frame(Tumour, years.with_columns(number=number).drop("year"))


def last_number(year: int) -> int:
    """Return the largest number given out for a year of incidence."""
    prefix = f"{PREFIX}-{year}-"
    last = Tumour.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    return int(last.removeprefix(prefix)) if last else 0


def lower_confirmed(tumours: list[int]) -> None:
    """Send confirmed cases with something new to answer back to work."""
    open_again = Tumour.objects.filter(pk__in=tumours, status=RecordStatus.CONFIRMED).exclude(
        check_state=CheckState.OK
    )
    open_again.update(status=RecordStatus.PENDING)


def write_notifications(batch: Batch, rows: pl.DataFrame, raw: pl.Series) -> None:
    said = pl.struct(pl.col(SAID).cast(pl.String)).struct.json_encode()
    copy_frame(
        Notification,
        rows.with_columns(raw).select(
            pl.col("tumour").alias("tumour_id"),
            pl.lit(batch.facility_id, pl.Int64).alias("facility_id"),
            pl.lit(batch.kind).alias("kind"),
            pl.coalesce("notification_date", "incidence_date").alias("date"),
            said.alias("said"),
            "raw",
            "fingerprint",
            pl.lit(batch.origin).alias("origin"),
            pl.col("record_number").fill_null("").alias("source_number"),
            pl.col("patient_number").fill_null("").alias("source_person"),
            pl.lit(batch.pk).alias("batch_id"),
            "line",
        ),
    )


def write_findings(findings: pl.DataFrame) -> None:
    """Replace the open findings of these tumours; answered ones and questions between sources stay."""
    touched = findings["tumour"].unique().to_list()
    CheckFinding.objects.filter(tumour__in=touched, confirmed_by__isnull=True).exclude(
        rule=SOURCE_RULE
    ).delete()
    asked = CheckFinding.objects.filter(tumour__in=touched, rule=SOURCE_RULE).values_list(
        "tumour_id", "message_vi"
    )
    stay = pl.DataFrame(list(asked), schema={"tumour": pl.Int64, "message_vi": pl.String}, orient="row")
    fresh = findings.filter(~pl.col("answered")).join(
        stay, on=["tumour", "message_vi"], how="anti", maintain_order="left"
    )
    quoted = pl.col("fields").list.eval(pl.lit('"') + pl.element() + pl.lit('"')).list.join(", ")
    copy_frame(
        CheckFinding,
        fresh.select(
            pl.col("tumour").alias("tumour_id"),
            "rule",
            "result",
            pl.col("message_vi").str.head(300),
            pl.col("message_en").str.head(300),
            pl.format("[{}]", quoted).alias("fields"),
            pl.lit(RULES_VERSION).alias("rules_version"),
            pl.lit("").alias("confirmed_reason"),
        ),
    )


def write_attendances(batch: Batch, rows: pl.DataFrame) -> None:
    """Let the facility that sent the rows open the records of its own patients."""
    if batch.facility_id is None:
        return
    since = rows.group_by("person").agg(pl.col("incidence_date").min()).sort("person")
    attend_people(
        since.select(
            pl.col("person").alias("person_id"),
            pl.lit(batch.facility_id, pl.Int64).alias("facility_id"),
            pl.col("incidence_date").alias("since"),
        )
    )
