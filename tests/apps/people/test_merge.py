"""Two records made one, and taken apart again."""

from datetime import date

import pytest
from django.urls import reverse

from banyan.apps.people.models import Attendance, DuplicatePair, Merge, OtherName, Person
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.search import search_people
from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.merge import MergeRefused, list_pointers, merge_people
from banyan.apps.people.services.pairs import find_pairs
from banyan.apps.people.services.person import add_person, change_person, move_person
from banyan.apps.people.services.unmerge import ChangedSince, undo_merge
from banyan.apps.people.signals import person_changed

KEPT = {
    "full_name": "Nguyễn Thị Hường",
    "sex": "2",
    "birth_date": date(1968, 1, 1),
    "birth_precision": "year",
}
GONE = {
    "full_name": "Nguyễn Thị Hương",
    "sex": "2",
    "birth_date": date(1968, 3, 12),
    "birth_precision": "day",
    "citizen_id": "001168004127",
}


@pytest.fixture
def kept(registrar):
    return add_person(by=registrar, **KEPT)


@pytest.fixture
def gone(nurse):
    person = add_person(by=nurse, **GONE)
    move_person(person=person, ward_code="00292", start=date(2020, 1, 1), by=nurse)
    return person


@pytest.fixture
def merge(registrar, kept, gone):
    def join(taken=(), **changes):
        facts = {
            "kept": kept,
            "gone": gone,
            "kept_version": 1,
            "gone_version": 1,
            "taken": taken,
            "reason": "cùng một thẻ",
            "by": registrar,
        }
        return merge_people(**{**facts, **changes})

    return join


def undo(merge, registrar, **decisions):
    return undo_merge(merge=merge, decisions=decisions, reason="gộp nhầm", by=registrar)


def test_all_that_pointed_at_the_one_points_at_the_other(merge, kept, gone, registrar, nurse):
    merge(taken=["birth", "citizen"])

    kept.refresh_from_db()
    assert list(kept.residences.values_list("ward_code", flat=True)) == ["00292"]
    assert kept.attendances.count() == 2
    assert (kept.birth_date, kept.birth_precision, kept.citizen_id) == (
        date(1968, 3, 12),
        "day",
        "001168004127",
    )
    assert list(visible_people(registrar)) == [kept]
    assert list(visible_people(nurse)) == [kept]


def test_every_table_that_points_at_a_person_is_known():
    labels = {pointer.label for pointer in list_pointers()}

    assert labels >= {
        "people.Attendance.person",
        "people.Identifier.person",
        "people.OtherName.person",
        "people.Residence.person",
        "registry.Tumour.person",
    }
    assert not {label for label in labels if "Event" in label or "Merge" in label}


def test_what_led_to_the_record_that_went_leads_to_the_one_that_stays(merge, kept, gone, registrar):
    merge()

    for text in (gone.number, gone.citizen_id, "nguyen thi huong"):
        assert list(search_people(visible_people(registrar), text)) == [kept]


def test_a_merge_undone_restores_what_was(merge, kept, gone, registrar):
    undo(merge(taken=["birth", "citizen", "full_name"]), registrar)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.full_name, kept.birth_precision, kept.citizen_id) == ("Nguyễn Thị Hường", "year", "")
    assert (gone.merged_into, gone.residences.count(), kept.residences.count()) == (None, 1, 0)
    assert Attendance.objects.filter(person=kept).count() == 1
    assert not OtherName.objects.exists()


def test_a_fact_changed_since_is_asked_before_it_goes_back(merge, kept, registrar):
    done = merge(taken=["birth"])
    change_person(
        person=kept,
        changes={"birth_date": date(1969, 3, 12), "birth_precision": "day"},
        version=2,
        by=registrar,
        reason="giấy khai sinh",
    )

    with pytest.raises(ChangedSince) as asked:
        undo(done, registrar)
    undo(done, registrar, birth="now")

    kept.refresh_from_db()
    assert asked.value.units == ["birth"]
    assert kept.birth_date == date(1969, 3, 12)


@pytest.mark.asvs("15.4.2")
def test_of_two_merges_of_one_record_the_second_is_refused(merge, kept, gone, registrar):
    third = add_person(by=registrar, **GONE)
    merge()

    with pytest.raises(MergeRefused):
        merge()
    with pytest.raises(MergeRefused):
        merge(kept=third, gone=gone)
    assert Merge.objects.count() == 1


def test_a_record_changed_since_it_was_read_is_not_merged(merge, kept, registrar):
    change_person(person=kept, changes={"full_name": "Trần Thị Hường"}, version=1, by=registrar)

    with pytest.raises(EditConflict):
        merge()
    assert not Merge.objects.exists()


def test_a_chain_is_followed_and_undone_from_its_end(merge, kept, gone, registrar):
    last = add_person(by=registrar, **KEPT)
    first_merge = merge()
    second_merge = merge(kept=last, gone=kept, gone_version=2)

    assert list(search_people(visible_people(registrar), gone.number)) == [last]
    with pytest.raises(MergeRefused):
        undo(first_merge, registrar)
    undo(second_merge, registrar)
    undo(first_merge, registrar)
    assert gone.residences.count() == 1


