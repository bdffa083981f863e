from datetime import date

import pytest

from banyan.apps.core.rules import Viewer
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.search import search_people
from banyan.apps.people.rules import (
    check_citizen_id,
    citizen_birth_year,
    citizen_sex,
    read_citizen_id,
    read_insurance_number,
)
from banyan.apps.people.services.glass import make_grant
from banyan.apps.people.services.person import add_person, change_person, move_person
from banyan.science.coding import CodeError


@pytest.fixture
def registrar(db) -> Viewer:
    from banyan.apps.network.models import Facility, Staff

    facility = Facility.objects.create(code="R", name_vi="Sổ", name_en="Registry", level=3, kind="registry")
    staff = Staff.objects.create_user("a@banyan.test", "a long password", full_name="Trần Thu Hà")
    return Viewer(
        staff_id=staff.pk,
        name=staff.full_name,
        role="registrar",
        facility_id=facility.pk,
        facility_name="Sổ",
        level=3,
        whole_city=True,
        capabilities=frozenset({"view_persons"}),
    )


@pytest.mark.parametrize(
    ("number", "sex", "year"),
    [
        ("001168004127", "2", 1968),
        ("001068004127", "1", 1968),
        ("001303004127", "2", 2003),
        ("012345678", "9", None),
    ],
)
def test_a_citizen_number_states_sex_and_year_of_birth(number, sex, year):
    assert (citizen_sex(number), citizen_birth_year(number)) == (sex, year)


def test_a_citizen_number_is_compared_with_the_record():
    assert check_citizen_id("001168004127", "2", 1968) == []
    assert len(check_citizen_id("001168004127", "1", 1970)) == 2
    assert check_citizen_id("001168004127", "9", None) == []


@pytest.mark.parametrize("text", ["12345", "00116800412A", "0011680041271"])
def test_a_citizen_number_of_another_form_is_refused(text):
    with pytest.raises(CodeError):
        read_citizen_id(text)


def test_numbers_are_kept_without_their_marks():
    assert read_citizen_id(" 001 168 004-127 ") == "001168004127"
    assert read_insurance_number("dn 4 01 0117592308") == "DN4010117592308"
    assert read_insurance_number("0117592308") == "0117592308"


def test_a_person_is_found_with_accents_or_without(registrar):
    person = add_person(by=registrar, full_name="Đỗ  Thị Hằng", sex="2")

    for text in ("đỗ thị hằng", "do thi hang", "Hằng", "hang do"):
        assert list(search_people(visible_people(registrar), text)) == [person]
    assert not search_people(visible_people(registrar), "hạnh").exists()


def test_a_death_date_makes_the_person_dead_and_every_date_has_a_precision(registrar):
    person = add_person(by=registrar, full_name="Lê Văn Bảo", sex="1", birth_date=date(1950, 1, 1))

    changed = change_person(
        person=person,
        changes={"death_date": date(2024, 5, 6)},
        version=1,
        by=registrar,
        reason="giấy báo tử",
    )

    assert (changed.vital_status, changed.death_precision, changed.birth_precision) == ("dead", "day", "day")


def test_residence_is_added_never_rewritten(registrar):
    person = add_person(by=registrar, full_name="Lê Văn Bảo", sex="1")
    move_person(person=person, ward_code="00292", start=date(2020, 1, 1), by=registrar)
    move_person(person=person, ward_code="00340", start=date(2025, 1, 1), by=registrar)

    assert list(person.residences.values_list("ward_code", "start", "end")) == [
        ("00292", date(2020, 1, 1), date(2025, 1, 1)),
        ("00340", date(2025, 1, 1), None),
    ]


def test_an_unknown_field_is_refused(registrar):
    with pytest.raises(TypeError, match="folded_name"):
        add_person(by=registrar, full_name="A", folded_name="b")


def test_a_grant_takes_nobody_away_from_who_sees_the_whole_city(registrar):
    opened, other = (
        add_person(by=registrar, full_name=name, sex="1") for name in ("Lê Văn Bảo", "Lê Văn Bình")
    )
    make_grant(opened, reason="emergency", words="cấp cứu", by=registrar)

    assert set(visible_people(registrar)) == {opened, other}
