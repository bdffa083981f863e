"""Drafts: their author's alone, never one over another, gone when saved or forgotten."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.registry.models import Draft, Tumour
from banyan.apps.registry.queries.draft import find_draft
from banyan.apps.registry.services.draft import DAYS_KEPT, NewerDraft, drop_draft, forget_drafts, keep_draft
from banyan.apps.registry.services.tumour import change_tumour
from banyan.apps.registry.tasks import run_forgetting

NEW = "new-case"
NAMES = ("full_name", "topography")
SCRIPT = {"HTTP_ACCEPT": "application/json"}
PAPER = {
    "kind": "discharge",
    "full_name": "Trần Văn Bảo",
    "sex": "1",
    "birth_date": "1950",
    "vital_status": "alive",
    "topography": "341",
    "morphology": "8140/3",
    "incidence_date": "02052024",
}


def keep(by, typed=None, revision=0, form=NEW, subject_id=0):
    return keep_draft(
        form=form,
        subject_id=subject_id,
        typed=typed or {"full_name": "Trần Văn"},
        names=NAMES,
        revision=revision,
        by=by,
    )


@pytest.fixture
def desk(sign_in):
    return sign_in(Role.REGISTRAR)


@pytest.mark.asvs("8.2.2")
def test_a_draft_is_its_authors_alone(registrar, hospital_registrar):
    keep(registrar)

    assert find_draft(registrar, NEW).fields == {"full_name": "Trần Văn"}
    assert find_draft(hospital_registrar, NEW) is None


@pytest.mark.asvs("2.2.1")
def test_only_the_fields_of_the_form_are_kept_and_no_more_than_they_hold(registrar):
    draft = keep(registrar, {"full_name": "A" * 9_000, "csrfmiddlewaretoken": "x", "topography": ""})

    assert draft.fields == {"full_name": "A" * 500}


@pytest.mark.asvs("15.4.2")
def test_a_page_that_has_not_seen_the_newest_does_not_write_over_it(registrar):
    first = keep(registrar)
    second = keep(registrar, {"full_name": "Trần Văn Bảo"}, first.revision)

    with pytest.raises(NewerDraft):
        keep(registrar, {"full_name": ""}, first.revision)
    with pytest.raises(NewerDraft):
        keep(registrar, {"full_name": "Lê"}, 0)

    assert (second.revision, find_draft(registrar, NEW).fields) == (2, {"full_name": "Trần Văn Bảo"})


def test_each_form_and_case_has_a_draft_of_its_own(registrar):
    for form, subject_id in ((NEW, 0), ("case", 1), ("case", 2), ("row", 1)):
        keep(registrar, form=form, subject_id=subject_id)

    drop_draft(form="case", subject_id=1, by=registrar)

    assert Draft.objects.count() == 3


@pytest.mark.asvs("14.2.4")
def test_what_nobody_came_back_to_is_forgotten(registrar):
    now = timezone.now()
    keep(registrar)
    keep(registrar, form="case", subject_id=1)
    Draft.objects.filter(form=NEW).update(updated_at=now - timedelta(days=DAYS_KEPT, minutes=1))
    Draft.objects.filter(form="case").update(updated_at=now - timedelta(days=DAYS_KEPT, minutes=-1))

    assert forget_drafts(now=now) == 1
    assert [draft.form for draft in Draft.objects.all()] == ["case"]


def test_a_script_keeps_and_is_told_in_a_few_bytes(desk):
    address = reverse("case-new-draft")

    kept = desk.post(address, PAPER | {"draft_revision": "0"}, **SCRIPT)
    again = desk.post(address, PAPER | {"draft_revision": "0"}, **SCRIPT)

    assert (kept.status_code, kept.json()["revision"]) == (200, 1)
    assert (again.status_code, again.json()["revision"]) == (409, 1)
    assert desk.post(address, PAPER | {"draft_revision": "1"}, **SCRIPT).json()["revision"] == 2


def test_it_is_offered_gone_on_with_saved_and_gone(desk):
    desk.post(reverse("case-new-draft"), PAPER, **SCRIPT)

    offered = desk.get(reverse("case-new"))
    assert offered.context["offer"].revision == 1
    assert not offered.context["form"]["full_name"].value()

    resumed = desk.get(reverse("case-new"), {"draft": "open"})
    assert resumed.context["form"]["full_name"].value() == "Trần Văn Bảo"

    assert desk.post(reverse("case-new"), PAPER).status_code == 302
    assert Draft.objects.count() == 0


def test_without_a_script_a_button_keeps_it(desk, add_case):
    tumour = add_case()

    answer = desk.post(reverse("case-draft", args=[tumour.number]), {"grade": "3"})

    assert answer["Location"] == f"{reverse('case', args=[tumour.number])}?draft=open"
    assert desk.get(answer["Location"]).context["form"]["grade"].value() == "3"


def test_thrown_away_it_is_gone(desk):
    desk.post(reverse("case-new-draft"), PAPER)
    desk.post(reverse("case-new-draft"), {"discard": "1"})

    assert Draft.objects.count() == 0


def case_form(tumour, **changes):
    return {
        "full_name": tumour.person.full_name,
        "sex": "2",
        "birth_date": "12031968",
        "citizen_id": tumour.person.citizen_id,
        "vital_status": "alive",
        "topography": "C50.4",
        "morphology": "8500/3",
        "basis": "7.1",
        "incidence_date": "14/08/2024",
        "tumour_version": tumour.version,
        "person_version": tumour.person.version,
    } | changes


def test_a_draft_over_a_case_that_changed_meanwhile_shows_both(desk, add_case, hospital_registrar):
    tumour = add_case()
    address = reverse("case", args=[tumour.number])
    desk.post(reverse("case-draft", args=[tumour.number]), case_form(tumour, grade="3"), **SCRIPT)
    change_tumour(tumour=tumour, changes={"grade": "1"}, version=1, reason="mới", by=hospital_registrar)

    resumed = desk.get(address, {"draft": "open"})

    [one] = resumed.context["meeting"].differences
    assert (resumed.status_code, one.name, one.mine_value, one.theirs_value) == (200, "grade", "3", "1")
    assert Tumour.objects.get().grade == "1"


def test_saving_the_case_ends_its_draft(desk, add_case):
    tumour = add_case()
    typed = case_form(tumour, grade="3", reason="1")
    desk.post(reverse("case-draft", args=[tumour.number]), typed, **SCRIPT)

    assert desk.post(reverse("case", args=[tumour.number]), typed).status_code == 302
    assert Draft.objects.count() == 0


@pytest.mark.asvs("16.3.2")
def test_opening_a_draft_of_a_person_is_a_look_at_her(desk, add_case):
    tumour = add_case()
    person = tumour.person
    desk.post(reverse("case-new-draft"), PAPER | {"person": person.number}, **SCRIPT)
    desk.get(reverse("case-new"), {"draft": "open"})
    desk.post(reverse("case-draft", args=[tumour.number]), {"grade": "3"}, **SCRIPT)
    desk.get(reverse("case", args=[tumour.number]), {"draft": "open"})

    lines = AccessLine.objects.filter(action="open").order_by("id")
    assert [(line.subject, line.people) for line in lines] == [
        ("person", [person.pk]),
        ("tumour", [person.pk]),
    ]


@pytest.mark.asvs("8.2.2", "8.2.1")
def test_no_draft_is_kept_of_a_case_outside_her_scope(sign_in, add_case):
    theirs = add_case()
    desk = sign_in(Role.REGISTRAR, "hospital")

    assert desk.post(reverse("case-draft", args=[theirs.number]), {"grade": "3"}).status_code == 404
    assert Draft.objects.count() == 0


@pytest.mark.asvs("8.2.1")
@pytest.mark.parametrize("role", [Role.EPIDEMIOLOGIST, Role.AUDITOR, Role.DOCTOR])
def test_other_roles_keep_nothing(sign_in, db, role):
    assert sign_in(role).post(reverse("case-new-draft"), PAPER).status_code == 404
    assert Draft.objects.count() == 0


def test_a_refused_row_half_corrected_is_kept(sign_in, receive, small_file):
    batch = receive(small_file)
    row = batch.held.filter(verdict="refused").first()
    desk = sign_in(Role.REGISTRAR)
    address, drafts = (reverse(name, args=[batch.pk, row.pk]) for name in ("batch-row", "batch-row-draft"))

    desk.post(drafts, {"full_name": "Phạm Văn Đức", "not_a_column": "x"}, **SCRIPT)

    assert Draft.objects.get().fields == {"full_name": "Phạm Văn Đức"}
    assert desk.get(address).context["offer"].revision == 1
    resumed = desk.get(address, {"draft": "open"})
    assert resumed.context["form"]["full_name"].value() == "Phạm Văn Đức"
    desk.post(address, {"full_name": "Phạm Văn Đức"})
    assert Draft.objects.count() == 0


def test_the_worker_forgets_every_night(registrar):
    keep(registrar)
    later = timezone.now() + timedelta(days=DAYS_KEPT + 1)

    run_forgetting(timestamp=int(later.timestamp()))

    assert Draft.objects.count() == 0
    assert run_forgetting.name in periodic_names()


def periodic_names():
    return {periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()}
