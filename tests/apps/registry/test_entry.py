"""What a registrar types: reasons, two people at one case, a case from paper, fields as they are read."""

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.choices import Role
from banyan.apps.core.forms.fields import PartialDateField
from banyan.apps.core.models import AccessLine
from banyan.apps.people.services.editing import ReasonMissing
from banyan.apps.people.services.person import change_person
from banyan.apps.registry.forms.case import CaseForm, read_basis
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.queries.history import case_history
from banyan.apps.registry.rules.entry import MINE, THEIRS, compare_versions, settle
from banyan.apps.registry.rules.values import read_edit_reason, read_morphology, read_topography
from banyan.apps.registry.services.tumour import change_tumour
from banyan.science.coding import CodeError, Edition

CODED = {
    "topography": "C50.9",
    "morphology": "8520",
    "behaviour": "2",
    "grade": "3",
    "laterality": "1",
    "basis": "5",
    "incidence_date": date(2024, 9, 1),
    "incidence_precision": "month",
    "stage": "III",
    "t": "3",
    "n": "1",
    "m": "1",
}
CLINICAL_OF_PERSON = {
    "sex": "9",
    "birth_date": date(1967, 1, 1),
    "vital_status": "lost",
    "death_date": date(2025, 1, 1),
}


# reasons


@pytest.mark.asvs("2.2.2", "2.3.2")
@pytest.mark.parametrize("field", CODED)
def test_a_coded_value_of_a_saved_case_changes_only_with_a_reason(add_case, registrar, field):
    tumour = add_case()
    changes = {field: CODED[field]}

    with pytest.raises(ReasonMissing) as refused:
        change_tumour(tumour=tumour, changes=changes, version=1, reason="  ", by=registrar)

    assert refused.value.fields == [field]
    assert Tumour.objects.get().version == 1
    change_tumour(tumour=tumour, changes=changes, version=1, reason="phiếu mới", by=registrar)
    assert case_history(tumour)[0].reason == "phiếu mới"


@pytest.mark.asvs("2.3.2")
@pytest.mark.parametrize("field", CLINICAL_OF_PERSON)
def test_so_does_a_clinical_value_of_the_person(add_case, registrar, field):
    person = add_case().person
    changes = {field: CLINICAL_OF_PERSON[field]}

    with pytest.raises(ReasonMissing):
        change_person(person=person, changes=changes, version=1, by=registrar)

    changed = change_person(person=person, changes=changes, version=1, by=registrar, reason="tin theo dõi")
    assert changed.version == 2


def test_a_name_or_a_ward_needs_none(add_case, registrar):
    tumour = add_case()

    named = change_person(
        person=tumour.person, changes={"full_name": "Đỗ Thị Hằng Nga"}, version=1, by=registrar
    )
    moved = change_tumour(tumour=tumour, changes={"ward_code": "00004"}, version=1, reason="", by=registrar)

    assert (named.version, moved.version) == (2, 2)


def test_a_usual_reason_is_one_digit_and_kept_in_words():
    assert read_edit_reason("2") == "Gõ nhầm, sửa theo giấy"
    assert read_edit_reason(" hội chẩn 12/10 ") == "hội chẩn 12/10"


# fields as they are typed


@pytest.mark.parametrize("text", ["c50.4", "C504", "c50,4", "504", "50.4", " C50.4 "])
def test_a_site_is_read_however_it_is_typed(text):
    assert read_topography(text, Edition.ICDO32) == "C50.4"


@pytest.mark.parametrize("text", ["8500/3", "85003", "8500 3", "M8500/3"])
def test_a_morphology_is_read_however_it_is_typed(text):
    assert str(read_morphology(text, Edition.ICDO32)) == "8500/3"


@pytest.mark.parametrize(
    ("text", "code"), [("7", "7.1"), ("7,3", "7.3"), ("73", "7.3"), ("6", "7.2"), ("3", "2"), ("8", "8")]
)
def test_a_basis_is_read_as_paper_writes_it(text, code):
    assert read_basis(text) == code


