"""Invitations and new passwords: a link that opens once, for a while, to whoever it was handed."""

import io
import re
import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.network.choices import LinkPurpose, StaffKind
from banyan.apps.network.models import OneTimeLink, Staff
from banyan.apps.network.rules.account import digest_secret
from banyan.apps.network.services.link import LinkSpent, issue_link, use_link
from banyan.apps.network.services.member import set_active
from banyan.apps.network.services.scope import OutOfScope

NEW = "muong-tre-xanh-ven-song"
INVITED = {
    "full_name": "Nguyễn Thị Hằng",
    "email": "hang@hospital.example",
    "role": Role.REGISTRAR,
    "first_day": "03/04/2026",
    "last_day": "",
}


@pytest.fixture
def admin(client_as, centre):
    return client_as(Role.ADMINISTRATOR, centre)


@pytest.fixture
def by(make_staff, centre, viewer_of):
    return viewer_of(make_staff(Role.ADMINISTRATOR, centre))


def link_in(page: str) -> str:
    return re.search(r"https?://testserver(/welcome/[\w-]+/)", page)[1]


def follow(address: str) -> Client:
    client = Client()
    client.get(address)
    return client


def set_password(client: Client, password: str = NEW):
    return client.post("/welcome/", {"password1": password, "password2": password})


@pytest.mark.asvs("6.4.1", "6.2.2")
def test_invited_person_sets_her_password_and_is_in(admin, hospital):
    page = admin.post("/staff/new/", {**INVITED, "facility": hospital.pk}).content.decode()

    answer = set_password(follow(link_in(page)))

    staff = Staff.objects.get(email="hang@hospital.example")
    assert answer.headers["Location"] == "/"
    assert staff.check_password(NEW)
    assert answer.client.get("/").status_code == 302
    assert "/accounts/login/" not in answer.client.get("/").headers["Location"]


@pytest.mark.asvs("6.5.2", "11.5.1")
def test_only_a_hash_of_the_link_is_kept(admin, hospital):
    page = admin.post("/staff/new/", {**INVITED, "facility": hospital.pk}).content.decode()

    secret = link_in(page).split("/")[2]
    link = OneTimeLink.objects.get()
    assert link.digest == digest_secret(secret)
    assert len(secret) >= 43
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE %s", [f"%{secret}%"])
        assert cursor.fetchone() == (0,)


def test_link_is_shown_once_and_never_stored_by_the_browser(admin, hospital):
    answer = admin.post("/staff/new/", {**INVITED, "facility": hospital.pk})

    secret = link_in(answer.content.decode())
    assert "no-store" in answer.headers["Cache-Control"]
    staff = Staff.objects.get(email=INVITED["email"])
    for address in ("/staff/", f"/staff/{staff.pk}/"):
        assert secret not in admin.get(address).content.decode()


@pytest.mark.asvs("7.6.2", "14.2.1")
def test_opening_a_link_signs_nobody_in_and_leaves_no_secret_in_the_address(by, make_staff, hospital):
    secret = issue_link(staff=make_staff(Role.REGISTRAR, hospital), purpose=LinkPurpose.RESET, by=by)

    answer = Client().get(f"/welcome/{secret}/")

    assert "_auth_user_id" not in answer.client.session

    assert answer.headers["Location"] == "/welcome/"
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.asvs("6.4.1", "6.5.1")
def test_link_works_once(by, make_staff, hospital):
    secret = issue_link(staff=make_staff(Role.REGISTRAR, hospital), purpose=LinkPurpose.RESET, by=by)
    first, second = follow(f"/welcome/{secret}/"), follow(f"/welcome/{secret}/")

    assert set_password(first).status_code == 302
    assert set_password(second, "mot-cau-khac-han-truoc").status_code == 404
    assert Client().get(f"/welcome/{secret}/").status_code == 404


@pytest.mark.asvs("6.4.1", "6.5.5")
def test_link_runs_out(by, make_staff, hospital, settings):
    secret = issue_link(staff=make_staff(Role.REGISTRAR, hospital), purpose=LinkPurpose.RESET, by=by)
    link = OneTimeLink.objects.get()
    assert link.expires_at - link.made_at > timedelta(hours=71, minutes=59)
    client = follow(f"/welcome/{secret}/")

    OneTimeLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert Client().get(f"/welcome/{secret}/").status_code == 404
    assert set_password(client).status_code == 404
    with pytest.raises(LinkSpent):
        use_link(digest=link.digest, password=NEW)


