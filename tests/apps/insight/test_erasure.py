"""A person's identity goes, and no figure moves: counts, rates, stages and survival before and after."""

from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from banyan.apps.core.choices import Role
from banyan.apps.insight.queries.incidence import work_out_incidence
from banyan.apps.insight.queries.question import Question
from banyan.apps.insight.queries.register import count_tumours, read_wards, shape_register
from banyan.apps.insight.queries.stage import work_out_stage
from banyan.apps.insight.queries.survival import work_out_survival
from banyan.apps.network.models import Facility
from banyan.apps.network.queries.population import current_population_set, read_population
from banyan.apps.network.queries.staff import current_postings, view_as
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import Person
from banyan.apps.people.services.erasure import approve_erasure, ask_erasure
from banyan.apps.registry.queries.figures import data_version, read_cases

KEPT = ["id", "sex", "age", "age_group", "year", "precision", "site", "icd10", "topography", "morphology",
        "behaviour", "basis", "stage", "ward_code", "dco", "vital_status", "sources"]  # fmt: skip
ASKED = Question(first=2014, last=2023, site="lung", skin=True)


def officer(name: str):
    place, _ = Facility.objects.get_or_create(
        code="R", defaults={"name_vi": "Trung tâm", "name_en": "Centre", "level": 3, "kind": "registry"}
    )
    staff = add_staff(email=f"{name}@centre.example", full_name=name, password="correct-horse-battery")
    post_staff(staff=staff, facility=place, role=Role.OFFICER, start=date(2020, 1, 1))
    return view_as(current_postings(staff.pk, date(2026, 11, 24)).get())


def read_all():
    population = current_population_set()
    cases = read_cases().sort("id")
    return cases, shape_register(
        count_tumours(cases), read_population(population.pk), read_wards(), data_version(), population
    )


@pytest.fixture
def erased(small_city):
    """Everything that figures stand on, before and after forty people were forgotten."""
    before = read_all()
    first, second = officer("an"), officer("binh")
    for person in Person.objects.order_by("id")[:40]:
        erasure = ask_erasure(person=person, reason="theo yêu cầu", by=first)
        approve_erasure(erasure=erasure, words="đồng ý", by=second)
    return SimpleNamespace(before=before, after=read_all())


def test_not_one_figure_moves(erased):
    (cases, register), (cases_after, register_after) = erased.before, erased.after

    assert_frame_equal(cases.select(KEPT), cases_after.select(KEPT))
    before, after = (vars(work_out_incidence(each, ASKED)) for each in (register, register_after))
    frames = [name for name, value in before.items() if isinstance(value, pl.DataFrame)]
    assert {"ages", "by_year", "wards", "counts"} <= set(frames)
    for name in frames:
        # groups come out in any order
        assert_frame_equal(before[name], after[name], check_row_order=False)
    assert_frame_equal(work_out_stage(register, ASKED).by_year, work_out_stage(register_after, ASKED).by_year)


def test_survival_stays_to_the_last_figure_that_is_ever_shown(erased):
    """Spans and ages are the same to the day; the life table is entered some days earlier or later."""
    before, after = (work_out_survival(each[1], ASKED) for each in (erased.before, erased.after))

    assert (before.patients, before.left_out) == (after.patients, after.left_out)
    assert_frame_equal(before.overall, after.overall, abs_tol=1e-3, rel_tol=0)
    exact = ["at_risk", "events"]
    assert_frame_equal(before.overall.select(exact), after.overall.select(exact))


def test_the_days_themselves_are_no_longer_hers(erased):
    spans = [
        (pl.col("death_date") - pl.col("incidence_date")).alias("lived"),
        (pl.col("incidence_date") - pl.col("birth_date")).alias("aged"),
    ]
    before, after = (each[0].head(40) for each in (erased.before, erased.after))

    assert (
        before["incidence_date"] != after["incidence_date"]
    ).sum() >= 35  # a year's two ends leave no room
    assert_frame_equal(before.select(spans), after.select(spans))
    assert set(Person.objects.filter(pk__lte=40).values_list("full_name", flat=True)) == {""}
