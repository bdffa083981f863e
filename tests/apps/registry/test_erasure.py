"""After an erasure no table of the database, and no file, says who she was."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection

from banyan.apps.core.choices import Role
from banyan.apps.core.models import GuardLift
from banyan.apps.core.queries.audit import verify_chain, who_looked
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.staff import add_staff, post_staff
from banyan.apps.people.models import Attendance, Erasure, Person
from banyan.apps.people.services.erasure import (
    NotAllowed,
    approve_erasure,
    ask_erasure,
    end_hold,
    place_hold,
    refuse_erasure,
)
from banyan.apps.people.services.glass import open_record
from banyan.apps.people.services.merge import merge_people
from banyan.apps.people.services.person import add_person, attend
from banyan.apps.people.services.request import close_request, receive_request
from banyan.apps.registry.models import BatchFile, Tumour
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.tumour import confirm_tumour

TRACES = ("Nguyễn Thị Hằng", "nguyen thi hang", "001168004127", "12/03/1968", "1968-03-12", "14/08/2024")


def post(registry, name):
    staff = add_staff(email=f"{name}@banyan.test", full_name=name, password="a long enough password")
    return view_as(post_staff(staff=staff, facility=registry, role=Role.OFFICER, start=date(2020, 1, 1)))


@pytest.fixture
def officers(registry):
    return post(registry, "an"), post(registry, "binh")


@pytest.fixture
def person(receive, small_file, registrar) -> Person:
    """Somebody whom a file brought in, with her case confirmed."""
    accept_batch(batch=receive(small_file), by=registrar)
    person = Person.objects.get(citizen_id="001168004127")
    for tumour in Tumour.objects.filter(person=person):
        if tumour.status != "confirmed":
            confirm_tumour(tumour=tumour, version=tumour.version, by=registrar)
    return person


def erase(person, officers):
    erasure = ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])
    return approve_erasure(erasure=erasure, words="đã đối chiếu", by=officers[1])


def find_traces(number: str) -> dict[str, int]:
    """Return the tables with a row in which a trace stands, each row read as text."""
    found = {}
    for model in filter(lambda each: each._meta.db_table != "pghistory_events", apps.get_models()):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            for trace in (*TRACES, number):
                cursor.execute(
                    f'SELECT count(*) FROM "{table}" AS row WHERE row::text LIKE %s',  # noqa: S608 -- our tables
                    [f"%{trace}%"],
                )
                if count := cursor.fetchone()[0]:
                    found[f"{table} {trace}"] = count
    return found


def test_before_the_erasure_the_traces_are_there(person):
    assert {name.split()[0] for name in find_traces(person.number)} >= {
        "people_person",
        "people_personevent",
        "registry_notification",
    }


@pytest.mark.asvs("14.2.4")
def test_no_row_of_any_table_says_who_she_was(person, officers, django_capture_on_commit_callbacks):
    request = receive_request(
        person=person, kind="deletion", words="Nguyễn Thị Hằng xin xóa", channel="desk", identity="card",
        asked_by="Nguyễn Thị Hằng", by=officers[0],
    )  # fmt: skip
    open_record(number=person.number, reason="other", words="Nguyễn Thị Hằng nhờ", by=officers[0])
    close_request(request=request, state="done", words="Đã xóa cho Nguyễn Thị Hằng", by=officers[0])
    tumour = Tumour.objects.get(person=person)
    number = person.number

    with django_capture_on_commit_callbacks(execute=True):
        erasure = erase(person, officers)

    assert find_traces(number) == {}
    kept = Tumour.objects.get(pk=tumour.pk)
    for name in (
        "age",
        "topography",
        "morphology",
        "behaviour",
        "basis",
        "stage",
        "ward_code",
        "icd10",
        "site",
    ):
        assert getattr(kept, name) == getattr(tumour, name)
    assert kept.incidence_date.year == tumour.incidence_date.year
    assert (erasure.state, erasure.removed["notification"]) == ("done", 1)


def test_the_file_she_came_in_is_gone(person, officers, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        erase(person, officers)

    assert [file.name for file in BatchFile.objects.all()] == [""]
    assert [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()] == []


def names_at_places() -> set[str]:
    """Return the keys of names that stand with the facilities that know somebody; no history is kept of them."""
    rows = Attendance.objects.values_list("folded_name", "sort_name")
    return {name for row in rows for name in row}


def test_no_facility_keeps_her_name_nor_that_of_a_record_merged_into_hers(person, officers, registrar):
    twin = add_person(by=registrar, full_name="Nguyễn Thị Hằng Nga", sex="2")
    attend(person=person, facility_id=registrar.facility_id, since=date(2024, 1, 1))
    own = {name for each in (person, twin) for name in (each.folded_name, each.sort_name)}
    merge_people(
        kept=person,
        gone=twin,
        kept_version=person.version,
        gone_version=twin.version,
        taken=(),
        by=registrar,
        reason="một người",
    )
    assert own <= names_at_places()

    erase(person, officers)

    assert own & names_at_places() == set()
    assert not Attendance.objects.filter(person__in=(person, twin)).exists()
    assert "people_attendanceevent" not in connection.introspection.table_names()


@pytest.mark.asvs("16.4.2")
def test_the_act_itself_is_written_down_and_the_log_stays_whole(person, officers):
    key = person.pk

    erase(person, officers)

    assert [(lift.subject, lift.staff_id) for lift in GuardLift.objects.all()] == [
        ("erasure", officers[1].staff_id)
    ]
    assert who_looked(key).first().action == "erase"
    assert verify_chain() == []


@pytest.mark.asvs("2.3.1", "2.3.2")
def test_nobody_approves_what_she_asked_for(person, officers):
    erasure = ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])

    with pytest.raises(NotAllowed):
        approve_erasure(erasure=erasure, words="", by=officers[0])
    assert Person.objects.get(pk=person.pk).full_name == "Nguyễn Thị Hằng"


def test_a_duty_to_keep_stands_against_it(person, officers):
    hold = place_hold(person=person, reason="tòa án đang xét", by=officers[0])
    with pytest.raises(NotAllowed) as refusal:
        ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])
    assert refusal.value.duties == ["tòa án đang xét"]

    end_hold(hold=hold, by=officers[0])
    erasure = ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])
    place_hold(person=person, reason="thanh tra", by=officers[0])
    with pytest.raises(NotAllowed):
        approve_erasure(erasure=erasure, words="", by=officers[1])


def test_an_unfinished_case_keeps_her_name(person, officers):
    Tumour.objects.filter(person=person).update(status="pending")

    with pytest.raises(NotAllowed) as refusal:
        ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])

    assert [str(duty) for duty in refusal.value.duties] == ["còn ca bệnh chưa xác nhận"]


def test_a_refused_erasure_changes_nothing(person, officers):
    erasure = ask_erasure(person=person, reason="theo yêu cầu", by=officers[0])

    refuse_erasure(erasure=erasure, words="người khác cùng tên", by=officers[1])

    assert Erasure.objects.get().state == "refused"
    assert Person.objects.get(pk=person.pk).citizen_id == "001168004127"
