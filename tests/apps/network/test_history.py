from datetime import date

import pytest

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.queries.history import follow_number, kind_of, read_events, tracked_tables
from banyan.apps.people.models import Person, Residence


@pytest.fixture
def auditor(client_as, centre):
    return client_as(Role.AUDITOR, centre)


@pytest.fixture
def person(db) -> Person:
    return Person.objects.create(
        number="HN-000123",
        full_name="Nguyễn Thị Hằng",
        birth_date=date(1968, 3, 12),
        birth_precision="day",
        citizen_id="001168004127",
    )


def add_stations(number: int) -> None:
    for each in range(number):
        Facility.objects.create(
            code=f"S{each}", name_vi=f"Trạm {each}", name_en=f"Station {each}", level=1, kind="station"
        )


def read_all(rows: int) -> list[tuple[str, int]]:
    """Page through everything, as someone who presses "Older" to the end."""
    kinds, seen, cursor = list(tracked_tables()), [], {}
    while True:
        events, cursor = read_events(kinds=kinds, rows=rows, before=cursor)
        seen += [(kind_of(event), event.pgh_id) for event in events]
        if not cursor:
            return seen


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 50])
def test_every_event_is_read_once_whatever_the_size_of_a_page(person, centre, make_staff, rows):
    add_stations(9)
    make_staff(Role.AUDITOR, centre)
    person.full_name = "Nguyễn Thu Hằng"
    person.save()

    seen = read_all(rows)

    stored = [
        (kind, key)
        for kind, model in tracked_tables().items()
        for key in model.objects.values_list("pk", flat=True)
    ]
    assert sorted(seen) == sorted(stored)
    assert len(seen) == len(set(seen))


def test_change_shows_who_what_was_and_what_is(client_as, centre, auditor, make_staff):
    admin = client_as(Role.ADMINISTRATOR, centre)
    staff = make_staff(Role.REGISTRAR, centre, "Lê Mai")

    admin.post(f"/staff/{staff.pk}/lock/")

    line = auditor.get("/history/?kind=network.staff").content.decode().split("<tbody>")[1].split("</tr>")[0]
    assert "Trần Thu Hà" in line
    assert "Lê Mai" in line
    assert "<del>có</del>" in line
    assert "<ins>không</ins>" in line


def test_change_outside_the_application_is_there_too(auditor, person):
    Person.objects.filter(pk=person.pk).update(sex="2")

    line = auditor.get("/history/?number=HN-000123").content.decode().split("<tbody>")[1].split("</tr>")[0]

    assert "Máy chủ" in line
    assert "<ins>nữ</ins>" in line


def test_number_leads_to_the_person_and_what_belongs_to_her(auditor, person):
    Residence.objects.create(person=person, ward_code="00292")
    Residence.objects.create(
        person=Person.objects.create(number="HN-000999", full_name="Lê Mai"), ward_code="00004"
    )

    page = auditor.get("/history/?number=HN-000123").content.decode()

    assert "00292" in page
    assert "Lê Mai" not in page
    assert follow_number("HN-000123") == {
        "people.person": {person.pk},
        "people.residence": {person.residences.get().pk},
    }


def test_number_that_nobody_has_shows_nothing(auditor, person):
    assert "Không có thay đổi nào khớp." in auditor.get("/history/?number=HN-0").content.decode()


def test_identity_numbers_are_masked(auditor, person):
    page = auditor.get("/history/?kind=people.person").content.decode()

    assert "•••••••• 4127" in page
    assert "001168004127" not in page


def test_following_a_person_is_a_look_at_her_record(auditor, person):
    auditor.get("/history/?number=HN-000123")

    line = AccessLine.objects.get()
    assert (line.action, line.subject, line.subject_id) == ("history", "person", person.pk)


def test_removed_record_stays_in_the_history(auditor, person):
    person.delete()

    page = auditor.get("/history/?number=HN-000123").content.decode()

    assert page.split("<tbody>")[1].count("<tr>") == 2
    assert "xóa" in page


def test_older_and_back(auditor):
    add_stations(60)

    first = auditor.get("/history/?kind=network.facility").content.decode()
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = auditor.get(f"/history/{older}").content.decode()

    assert first.split("<tbody>")[1].count("<tr>") == 50
    assert second.split("<tbody>")[1].count("<tr>") == 11
    assert "Hết, không còn gì cũ hơn" in second


@pytest.mark.parametrize("cursor", ["nonsense", "1.2", "-1", "9" * 30, "..;drop"])
def test_nonsense_in_the_address_starts_at_the_top(auditor, cursor):
    assert auditor.get("/history/", {"before": cursor, "kind": "no.such"}).status_code == 200


def test_list_costs_the_same_queries_with_few_and_with_many(django_assert_max_num_queries, auditor):
    add_stations(2)
    Facility.objects.update(name_en="A")
    with django_assert_max_num_queries(27) as few:
        auditor.get("/history/")
    Facility.objects.update(name_en="B")
    Facility.objects.bulk_create(
        Facility(code=f"X{n}", name_vi=f"Trạm {n}", name_en="X", level=1, kind="station") for n in range(30)
    )
    with django_assert_max_num_queries(27) as many:
        auditor.get("/history/")

    assert len(few) == len(many)


@pytest.fixture
def look(make_staff, hospital):
    """Write a line: someone of the hospital looked at a person."""
    staff = make_staff(Role.REGISTRAR, hospital, "Lê Mai")

    def write(subject_id: int, by: Staff = staff) -> AccessLine:
        return AccessLine.objects.create(
            staff=by,
            role=Role.REGISTRAR,
            facility_id=hospital.pk,
            action="open",
            subject="person",
            subject_id=subject_id,
        )

    return write


def test_look_shows_who_as_what_and_whom(auditor, look, person):
    look(person.pk)

    page = auditor.get("/access/").content.decode().split("<tbody>")[1]

    for part in ("Lê Mai", "Cán bộ ghi nhận ung thư", "Bệnh viện Đa khoa Sông Nhuệ", "mở hồ sơ", "HN-000123"):
        assert part in page


def test_looks_narrow_to_a_person_and_to_a_member_of_staff(auditor, look, person, make_staff, centre):
    look(person.pk)
    look(person.pk, by=make_staff(Role.REGISTRAR, centre, "Vũ An"))
    look(999)
    an = Staff.objects.get(full_name="Vũ An")

    def shown(**wanted: object) -> int:
        return auditor.get("/access/", wanted).content.decode().split("<tbody>")[-1].count("<tr>")

    assert shown() == 3
    # she stood on the page above too, as this inspector's own look
    assert shown(number="HN-000123") == 3
    assert shown(staff=an.pk) == 1
    assert shown(number="HN-0") == 0


def test_looks_are_paged_without_a_gap(auditor, look):
    for key in range(70):
        look(key)

    first = auditor.get("/access/").content.decode()
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = auditor.get(f"/access/{older}").content.decode()

    counts = [page.split("<tbody>")[1].count("<tr>") for page in (first, second)]
    assert counts == [50, 20]


def test_looks_cost_the_same_queries_with_few_and_with_many(
    django_assert_max_num_queries, auditor, look, person
):
    look(person.pk)
    with django_assert_max_num_queries(12) as few:
        auditor.get("/access/")
    for key in range(30):
        look(key)
    with django_assert_max_num_queries(12) as many:
        auditor.get("/access/")

    assert len(few) == len(many)
