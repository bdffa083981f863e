from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Posting, Staff
from banyan.apps.network.queries.member import manageable_staff, order_by_name
from banyan.apps.network.services.member import OutOfScope, end_posting, give_role, set_active

NEW = {
    "full_name": "Nguyễn Thị Hằng",
    "email": "Hang@Hospital.example",
    "role": Role.REGISTRAR,
    "first_day": "03/04/2026",
    "last_day": "",
}


@pytest.fixture
def admin(client_as, centre):
    return client_as(Role.ADMINISTRATOR, centre)


@pytest.fixture
def hospital_admin(client_as, hospital):
    return client_as(Role.ADMINISTRATOR, hospital)


def test_new_member_gets_account_and_role_together(admin, hospital):
    answer = admin.post("/staff/new/", {**NEW, "facility": hospital.pk})

    staff = Staff.objects.get(email="hang@hospital.example")
    posting = staff.postings.get()
    assert answer.status_code == 200
    assert not staff.has_usable_password()
    assert (posting.facility, posting.role) == (hospital, Role.REGISTRAR)
    assert (posting.period.lower, posting.period.upper) == (date(2026, 4, 3), None)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_day": "31/11/2026"}, "first_day"),
        ({"last_day": "02/04/2026"}, "last_day"),
        ({"role": ""}, "role"),
        ({"role": "emperor"}, "role"),
        ({"full_name": " "}, "full_name"),
        ({"facility": 0}, "facility"),
    ],
)
def test_new_member_is_refused_at_the_field_that_is_wrong(admin, hospital, changed, field):
    answer = admin.post("/staff/new/", {**NEW, "facility": hospital.pk, **changed})

    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert Staff.objects.count() == 1


def test_address_that_has_an_account_is_refused(admin, hospital, make_staff):
    known = make_staff(Role.AUDITOR, hospital)

    answer = admin.post("/staff/new/", {**NEW, "facility": hospital.pk, "email": known.email.upper()})

    assert "Email này đã có tài khoản." in answer.content.decode()


def test_last_day_is_worked(admin, hospital):
    admin.post("/staff/new/", {**NEW, "facility": hospital.pk, "last_day": "05/04/2026"})

    assert Posting.objects.get(facility=hospital).period.upper == date(2026, 4, 6)
    page = admin.get(f"/staff/{Staff.objects.latest('id').pk}/").content.decode()
    assert "03/04/2026–05/04/2026" in page


def test_same_role_twice_at_one_time_is_refused(admin, hospital, make_staff):
    staff = make_staff(Role.REGISTRAR, hospital)

    answer = admin.post(
        f"/staff/{staff.pk}/roles/",
        {"facility": hospital.pk, "role": Role.REGISTRAR, "first_day": "01/01/2026"},
    )

    assert answer.status_code == 422
    assert "đã giữ vai trò đó" in answer.content.decode()
    assert staff.postings.count() == 1


def test_database_itself_refuses_the_same_role_twice(hospital, make_staff, viewer_of, centre):
    staff, by = make_staff(Role.REGISTRAR, hospital), viewer_of(make_staff(Role.ADMINISTRATOR, centre))

    with pytest.raises(IntegrityError), transaction.atomic():
        give_role(
            staff=staff,
            facility=hospital,
            role=Role.REGISTRAR,
            first_day=date(2026, 1, 1),
            last_day=None,
            by=by,
        )


def test_role_ends_after_its_last_day(admin, hospital, make_staff):
    posting = make_staff(Role.REGISTRAR, hospital).postings.get()

    admin.post(f"/postings/{posting.pk}/end/", {"last_day": "30/06/2026"})

    posting.refresh_from_db()
    assert posting.period.upper == date(2026, 7, 1)
    assert "đã kết thúc" in admin.get(f"/staff/{posting.staff_id}/").content.decode()


def test_ended_role_opens_nothing(client, hospital, make_staff, viewer_of, centre):
    staff = make_staff(Role.ADMINISTRATOR, hospital)
    by = viewer_of(make_staff(Role.ADMINISTRATOR, centre))
    client.force_login(staff)
    assert client.get("/staff/").status_code == 200

    end_posting(posting=staff.postings.get(), last_day=date(2026, 1, 1), by=by)

    assert client.get("/staff/").status_code == 404


def test_role_cannot_end_before_it_began(hospital, make_staff, viewer_of, centre):
    posting = make_staff(Role.REGISTRAR, hospital).postings.get()

    end_posting(
        posting=posting, last_day=date(2019, 1, 1), by=viewer_of(make_staff(Role.ADMINISTRATOR, centre))
    )

    posting.refresh_from_db()
    assert (posting.period.lower, posting.period.upper) == (date(2020, 1, 1), date(2020, 1, 2))