def test_spent_unknown_and_revoked_links_read_the_same(by, make_staff, hospital, admin):
    staff = make_staff(Role.REGISTRAR, hospital)
    secret = issue_link(staff=staff, purpose=LinkPurpose.INVITE, by=by)
    listed = admin.get("/staff/").content.decode()
    link = OneTimeLink.objects.get()
    assert f'action="/links/{link.pk}/revoke/"' in listed

    admin.post(f"/links/{link.pk}/revoke/")

    spent, unknown = (Client().get(f"/welcome/{word}/").content.decode() for word in (secret, "unknown"))
    assert spent.replace(secret, "unknown") == unknown
    assert AccessLine.objects.filter(action="revoke-link", subject_id=staff.pk).count() == 1


def test_new_link_spends_the_earlier_one(by, make_staff, hospital):
    staff = make_staff(Role.REGISTRAR, hospital)
    first = issue_link(staff=staff, purpose=LinkPurpose.INVITE, by=by)

    issue_link(staff=staff, purpose=LinkPurpose.RESET, by=by)

    assert Client().get(f"/welcome/{first}/").status_code == 404


def test_locked_account_has_no_link(by, make_staff, hospital):
    staff = make_staff(Role.REGISTRAR, hospital)
    secret = issue_link(staff=staff, purpose=LinkPurpose.RESET, by=by)
    client = follow(f"/welcome/{secret}/")

    set_active(staff=staff, is_active=False, by=by)

    assert set_password(client).status_code == 404


@pytest.mark.asvs("6.4.3", "7.4.3", "7.4.5")
def test_reset_ends_password_and_sign_ins_but_not_the_second_factor(
    admin, hospital, make_staff, come_in, give_factor
):
    staff = make_staff(Role.REGISTRAR, hospital)
    codes = give_factor(staff)
    there = come_in(staff, codes[0])
    assert there.get("/").headers["Location"] != "/accounts/login/?next=/"

    page = admin.post(f"/staff/{staff.pk}/password/").content.decode()

    assert there.get("/").headers["Location"] == "/accounts/login/?next=/"
    staff.refresh_from_db()
    assert not staff.has_usable_password()
    client = follow(link_in(page))
    assert set_password(client).headers["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/").headers["Location"] == "/accounts/login/?next=/"
    client.post("/accounts/2fa/authenticate/", {"code": codes[1]})
    assert client.get("/").headers["Location"] != "/accounts/login/?next=/"


@pytest.mark.asvs("6.4.4")
def test_lost_factor_is_set_up_anew_only_after_a_proof(admin, hospital, make_staff, give_factor):
    staff = make_staff(Role.REGISTRAR, hospital)
    give_factor(staff)
    address = f"/staff/{staff.pk}/second-factor/"

    assert admin.post(address, {"proof": " "}).status_code == 422
    page = admin.post(address, {"proof": "gặp mặt, xem căn cước"}).content.decode()

    assert "/welcome/" in page
    assert staff.authenticator_set.count() == 0
    staff.refresh_from_db()
    assert not staff.has_usable_password()
    line = AccessLine.objects.get(action="reset-factor")
    assert (line.subject, line.subject_id, line.detail) == ("staff", staff.pk, "gặp mặt, xem căn cước")


def test_machine_is_given_no_link(by, make_staff, hospital):
    machine = make_staff(Role.REGISTRAR, hospital)
    Staff.objects.filter(pk=machine.pk).update(kind=StaffKind.MACHINE)
    machine.refresh_from_db()

    with pytest.raises(OutOfScope):
        issue_link(staff=machine, purpose=LinkPurpose.INVITE, by=by)


def test_one_hospital_revokes_no_link_elsewhere(client_as, hospital, centre, make_staff, by):
    issue_link(staff=make_staff(Role.AUDITOR, centre), purpose=LinkPurpose.INVITE, by=by)

    answer = client_as(Role.ADMINISTRATOR, hospital).post(f"/links/{OneTimeLink.objects.get().pk}/revoke/")

    assert answer.status_code == 404
    assert OneTimeLink.objects.get().revoked_at is None