def test_a_single_nine_is_unknown():
    assert read_topography("9", Edition.ICDO32) == "C80.9"
    assert str(read_morphology("9", Edition.ICDO32)) == "8000/3"


@pytest.mark.asvs("2.2.1", "2.2.2")
def test_a_wrong_code_is_named():
    with pytest.raises(CodeError, match=r"C99\.9"):
        read_topography("C99.9", Edition.ICDO32)


@pytest.mark.parametrize(
    ("text", "found", "precision"),
    [
        ("24112026", date(2026, 11, 24), "day"),
        ("24/11/2026", date(2026, 11, 24), "day"),
        ("112026", date(2026, 11, 1), "month"),
        ("11/2026", date(2026, 11, 1), "month"),
        ("2026", date(2026, 1, 1), "year"),
        ("99112026", date(2026, 11, 1), "month"),
        ("9", None, ""),
        ("99", None, ""),
    ],
)
def test_a_date_is_read_as_far_as_it_is_known(text, found, precision):
    assert PartialDateField(required=False).clean(text) == (found, precision)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2150, 12, 31)))
def test_any_day_typed_as_eight_digits_is_that_day(day):
    assert PartialDateField().clean(f"{day:%d%m}{day.year:04d}") == (day, "day")


@given(st.text(max_size=12))
def test_no_text_breaks_the_date_field(text):
    form = CaseForm({"birth_date": text})

    found = None if form.errors.get("birth_date") else form.cleaned_data["birth_date"]

    assert found is None or (found.date is None) == (found.precision == "")


def test_a_case_belongs_to_a_year():
    form = CaseForm({"incidence_date": "9", "topography": "C50.4", "morphology": "8500/3"})

    assert form.errors["incidence_date"] == ["Ghi ít nhất năm mắc; không có năm thì ca không thuộc năm nào."]


# two people at one case

BASE = {"grade": "1", "stage": "II", "morphology": "8500", "behaviour": "3"}


def test_only_what_they_changed_is_proposed_and_a_clash_is_left_open():
    theirs = BASE | {"grade": "2", "stage": "IV"}
    mine = BASE | {"grade": "3"}

    found = {
        one.field: (one.mine, one.theirs, one.chosen)
        for one in compare_versions(("grade", "stage", "morphology"), BASE, mine, theirs)
    }

    assert found == {"grade": (("3",), ("2",), ""), "stage": (("II",), ("IV",), THEIRS)}


facts = st.fixed_dictionaries({name: st.sampled_from("abc") for name in BASE})


@given(facts, facts, facts)
def test_no_value_that_somebody_typed_is_lost_unseen(base, mine, theirs):
    fields = ("grade", "stage", "morphology")
    differences = list(compare_versions(fields, base, mine, theirs))

    kept = settle(mine, theirs, {one.field: MINE for one in differences})
    taken = settle(mine, theirs, {one.field: THEIRS for one in differences})

    assert kept == mine
    asked = {one.field for one in differences}
    parts = {"grade": ["grade"], "stage": ["stage"], "morphology": ["morphology", "behaviour"]}
    for field in fields:
        was, other = ([facts[part] for part in parts[field]] for facts in (base, theirs))
        own = [mine[part] for part in parts[field]]
        # whatever they changed and I did not type is asked, and then theirs to have
        assert (field in asked) == (other not in (was, own))
        if field in asked:
            assert [taken[part] for part in parts[field]] == other


def form_of(tumour, **changes):
    person = tumour.person
    return {
        "full_name": person.full_name,
        "sex": person.sex,
        "birth_date": "12031968",
        "citizen_id": person.citizen_id,
        "vital_status": "alive",
        "topography": tumour.topography,
        "morphology": f"{tumour.morphology}/{tumour.behaviour}",
        "basis": tumour.basis,
        "incidence_date": "14/08/2024",
        "tumour_version": tumour.version,
        "person_version": person.version,
        "save": "1",
    } | changes


