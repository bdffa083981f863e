"""Two records made one where both carry what may stand only once: each of these meets a constraint of the database."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.db.models import UniqueConstraint
from django.urls import reverse

from banyan.apps.people.choices import ErasureState, RequestState
from banyan.apps.people.models import Consent, Erasure, Identifier, Merge, Restriction, RightsRequest
from banyan.apps.people.queries.consent import may_use, refused_ids
from banyan.apps.people.queries.restriction import is_restricted
from banyan.apps.people.services.consent import record_consent
from banyan.apps.people.services.erasure import approve_erasure, ask_erasure
from banyan.apps.people.services.identity import add_identifier
from banyan.apps.people.services.merge import list_pointers, merge_people
from banyan.apps.people.services.person import add_person
from banyan.apps.people.services.request import answer_request, close_request, receive_request
from banyan.apps.people.services.restriction import lift_restriction, restrict_person
from banyan.apps.people.services.unmerge import undo_merge

# what is met when the rows of two persons come together
ONCE_A_PERSON = {
    "one_attendance_a_pair",
    "one_identifier_a_person",
    "one_open_erasure",
    "one_open_restriction",
}
RIGHTS = (Restriction, Erasure, RightsRequest)
# what a change of any kind counts up
COUNTED = {"version", "updated_at", "updated_by_id"}


@pytest.fixture
def kept(registrar):
    return add_person(by=registrar, full_name="Nguyễn Thị Hường", sex="2")


@pytest.fixture
def gone(nurse):
    return add_person(by=nurse, full_name="Nguyễn Thị Hương", sex="2")


@pytest.fixture
def merge(registrar, kept, gone):
    def join(into=None, other=None):
        one, two = into or kept, other or gone
        one.refresh_from_db()
        two.refresh_from_db()
        return merge_people(
            kept=one,
            gone=two,
            kept_version=one.version,
            gone_version=two.version,
            taken=(),
            reason="cùng một thẻ",
            by=registrar,
        )

    return join


@pytest.fixture
def undo(registrar):
    def part(merge):
        return undo_merge(merge=merge, decisions={}, reason="gộp nhầm", by=registrar)

    return part


def rights_of(person):
    """Return every right that hangs on a person, field by field."""
    return [
        {name: value for name, value in row.items() if name not in COUNTED}
        for model in RIGHTS
        for row in model.objects.filter(person=person).order_by("pk").values()
    ]


def ask(person, by, **facts):
    stated = {"kind": "deletion", "words": "xóa giúp", "channel": "desk", "identity": "card"}
    return receive_request(person=person, by=by, **{**stated, **facts})


def test_every_constraint_that_two_persons_together_may_meet_is_proved_here():
    names = {
        constraint.name
        for pointer in list_pointers()
        for constraint in pointer.model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and pointer.field in constraint.fields
    }
    grouped = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if getattr(field, "one_to_one", False) and field.related_model.__name__ == "Person"
    ]

    assert (names, grouped) == (ONCE_A_PERSON, [])


def test_both_restricted_stay_restricted_once(kept, gone, merge, undo, registrar, nurse):
    first = restrict_person(person=gone, reason="thư ngày 1", by=nurse)
    second = restrict_person(person=kept, reason="thư ngày 2", by=registrar)
    before = rights_of(kept), rights_of(gone)

    done = merge()

    assert is_restricted(kept.pk) is True
    assert list(Restriction.objects.filter(until=None)) == [first]
    second.refresh_from_db()
    assert (second.joined_to, second.person) == (first, kept)
    undo(done)
    assert (rights_of(kept), rights_of(gone)) == before


def test_one_restricted_restricts_both_and_is_taken_back_with_her(kept, gone, merge, undo, nurse):
    restrict_person(person=gone, reason="thư", by=nurse)

    done = merge()

    assert (is_restricted(kept.pk), is_restricted(gone.pk)) == (True, False)
    undo(done)
    assert (is_restricted(kept.pk), is_restricted(gone.pk)) == (False, True)


def test_a_restriction_lifted_while_they_were_one_comes_back_for_the_other(
    kept, gone, merge, undo, registrar, nurse
):
    restrict_person(person=kept, reason="thư", by=registrar)
    restrict_person(person=gone, reason="thư", by=nurse)
    done = merge()

    assert lift_restriction(person=kept, by=registrar) == 1

    assert is_restricted(kept.pk) is False
    undo(done)
    assert (is_restricted(kept.pk), is_restricted(gone.pk)) == (False, True)


def test_three_restricted_records_come_apart_in_any_order(kept, gone, merge, undo, registrar, nurse):
    third = add_person(by=registrar, full_name="Nguyễn Thị Hướng", sex="2")
    people = (third, gone, kept)
    for person in people:
        restrict_person(person=person, reason="thư", by=registrar)
    before = [rights_of(person) for person in people]

    first, second = merge(), merge(other=third)
    undo(first)

    assert [is_restricted(person.pk) for person in people] == [False, True, True]
    undo(second)
    assert [rights_of(person) for person in people] == before


def test_two_erasures_asked_become_one_and_come_apart(kept, gone, merge, undo, registrar, nurse):
    first = ask_erasure(person=kept, reason="đơn 1", by=registrar)
    second = ask_erasure(person=gone, reason="đơn 2", by=nurse)
    before = rights_of(kept), rights_of(gone)

    done = merge()

    assert list(Erasure.objects.filter(state=ErasureState.ASKED)) == [first]
    second.refresh_from_db()
    assert (second.state, second.joined_to, second.person) == (ErasureState.JOINED, first, kept)
    undo(done)
    assert (rights_of(kept), rights_of(gone)) == before


def test_an_erasure_of_both_takes_both_names(kept, gone, merge, registrar, nurse):
    first = ask_erasure(person=kept, reason="đơn 1", by=registrar)
    ask_erasure(person=gone, reason="đơn 2", by=nurse)
    merge()

    approve_erasure(erasure=first, words="đúng đơn", by=nurse)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.full_name, gone.full_name) == ("", "")
    assert sorted(Erasure.objects.values_list("state", flat=True)) == ["done", "joined"]


def test_of_two_open_requests_the_one_due_first_stands(kept, gone, merge, undo, registrar, nurse):
    first = ask(kept, registrar)
    second = ask(gone, nurse, third_party=True)
    other = ask(gone, nurse, kind="access")
    answer_request(request=second, words="đang làm", by=nurse)
    before = rights_of(kept), rights_of(gone)

    done = merge()

    assert set(RightsRequest.objects.filter(closed_at=None)) == {first, other}
    second.refresh_from_db()
    assert (second.state, second.joined_to) == (RequestState.JOINED, first)
    assert second.steps.last().words == f"Nhập vào yêu cầu {first.number} khi gộp hồ sơ"
    undo(done)
    assert (rights_of(kept), rights_of(gone)) == before
    assert [step.state for step in second.steps.all()] == ["received", "answered", "joined", "answered"]


def test_a_request_done_for_the_one_opens_again_for_the_other(kept, gone, merge, undo, registrar, nurse):
    first, second = ask(kept, registrar), ask(gone, nurse)
    done = merge()
    close_request(request=first, state=RequestState.DONE, words="đã xóa", by=registrar)

    undo(done)

    assert list(RightsRequest.objects.filter(closed_at=None)) == [second]


@pytest.mark.parametrize("newer", ["kept", "gone"])
def test_the_newer_word_stands_and_both_are_kept(newer, kept, gone, merge, undo, registrar, nurse):
    days = {"kept": date(2026, 3, 1), "gone": date(2026, 3, 1), newer: date(2026, 9, 1)}
    # written down in either order: the day of the word decides
    for name, person, by in (("gone", gone, nurse), ("kept", kept, registrar)):
        record_consent(
            person=person,
            purpose="research",
            decision="refused" if name == newer else "given",
            way="paper",
            text_version="2026-01",
            decided_on=days[name],
            by=by,
        )
    before = list(Consent.objects.order_by("pk").values())

    done = merge()

    assert (may_use(kept.pk, "research"), refused_ids("research")) == (False, {kept.pk})
    assert kept.consents.count() == 2
    undo(done)
    assert list(Consent.objects.order_by("pk").values()) == before


def test_a_paper_that_both_hold_stays_with_each(kept, gone, merge, undo, registrar, nurse):
    for person, by in ((kept, registrar), (gone, nurse)):
        add_identifier(person=person, kind="passport", paper_number="B1234567", issued_by="", by=by)

    done = merge()

    assert Identifier.objects.filter(person=kept).count() == 1
    undo(done)
    assert [person.identifiers.count() for person in (kept, gone)] == [1, 1]


def test_the_page_merges_two_records_that_both_carry_every_right(sign_in, kept, gone, registrar, nurse):
    for person, by in ((kept, registrar), (gone, nurse)):
        ask_erasure(person=person, reason="đơn", by=by)
        ask(person, by)
    client = sign_in("registrar")

    answer = client.post(
        reverse("person-merge", args=[kept.number, gone.number]),
        {"kept_version": 1, "gone_version": 1, "full_name": "kept", "reason": "cùng một thẻ"},
    )

    assert answer.status_code == 302
    assert [str(each) for each in get_messages(answer.wsgi_request)] == [
        f"Đã gộp {gone.number} vào {kept.number}.",
        (
            "Cả hai hồ sơ đều đang có: xóa danh tính, yêu cầu của người bệnh. "
            "Việc chặt hơn được giữ, việc kia nhập vào đó."
        ),
    ]
    undone = client.post(reverse("merge-undo", args=[Merge.objects.get().pk]), {"reason": "gộp nhầm"})
    assert undone.status_code == 302
    assert Erasure.objects.filter(state=ErasureState.ASKED).count() == 2


def test_the_lists_say_what_was_joined(sign_in, kept, gone, merge, registrar, nurse):
    for person, by in ((kept, registrar), (gone, nurse)):
        ask_erasure(person=person, reason="đơn", by=by)
        ask(person, by)
    merge()
    client = sign_in("officer")

    assert "đã nhập vào đề nghị khác" in client.get(reverse("erasures")).content.decode()
    assert "đã nhập vào yêu cầu khác" in client.get(reverse("requests")).content.decode()