def test_both_knew_one_facility_and_each_knows_it_again(merge, kept, gone, registrar, nurse):
    Attendance.objects.create(person=kept, facility_id=nurse.facility_id, since=date(2021, 1, 1))
    before = set(Attendance.objects.values_list("person_id", "facility_id"))

    undo(merge(), registrar)

    assert set(Attendance.objects.values_list("person_id", "facility_id")) == before


@pytest.fixture
def client_of_registrar(sign_in):
    return sign_in("registrar")


def test_two_records_are_chosen_field_by_field(client_of_registrar, kept, gone):
    address = reverse("person-merge", args=[kept.number, gone.number])
    shown = client_of_registrar.get(address).content.decode()
    choices = {"full_name": "kept", "birth": "gone", "citizen": "gone", "reason": "cùng thẻ"}

    response = client_of_registrar.post(address, {**choices, "kept_version": 1, "gone_version": 1})

    kept.refresh_from_db()
    assert shown.count('type="radio"') == 6
    assert response.status_code == 302
    assert (kept.full_name, kept.citizen_id) == ("Nguyễn Thị Hường", "001168004127")
    led = client_of_registrar.get(reverse("person", args=[gone.number]))
    assert led.url == reverse("person", args=[kept.number])


@pytest.mark.asvs("2.3.4")
def test_the_slower_of_two_is_told(client_of_registrar, merge, kept, gone):
    merge()

    response = client_of_registrar.post(
        reverse("person-merge", args=[kept.number, gone.number]), {"reason": "cùng thẻ"}
    )

    assert response.status_code == 404


def test_the_slower_of_two_who_both_stood_on_the_page_is_told(client_of_registrar, kept, gone):
    Person.objects.filter(pk=kept.pk).update(version=2)
    typed = {"full_name": "kept", "birth": "kept", "citizen": "kept", "reason": "cùng thẻ"}

    response = client_of_registrar.post(
        reverse("person-merge", args=[kept.number, gone.number]),
        {**typed, "kept_version": 1, "gone_version": 1},
    )

    assert response.status_code == 409
    assert "Người khác vừa làm trước" in response.content.decode()
    assert not Merge.objects.exists()


@pytest.mark.asvs("8.2.2", "8.3.1", "8.4.1")
def test_only_who_sees_both_may_merge(sign_in, kept, gone):
    client = sign_in("registrar", "hospital")
    address = reverse("person-merge", args=[gone.number, kept.number])

    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "x", "kept_version": 1, "gone_version": 1}).status_code == 404
    assert not Merge.objects.exists()


@pytest.mark.asvs("8.2.2", "8.4.1")
def test_only_who_sees_the_record_may_take_it_apart(sign_in, registrar, kept):
    other = add_person(by=registrar, **GONE)
    done = merge_people(
        kept=kept, gone=other, kept_version=1, gone_version=1, taken=(), reason="cùng", by=registrar
    )

    response = sign_in("registrar", "hospital").post(reverse("merge-undo", args=[done.pk]), {"reason": "x"})

    done.refresh_from_db()
    assert (response.status_code, done.undone_at) == (404, None)


@pytest.mark.asvs("2.3.3")
def test_a_merge_that_fails_half_way_has_moved_nothing(merge, kept, gone):
    def fail(**_options):
        raise RuntimeError("half way")

    person_changed.connect(fail)
    try:
        with pytest.raises(RuntimeError):
            merge(taken=["birth"])
    finally:
        person_changed.disconnect(fail)

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.version, kept.birth_precision, gone.merged_into) == (1, "year", None)
    assert gone.residences.count() == 1


def test_a_merge_is_undone_on_its_page(client_of_registrar, merge, kept, gone):
    done = merge(taken=["birth"])
    page = client_of_registrar.get(reverse("person-history", args=[kept.number])).content.decode()
    address = reverse("merge-undo", args=[done.pk])

    refused = client_of_registrar.post(address, {"reason": ""})
    response = client_of_registrar.post(address, {"reason": "gộp nhầm"})

    assert address in page
    assert (refused.status_code, response.status_code) == (422, 302)
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_likely_pairs_are_found_once_and_a_decision_stands(client_of_registrar, registrar, kept):
    twin = {**GONE, "full_name": "Nguyễn Thị Hoa", "citizen_id": "001168004128"}
    one, other = add_person(by=registrar, **GONE), add_person(by=registrar, **{**GONE, "citizen_id": ""})
    add_person(by=registrar, **twin)
    steps = []

    assert find_pairs(lambda done, total: steps.append((done, total))) == 1
    pair = DuplicatePair.objects.get()
    page = client_of_registrar.get(reverse("duplicates")).content.decode()
    client_of_registrar.post(reverse("duplicate", args=[pair.pk]))

    assert (pair.first_id, pair.second_id) == (one.pk, other.pk)
    assert page.count("data-pair") == 1
    assert find_pairs(lambda *_counts: None) == 0
    pair.refresh_from_db()
    assert pair.state == "different"
    assert "data-pair" not in client_of_registrar.get(reverse("duplicates")).content.decode()
    assert steps[-1][0] == steps[-1][1]