@pytest.mark.asvs("2.3.3", "15.4.2")
def test_both_the_person_and_the_tumour_are_compared(sign_in, add_case, hospital_registrar):
    tumour = add_case()
    typed = form_of(tumour, grade="3", reason="1")
    change_person(
        person=tumour.person,
        changes={"full_name": "Đỗ Thị Hằng Nga"},
        version=1,
        by=hospital_registrar,
    )
    fresh = Tumour.objects.select_related("person").get()
    change_tumour(tumour=fresh, changes={"stage": "IV"}, version=1, reason="mới", by=hospital_registrar)
    client, address = sign_in(Role.REGISTRAR), reverse("case", args=[tumour.number])

    asked = client.post(address, typed)
    proposed = {one.name: one.chosen for one in asked.context["meeting"].differences}
    assert (asked.status_code, proposed) == (409, {"full_name": "theirs", "stage": "theirs"})

    decided = {"decide_full_name": "theirs", "decide_stage": "theirs", "seen_person": "2", "seen_tumour": "2"}
    assert client.post(address, typed | decided).status_code == 302
    saved = Tumour.objects.select_related("person").get()
    assert (saved.grade, saved.stage, saved.person.full_name) == ("3", "IV", "Đỗ Thị Hằng Nga")


@pytest.mark.asvs("2.3.3", "15.4.2")
def test_a_decision_about_an_older_version_decides_nothing(sign_in, add_case, hospital_registrar):
    tumour = add_case()
    typed = form_of(tumour, grade="3", reason="1")
    change_tumour(tumour=tumour, changes={"grade": "1"}, version=1, reason="a", by=hospital_registrar)
    decided = typed | {"decide_grade": "mine", "seen_person": "1", "seen_tumour": "2"}
    # a third save comes in between
    fresh = Tumour.objects.select_related("person").get()
    change_tumour(tumour=fresh, changes={"grade": "2"}, version=2, reason="b", by=hospital_registrar)

    answer = sign_in(Role.REGISTRAR).post(reverse("case", args=[tumour.number]), decided)

    assert answer.status_code == 409
    assert [one.theirs for one in answer.context["meeting"].differences] == ["2 · Biệt hóa vừa"]
    assert Tumour.objects.get().grade == "2"


def test_an_open_clash_is_asked_again(sign_in, add_case, hospital_registrar):
    tumour = add_case()
    typed = form_of(tumour, grade="3", reason="1")
    change_tumour(tumour=tumour, changes={"grade": "1"}, version=1, reason="a", by=hospital_registrar)

    answer = sign_in(Role.REGISTRAR).post(
        reverse("case", args=[tumour.number]), typed | {"seen_person": "1", "seen_tumour": "2"}
    )

    assert [one.name for one in answer.context["meeting"].undecided] == ["grade"]
    assert Tumour.objects.get().grade == "1"


def test_the_same_change_by_both_is_no_difference(sign_in, add_case, hospital_registrar):
    tumour = add_case()
    typed = form_of(tumour, grade="2", reason="1")
    change_tumour(tumour=tumour, changes={"grade": "2"}, version=1, reason="a", by=hospital_registrar)
    client, address = sign_in(Role.REGISTRAR), reverse("case", args=[tumour.number])

    asked = client.post(address, typed)

    # never silent: she sees that somebody was here, and saves again
    assert (asked.status_code, asked.context["meeting"].differences) == (409, [])
    assert [change["field"] for change in asked.context["meeting"].others] == ["Độ mô học"]
    assert client.post(address, typed | {"seen_person": "1", "seen_tumour": "2"}).status_code == 302


def test_the_form_asks_for_a_reason_and_keeps_what_was_typed(sign_in, add_case):
    tumour = add_case()

    answer = sign_in(Role.REGISTRAR).post(
        reverse("case", args=[tumour.number]), form_of(tumour, grade="3", sex="9")
    )

    assert answer.context["form"].errors["reason"] == [
        "Bạn đổi Giới, Độ mô học: ghi vì sao, một số từ 1 đến 6 hoặc gõ lý do."
    ]
    assert answer.context["form"]["grade"].value() == "3"
    assert Tumour.objects.get().grade == ""