def test_one_hospital_sees_its_own_staff_only(hospital_admin, hospital, centre, make_staff):
    own, other = make_staff(Role.REGISTRAR, hospital, "Lê Mai"), make_staff(Role.AUDITOR, centre, "Vũ Ánh")

    page = hospital_admin.get("/staff/").content.decode()

    assert own.email in page
    assert other.email not in page
    assert hospital_admin.get(f"/staff/{own.pk}/").status_code == 200
    assert hospital_admin.get(f"/staff/{other.pk}/").status_code == 404


def test_one_hospital_gives_no_role_elsewhere(hospital_admin, hospital, centre, make_staff, viewer_of):
    staff = make_staff(Role.REGISTRAR, hospital)
    role = {"facility": centre.pk, "role": Role.ADMINISTRATOR, "first_day": "01/01/2026"}

    assert hospital_admin.post(f"/staff/{staff.pk}/roles/", role).status_code == 422
    with pytest.raises(OutOfScope):
        give_role(
            staff=staff,
            facility=centre,
            role=Role.ADMINISTRATOR,
            first_day=date(2026, 1, 1),
            last_day=None,
            by=viewer_of(make_staff(Role.ADMINISTRATOR, hospital)),
        )
    assert staff.postings.count() == 1


def test_one_hospital_ends_no_role_elsewhere(hospital_admin, hospital, centre, make_staff, viewer_of):
    posting = make_staff(Role.REGISTRAR, centre).postings.get()

    assert hospital_admin.post(f"/postings/{posting.pk}/end/", {"last_day": "01/01/2026"}).status_code == 404
    by = viewer_of(make_staff(Role.ADMINISTRATOR, hospital))
    with pytest.raises(OutOfScope):
        end_posting(posting=posting, last_day=date(2026, 1, 1), by=by)


def test_one_hospital_takes_over_no_account_that_works_elsewhere(
    hospital_admin, hospital, centre, make_staff
):
    staff = make_staff(Role.REGISTRAR, hospital)
    Posting.objects.create(staff=staff, facility=centre, role=Role.AUDITOR, period=("2020-01-01", None))

    assert hospital_admin.get(f"/staff/{staff.pk}/").status_code == 200
    assert hospital_admin.post(f"/staff/{staff.pk}/lock/").status_code == 404
    for address in ("password", "second-factor", "sign-ins"):
        assert hospital_admin.post(f"/staff/{staff.pk}/{address}/", {"proof": "x"}).status_code == 404
    staff.refresh_from_db()
    assert staff.is_active
    assert staff.check_password("correct-horse-battery")


def test_locked_account_cannot_sign_in(admin, client, hospital, make_staff):
    staff = make_staff(Role.REGISTRAR, hospital)

    admin.post(f"/staff/{staff.pk}/lock/")

    client.post("/accounts/login/", {"login": staff.email, "password": "correct-horse-battery"})
    assert client.get("/").headers["Location"].startswith("/accounts/login/")
    admin.post(f"/staff/{staff.pk}/lock/")
    staff.refresh_from_db()
    assert staff.is_active


def test_nobody_locks_her_own_account(admin, hospital, make_staff, viewer_of):
    staff = make_staff(Role.ADMINISTRATOR, hospital)
    admin.force_login(staff)

    assert admin.post(f"/staff/{staff.pk}/lock/").status_code == 404
    with pytest.raises(OutOfScope):
        set_active(staff=staff, is_active=False, by=viewer_of(staff))


def test_names_sort_by_given_name_and_match_without_accents(make_staff, centre, viewer_of):
    by = viewer_of(make_staff(Role.ADMINISTRATOR, centre, "Đỗ Phong"))
    for name in ("Trần Thu Hà", "Lê Ánh", "Nguyễn Thị Hằng", "Vũ An"):
        make_staff(Role.AUDITOR, centre, name)
    names = Staff.objects.in_bulk()

    def listed(text: str) -> list[str]:
        return [names[key].full_name for key in order_by_name(manageable_staff(by), text)]

    assert listed("") == ["Vũ An", "Lê Ánh", "Trần Thu Hà", "Nguyễn Thị Hằng", "Đỗ Phong"]
    assert listed("thi hang") == ["Nguyễn Thị Hằng"]
    assert listed("do phong") == ["Đỗ Phong"]
    assert listed("không có") == []


def test_list_costs_the_same_queries_with_few_and_with_many(
    django_assert_max_num_queries, admin, centre, make_staff
):
    for number in range(3):
        make_staff(Role.AUDITOR, centre, f"Lê Văn {number}")
    with django_assert_max_num_queries(7) as few:
        admin.get("/staff/")
    for number in range(30):
        make_staff(Role.AUDITOR, centre, f"Trần Văn {number}")
    with django_assert_max_num_queries(7) as many:
        admin.get("/staff/")

    assert len(few) == len(many)


def test_form_starts_today(admin):
    assert f'value="{timezone.localdate():%d/%m/%Y}"' in admin.get("/staff/new/").content.decode()
