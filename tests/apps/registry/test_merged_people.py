"""A person merged or changed: her cases follow, are checked again, and the figures notice."""

from datetime import date

import pytest
from django.urls import reverse

from banyan.apps.people.models import Person
from banyan.apps.people.services.merge import merge_people
from banyan.apps.people.services.person import add_person, change_person
from banyan.apps.people.services.unmerge import undo_merge
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.queries.figures import data_version, read_changed


@pytest.fixture
def second(add_case):
    return add_case(name="Đỗ Thị Hằng", topography="C18.7", morphology="8140")


@pytest.fixture
def first(add_case):
    return add_case()


def join(first, second, registrar, taken=()):
    return merge_people(
        kept=first.person,
        gone=second.person,
        kept_version=1,
        gone_version=1,
        taken=taken,
        reason="cùng thẻ",
        by=registrar,
    )


def test_the_cases_of_the_record_that_went_are_hers(first, second, registrar):
    read = data_version()
    join(first, second, registrar)

    second.refresh_from_db()
    assert second.person_id == first.person_id
    assert data_version().number > read.number
    assert read_changed(read)[0] == [first.pk, second.pk] or second.pk in read_changed(read)[0]


def test_whoever_had_the_case_open_is_told(first, second, registrar):
    join(first, second, registrar)

    second.refresh_from_db()
    assert second.version == 2


def test_a_merge_undone_gives_the_case_back(first, second, registrar):
    merge = join(first, second, registrar)
    undo_merge(merge=merge, decisions={}, reason="gộp nhầm", by=registrar)

    assert Tumour.objects.get(pk=second.pk).person_id == second.person_id


def test_a_change_of_birth_is_seen_by_every_case_of_the_person(first, registrar):
    change_person(
        person=first.person,
        changes={"birth_date": date(1958, 3, 12), "birth_precision": "day"},
        version=1,
        by=registrar,
        reason="giấy khai sinh",
    )

    first.refresh_from_db()
    assert first.age == 66


def test_a_row_of_a_file_that_means_the_old_record_enters_at_the_one_that_stays(
    receive, small_file, registrar, first
):
    old = add_person(
        by=registrar, full_name="Nguyễn Thị Hằng", sex="2", birth_date=date(1968, 3, 12), citizen_id=""
    )
    Person.objects.filter(pk=first.person_id).update(citizen_id="")
    first.person.refresh_from_db()
    merge_people(
        kept=first.person, gone=old, kept_version=1, gone_version=1, taken=(), reason="cùng", by=registrar
    )

    batch = receive(small_file)

    assert set(batch.held.filter(line=2).values_list("person_id", flat=True)) == {first.person_id}


def test_her_cases_stand_on_her_page_and_a_new_one_takes_her_along(sign_in, first):
    client = sign_in("registrar")

    page = client.get(reverse("person", args=[first.person.number])).content.decode()
    paper = client.get(reverse("case-new"), {"person": first.person.number}).content.decode()

    assert reverse("case", args=[first.number]) in page
    assert f"{reverse('case-new')}?person={first.person.number}" in page
    assert f'value="{first.person.number}"' in paper