@pytest.mark.asvs("2.2.2")
def test_a_save_without_its_versions_saves_nothing(sign_in, add_case):
    tumour = add_case()
    typed = form_of(tumour, grade="3", reason="1")
    del typed["tumour_version"]

    answer = sign_in(Role.REGISTRAR).post(reverse("case", args=[tumour.number]), typed)

    assert (answer.status_code, Tumour.objects.get().grade) == (200, "")


# a case from paper

PAPER = {
    "kind": "discharge",
    "full_name": "Đỗ Thị Hằng",
    "sex": "2",
    "birth_date": "12031968",
    "citizen_id": "001168004127",
    "vital_status": "alive",
    "topography": "c18.7",
    "morphology": "8140/3",
    "incidence_date": "02052025",
    "basis": "7.1",
}


def test_a_first_entry_needs_no_reason(sign_in, db):
    assert sign_in(Role.REGISTRAR).post(reverse("case-new"), PAPER).status_code == 302


def test_a_known_person_is_asked_about_before_a_second_one_is_made(sign_in, add_case):
    known = add_case().person
    client, address = sign_in(Role.REGISTRAR), reverse("case-new")

    asked = client.post(address, PAPER)

    assert (asked.status_code, Tumour.objects.count()) == (200, 1)
    assert [one.number for one in asked.context["asked"]] == [known.number]
    line = AccessLine.objects.get(action="alike")
    assert line.people == [known.pk]

    # taken: the tumour stays as typed, and the case goes to that person
    taken = client.post(address, PAPER | {"use_person": known.number})
    assert taken.context["chosen"].number == known.number
    assert taken.context["form"]["topography"].value() == "c18.7"
    assert client.post(address, PAPER | {"person": known.number}).status_code == 302
    assert set(Tumour.objects.values_list("person_id", "topography")) == {
        (known.pk, "C50.4"),
        (known.pk, "C18.7"),
    }


def test_a_new_person_with_a_known_citizen_number_needs_a_reason(sign_in, add_case):
    add_case()
    client, address = sign_in(Role.REGISTRAR), reverse("case-new")

    refused = client.post(address, PAPER | {"new_person": "1"})
    assert "new_reason" in refused.context["form"].errors
    assert Tumour.objects.count() == 1

    client.post(address, PAPER | {"new_person": "1", "new_reason": "giấy ghi nhầm số của chị gái"})
    newest = Tumour.objects.latest("id")
    assert Tumour.objects.values("person_id").distinct().count() == 2
    assert "giấy ghi nhầm số của chị gái" in [edit.reason for edit in case_history(newest)]


def test_there_is_a_way_back_from_a_person_taken(sign_in, add_case):
    known = add_case().person
    client = sign_in(Role.REGISTRAR)

    left = client.post(reverse("case-new"), PAPER | {"person": known.number, "leave_person": "1"})

    assert left.context["chosen"] is None
    assert left.context["form"]["full_name"].value() == "Đỗ Thị Hằng"


@pytest.mark.asvs("8.2.2", "14.2.1")
def test_nobody_outside_her_scope_is_shown_or_taken(sign_in, add_case):
    hidden = add_case().person
    client, address = sign_in(Role.REGISTRAR, "hospital"), reverse("case-new")

    shown = client.post(reverse("case-new-alike"), PAPER).content.decode()

    assert hidden.number not in shown
    assert client.post(address, PAPER | {"use_person": hidden.number}).status_code == 404
    client.post(address, PAPER | {"person": hidden.number})
    assert not hidden.tumours.exclude(topography="C50.4").exists()


def test_save_and_new_begins_the_next_paper_of_the_same_kind(sign_in, db):
    answer = sign_in(Role.REGISTRAR).post(reverse("case-new"), PAPER | {"kind": "pathology", "another": "1"})

    assert answer["Location"] == f"{reverse('case-new')}?kind=pathology"


def test_the_paper_form_asks_few_questions(sign_in, add_case, django_assert_max_num_queries):
    known = add_case().person
    client = sign_in(Role.REGISTRAR)
    client.get(reverse("case-new"))

    with django_assert_max_num_queries(12):
        client.get(reverse("case-new"))
    with django_assert_max_num_queries(20):
        client.post(reverse("case-new"), PAPER | {"use_person": known.number})
