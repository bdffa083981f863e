"""One case: every save derives, checks and leaves a trace; two people do not overwrite each other."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.person import change_person
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.queries.history import case_history
from banyan.apps.registry.services.tumour import (
    NotReady,
    change_tumour,
    confirm_finding,
    confirm_tumour,
)
from banyan.science.coding import RULES_VERSION, CodeError


def test_a_new_case_is_coded_checked_and_numbered(add_case):
    tumour = add_case()

    assert (tumour.number, tumour.icd10, tumour.site, tumour.age) == ("HN-2024-000001", "C50.4", "breast", 56)
    assert (tumour.check_state, tumour.status, tumour.tables_version) == ("ok", "pending", RULES_VERSION)
    assert tumour.notifications.get().said["topography"] == "C50.4"


def test_a_change_derives_the_codes_again(add_case, registrar):
    tumour = add_case()

    changed = change_tumour(
        tumour=tumour, changes={"topography": "C50.9"}, version=1, reason="phiếu mới", by=registrar
    )

    assert (changed.icd10, changed.version) == ("C50.9", 2)


def test_a_code_that_does_not_exist_changes_nothing(add_case, registrar):
    tumour = add_case()

    with pytest.raises(CodeError):
        change_tumour(
            tumour=tumour, changes={"topography": "C99.9"}, version=1, reason="đọc lại phiếu", by=registrar
        )

    assert Tumour.objects.get().topography == "C50.4"


def test_a_field_that_follows_from_others_cannot_be_typed(add_case, registrar):
    with pytest.raises(TypeError, match="icd10"):
        change_tumour(
            tumour=add_case(), changes={"icd10": "C61"}, version=1, reason="đọc lại phiếu", by=registrar
        )


def test_the_second_of_two_writers_learns_who_changed_what(add_case, registrar, hospital_registrar):
    tumour = add_case()
    change_tumour(tumour=tumour, changes={"grade": "2"}, version=1, reason="đọc lại", by=hospital_registrar)

    with pytest.raises(EditConflict) as conflict:
        change_tumour(tumour=tumour, changes={"grade": "3"}, version=1, reason="đọc lại phiếu", by=registrar)

    [change] = [change for change in conflict.value.changes if change.field == "grade"]
    assert (change.old, change.new, change.who, change.reason) == ("", "2", "lan", "đọc lại")
    assert timezone.now() - change.at < timedelta(minutes=5)
    assert Tumour.objects.get().grade == "2"


def test_a_person_is_guarded_the_same_way(add_case, registrar):
    person = add_case().person
    change_person(person=person, changes={"sex": "1"}, version=1, reason="gõ nhầm", by=registrar)

    with pytest.raises(EditConflict):
        change_person(person=person, changes={"sex": "2"}, version=1, reason="gõ nhầm", by=registrar)


def test_history_says_from_what_to_what_and_why(add_case, registrar):
    tumour = add_case()
    change_tumour(tumour=tumour, changes={"stage": "III"}, version=1, reason="hội chẩn", by=registrar)
    change_person(person=tumour.person, changes={"full_name": "Đỗ Thị Hằng"}, version=1, by=registrar)

    edits = case_history(tumour)

    [stage] = [edit for edit in edits if any(change.field == "stage" for change in edit.changes)]
    assert (stage.who, stage.reason) == ("ha", "hội chẩn")
    [change] = stage.changes
    assert (change.field, change.old, change.new) == ("stage", "", "III")


def test_a_clash_is_found_and_goes_when_it_is_set_right(add_case, registrar):
    tumour = add_case(stage="III", t="2", n="1", m="1")
    assert (tumour.check_state, tumour.findings.get().rule) == ("query", "stage-metastasis")

    changed = change_tumour(
        tumour=tumour, changes={"stage": "IV"}, version=1, reason="đọc lại phiếu", by=registrar
    )

    assert (changed.check_state, changed.findings.count()) == ("ok", 0)


def test_an_impossible_case_can_be_kept_but_not_confirmed(add_case, registrar):
    tumour = add_case()
    change_person(
        person=tumour.person,
        changes={"sex": "1", "citizen_id": ""},
        version=1,
        reason="gõ nhầm",
        by=registrar,
    )
    fresh = Tumour.objects.select_related("person").get()
    changed = change_tumour(
        tumour=fresh, changes={"topography": "C53.9"}, version=1, reason="đọc lại phiếu", by=registrar
    )

    assert changed.check_state == "invalid"
    with pytest.raises(NotReady):
        confirm_tumour(tumour=changed, version=changed.version, by=registrar)
    with pytest.raises(ValueError, match="corrected"):
        confirm_finding(finding=changed.findings.get(result="invalid"), reason="vẫn đúng", by=registrar)


def test_a_rare_finding_is_answered_with_a_reason_and_stays_answered(add_case, registrar):
    tumour = add_case()
    change_person(
        person=tumour.person,
        changes={"sex": "1", "citizen_id": ""},
        version=1,
        reason="gõ nhầm",
        by=registrar,
    )
    fresh = Tumour.objects.select_related("person").get()
    rare = change_tumour(
        tumour=fresh, changes={"grade": "2"}, version=1, reason="đọc lại phiếu", by=registrar
    )
    finding = rare.findings.get(rule="male-breast")

    with pytest.raises(ValueError, match="reason"):
        confirm_finding(finding=finding, reason=" ", by=registrar)
    confirm_finding(finding=finding, reason="mổ ngày 14/08, giải phẫu bệnh xác nhận", by=registrar)

    again = change_tumour(
        tumour=rare, changes={"grade": "3"}, version=rare.version, reason="đọc lại phiếu", by=registrar
    )
    assert again.check_state == "ok"
    confirmed = confirm_tumour(tumour=again, version=again.version, by=registrar)
    assert confirmed.status == "confirmed"


def test_a_confirmed_case_with_a_new_clash_goes_back_to_work(add_case, registrar):
    tumour = add_case()
    confirmed = confirm_tumour(tumour=tumour, version=1, by=registrar)

    changed = change_tumour(
        tumour=confirmed, changes={"stage": "III", "m": "1"}, version=2, reason="đọc lại phiếu", by=registrar
    )

    assert changed.status == "pending"


def test_a_certificate_alone_marks_the_case_for_good(add_case, registrar):
    tumour = add_case(basis="0", grade="")
    assert (tumour.dco, tumour.dci) == (True, True)

    traced = change_tumour(
        tumour=tumour, changes={"basis": "7.1"}, version=1, reason="truy nguồn", by=registrar
    )

    assert (traced.dco, traced.dci) == (False, True)


def test_age_is_not_computed_from_dates_that_are_only_partly_known(add_case):
    tumour = add_case(incidence_precision="month", age=57)

    assert tumour.age == 57


def test_numbers_go_on_within_the_year_of_incidence(add_case):
    numbers = [
        add_case(name=name, incidence_date=date(year, 5, 1)).number
        for name, year in (("A", 2023), ("B", 2024), ("C", 2024))
    ]

    assert numbers == ["HN-2023-000001", "HN-2024-000001", "HN-2024-000002"]
