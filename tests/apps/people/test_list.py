"""Lists of people: the index of a facility's names says what the persons say."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date

import polars as pl
import pytest
from django.db import transaction

from banyan.apps.core.choices import Role
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.bulk import trusted_rows
from banyan.apps.network.models import Facility
from banyan.apps.network.queries.staff import view_as
from banyan.apps.people.models import Attendance, Person
from banyan.apps.people.queries.list import PersonFilter, find_people
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.search import search_people
from banyan.apps.people.services.bulk import attend_people
from banyan.apps.people.services.glass import make_grant
from banyan.apps.people.services.merge import merge_people
from banyan.apps.people.services.person import add_person, change_person
from banyan.apps.people.services.restriction import restrict_person
from tests.apps.people.conftest import post

NAMES = (
    "Lê Văn Bảo",
    "Đỗ Thị Hằng",
    "Đỗ Thị Hăng",
    "Nguyễn Văn Ân",
    "Lê Thị Hằng",
    "Hằng",
    "Đỗ Thị Hằng Nga",
)


@pytest.fixture
def people(nurse: Viewer, registrar: Viewer) -> list[Person]:
    """Six of the hospital, one of them restricted; of another place one opened for some hours and one never."""
    here = [add_person(by=nurse, full_name=name, sex="2") for name in NAMES]
    away = [add_person(by=registrar, full_name=name, sex="2") for name in ("Đỗ Thu Hằng", "Phạm Thị Hằng")]
    restrict_person(person=here[4], reason="theo yêu cầu", by=registrar)
    make_grant(away[0], reason="emergency", words="cấp cứu", by=nurse)
    return here + away


def names_of(viewer: Viewer, text: str = "", **wanted: str) -> list[str]:
    found = Person.objects.in_bulk(keys := find_people(viewer, PersonFilter(text=text, **wanted)))
    return [found[key].full_name for key in keys]


@pytest.mark.parametrize("text", ["", "hằng", "do hang", "Đỗ Thị Hằng", "ng v", "không ai"])
def test_a_facility_lists_just_whom_its_staff_may_see(nurse: Viewer, people: list[Person], text: str) -> None:
    asked = search_people(visible_people(nurse), text) if text else visible_people(nurse)

    assert find_people(nurse, PersonFilter(text=text)) == list(
        asked.order_by("sort_name", "id").values_list("pk", flat=True)
    )


@pytest.mark.parametrize("at", ["hospital", "registry"])
@pytest.mark.parametrize("role", Role.values)
def test_every_role_is_listed_just_whom_it_may_open(
    role: str, at: str, hospital: Facility, registry: Facility, people: list[Person]
) -> None:
    viewer = view_as(post("thu@banyan.test", hospital if at == "hospital" else registry, role))
    make_grant(people[8], reason="emergency", words="cấp cứu", by=viewer)
    make_grant(people[4], reason="emergency", words="cấp cứu", by=viewer)

    listed = find_people(viewer, PersonFilter())

    assert listed == list(visible_people(viewer).order_by("sort_name", "id").values_list("pk", flat=True))


def test_a_data_officer_is_listed_the_restricted_and_nobody_by_broken_glass(
    hospital: Facility, people: list[Person]
) -> None:
    officer = view_as(post("thu@banyan.test", hospital, Role.OFFICER))
    make_grant(people[8], reason="emergency", words="cấp cứu", by=officer)

    assert set(find_people(officer, PersonFilter())) == {person.pk for person in people[:7]}


def test_a_changed_name_is_listed_as_it_is_now(nurse: Viewer, people: list[Person]) -> None:
    change_person(
        person=people[0], changes={"full_name": "Lê Văn Ái"}, version=1, by=nurse, reason="theo căn cước"
    )

    assert names_of(nurse, "van") == ["Lê Văn Ái", "Nguyễn Văn Ân"]


def test_a_merged_record_leaves_its_places_to_the_other_under_that_name(
    nurse: Viewer, registrar: Viewer, people: list[Person]
) -> None:
    merge_people(
        kept=people[8],
        gone=people[0],
        kept_version=1,
        gone_version=1,
        taken=(),
        by=registrar,
        reason="một người",
    )

    assert names_of(nurse, "pham") == ["Phạm Thị Hằng"]
    assert set(Attendance.objects.values_list("person_id", "sort_name", "folded_name")) == set(
        Person.objects.filter(attendances__isnull=False).values_list("pk", "sort_name", "folded_name")
    )


def test_a_city_looks_for_whole_names_first_and_for_beginnings_where_there_are_none(
    registrar: Viewer, people: list[Person]
) -> None:
    assert names_of(registrar, "thị đỗ hằng") == ["Đỗ Thị Hăng", "Đỗ Thị Hằng", "Đỗ Thị Hằng Nga"]
    assert names_of(registrar, "đỗ th") == ["Đỗ Thị Hăng", "Đỗ Thị Hằng", "Đỗ Thu Hằng", "Đỗ Thị Hằng Nga"]
    assert names_of(registrar, "h n") == ["Đỗ Thị Hằng Nga"]
    assert names_of(registrar, "' & !") == []


def test_a_filter_narrows_both_ways_of_listing(
    nurse: Viewer, registrar: Viewer, people: list[Person]
) -> None:
    change_person(person=people[0], changes={"sex": "1"}, version=1, by=nurse, reason="theo căn cước")

    assert (names_of(nurse, sex="1"), names_of(registrar, sex="1")) == (["Lê Văn Bảo"], ["Lê Văn Bảo"])


@pytest.mark.parametrize("guard", [nullcontext, trusted_rows])
def test_places_added_by_the_thousand_have_the_names_too(
    guard: Callable[[], AbstractContextManager[None]], nurse: Viewer, registry: Facility
) -> None:
    person = add_person(by=nurse, full_name="Đỗ Thị Hằng", sex="2")
    rows = {"person_id": [person.pk], "facility_id": [registry.pk], "since": [date(2026, 1, 1)]}

    with transaction.atomic(), guard():
        assert attend_people(pl.DataFrame(rows)) == 1

    here = Attendance.objects.get(person=person, facility=registry)
    assert (here.sort_name, here.folded_name) == (person.sort_name, "do thi hang")
