"""The register in memory follows the database: edits by what they changed, imports as a whole."""

import gc
import weakref
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.insight.queries.register import forget_register, read_register
from banyan.apps.people.models import Person
from banyan.apps.registry.models import Tumour


def in_order(register):
    return register.cases.sort("id")


def read_anew():
    forget_register()
    return read_register()


@pytest.mark.parametrize("edit", ["tumour", "person", "deleted", "added"])
def test_after_an_edit_the_register_equals_one_read_anew(small_city, edit):
    before = read_register()
    changed = Tumour.objects.order_by("id")[3]
    if edit == "tumour":
        Tumour.objects.filter(pk=changed.pk).update(site="lung", topography="C34.1", stage="IV")
    elif edit == "person":
        Person.objects.filter(pk=changed.person_id).update(death_date=date(2024, 1, 1), vital_status="dead")
    elif edit == "deleted":
        Tumour.objects.filter(pk=changed.pk).update(status="deleted")
    else:
        changed.pk, changed.number = 1_000_000, "new"
        changed.save(force_insert=True)

    with CaptureQueriesContext(connection) as seen:
        followed = read_register()

    assert followed.version != before.version
    assert in_order(followed).equals(in_order(read_anew()))
    assert not in_order(followed).equals(in_order(before))
    assert [query for query in seen.captured_queries if "person_years" in query["sql"]] == []


def test_single_edits_wait_for_the_lag_and_keep_their_version(small_city, settings):
    settings.FIGURES_LAG = 3600
    before = read_register()

    Tumour.objects.filter(pk=1).update(stage="IV")

    assert read_register() is before
    settings.FIGURES_LAG = 0
    assert read_register().version != before.version


@pytest.mark.parametrize(("role", "more"), [(Role.REGISTRAR, ()), (Role.EPIDEMIOLOGIST, ("rows",))])
def test_nothing_holds_on_to_a_register_that_is_past(small_city, client_as, role, more):
    client = client_as(role)
    pages = ("incidence", "survival", "stage", "quality", "trend", "comparison", "prevalence", *more)
    answers = [client.get(reverse(f"figures-{page}"), {"site": "breast", "sex": "2"}) for page in pages]
    past = weakref.ref(read_register().cases)

    Tumour.objects.filter(pk=1).update(stage="IV")
    after = read_register()
    opened = {answer.status_code for answer in answers}
    del answers
    gc.collect()

    assert opened == {200}
    assert (past(), after is None) == (None, False)