def test_letter_is_sent_where_there_is_a_mail_server(admin, hospital, settings):
    assert settings.EMAIL_BACKEND == "django.core.mail.backends.locmem.EmailBackend"  # the test's own server

    page = admin.post("/staff/new/", {**INVITED, "facility": hospital.pk}).content.decode()

    [letter] = mail.outbox
    assert letter.to == [INVITED["email"]]
    assert link_in(letter.body) == link_in(page)


def test_no_letter_without_a_mail_server(admin, hospital, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    page = admin.post("/staff/new/", {**INVITED, "facility": hospital.pk}).content.decode()

    assert "hãy tự trao liên kết này" in page


def test_changes_of_access_are_in_the_access_log(admin, hospital):
    admin.post("/staff/new/", {**INVITED, "facility": hospital.pk})
    staff = Staff.objects.get(email=INVITED["email"])
    posting = staff.postings.get()
    admin.post(f"/postings/{posting.pk}/end/", {"last_day": "30/06/2026"})
    admin.post(f"/staff/{staff.pk}/sign-ins/")
    admin.post(f"/staff/{staff.pk}/password/")
    admin.post(f"/staff/{staff.pk}/lock/")
    admin.post(f"/staff/{staff.pk}/lock/")

    lines = AccessLine.objects.filter(subject="staff", subject_id=staff.pk).order_by("id")
    assert [line.action for line in lines] == [
        *("give-role", "invite", "end-role", "end-sign-ins", "reset-password", "lock-account", "open-account")
    ]
    assert lines[0].detail == f"registrar facility={hospital.pk} 2026-04-03.."


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pages_of_a_link_in_both_languages(by, make_staff, hospital, language):
    client = Client()
    client.cookies["banyan_language"] = language
    secret = issue_link(staff=make_staff(Role.REGISTRAR, hospital), purpose=LinkPurpose.INVITE, by=by)

    for address in (f"/welcome/{secret}/", "/welcome/unknown/"):
        page = client.get(address, follow=True).content.decode()
        assert f'<html lang="{language}"' in page
        assert page.count("<h1>") == 1
        assert " style=" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.asvs("6.5.1", "15.4.2")
def test_of_two_who_use_a_link_at_once_one_comes_through(centre, make_staff):
    staff = make_staff(Role.REGISTRAR, centre)
    digest = digest_secret(issue_link(staff=staff, purpose=LinkPurpose.RESET, by=None))
    gate, said = threading.Barrier(2), []

    def use(password: str) -> None:
        gate.wait()
        try:
            use_link(digest=digest, password=password)
            said.append(password)
        except LinkSpent:
            said.append("spent")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=use, args=[word]) for word in ("first-of-two-words", "other-of-two-words")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    [used] = [word for word in said if word != "spent"]
    staff.refresh_from_db()
    assert sorted(said) == sorted([used, "spent"])
    assert staff.check_password(used)


@pytest.mark.asvs("6.3.2", "6.4.1")
def test_empty_site_has_no_password_at_all_until_its_administrator_sets_one(db, monkeypatch):
    monkeypatch.setenv("BANYAN_ADMIN", "Lan@Registry.example")

    first, second = run("create_administrator"), run("create_administrator")
    staff = Staff.objects.get()
    assert (staff.email, staff.has_usable_password()) == ("lan@registry.example", False)
    assert Client().get(path_in(first)).status_code == 404  # the second link took its place
    set_password(follow(path_in(second)))

    assert run("create_administrator") == ""
    staff.refresh_from_db()
    assert staff.check_password(NEW)


def test_operator_lets_a_lost_account_start_anew(make_staff, centre, give_factor):
    staff = make_staff(Role.ADMINISTRATOR, centre)
    give_factor(staff)

    said = run("reset_account", staff.email)

    assert staff.authenticator_set.count() == 0
    assert set_password(follow(path_in(said))).status_code == 302
    with pytest.raises(CommandError, match="no account has the address"):
        run("reset_account", "nobody@centre.example")


def run(*command: str) -> str:
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue()


def path_in(said: str) -> str:
    return re.search(r"/welcome/[\w-]+/", said)[0]
