"""Wrong passwords and wrong codes: the account closes for a while, the same for accounts that do not exist."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.conf import settings as site
from django.core.cache import cache
from django.test import Client

from banyan.apps.core.choices import Role
from banyan.apps.network.services.member import set_active

WRONG = "not-the-right-words"
RIGHT = "correct-horse-battery"


def try_in(email: str, password: str = WRONG, address: str = "127.0.0.1", client: Client | None = None):
    client = client or Client()
    return client.post("/accounts/login/", {"login": email, "password": password}, REMOTE_ADDR=address)


def is_in(answer) -> bool:
    return "_auth_user_id" in answer.client.session


@pytest.fixture
def staff(make_staff, centre):
    return make_staff(Role.REGISTRAR, centre)


@pytest.mark.asvs("6.3.1", "6.1.1")
def test_five_wrong_passwords_close_the_account_to_that_place(staff):
    answers = [try_in(staff.email).status_code for _ in range(5)]

    closed = try_in(staff.email, RIGHT)
    assert answers == [200, 200, 200, 200, 429]
    assert closed.status_code == 429
    assert closed.headers["Retry-After"] == "900"
    assert "Chờ 15 phút rồi thử lại." in closed.content.decode()
    assert not is_in(closed)


@pytest.mark.asvs("6.1.1")
def test_nobody_shuts_a_colleague_out_from_elsewhere(staff):
    for _ in range(6):
        try_in(staff.email, address="203.0.113.9")

    assert is_in(try_in(staff.email, RIGHT, address="203.0.113.10"))


@pytest.mark.asvs("6.3.1")
def test_twenty_from_many_places_close_it_to_all(staff):
    answers = [try_in(staff.email, address=f"203.0.113.{number}").status_code for number in range(20)]

    assert answers == [200] * 19 + [429]
    assert try_in(staff.email, RIGHT, address="203.0.113.99").status_code == 429


@pytest.mark.asvs("6.3.8")
def test_account_that_does_not_exist_reads_the_same(staff):
    known = [try_in(staff.email) for _ in range(6)]
    unknown = [try_in("nobody@centre.example", address="127.0.0.2") for _ in range(6)]

    assert [answer.status_code for answer in unknown] == [answer.status_code for answer in known]
    first = "Email hoặc mật khẩu không đúng."
    assert all(first in answers[0].content.decode() for answers in (known, unknown))


def test_account_opens_again_after_a_quarter_of_an_hour(staff):
    for _ in range(5):
        try_in(staff.email)

    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=15, seconds=1)
        attempt.save()

    assert is_in(try_in(staff.email, RIGHT))


def test_knocking_at_a_closed_door_does_not_keep_it_closed(staff):
    for _ in range(5):
        try_in(staff.email)
    before = AccessAttempt.objects.get().attempt_time

    try_in(staff.email)

    assert AccessAttempt.objects.get().attempt_time == before


def test_right_password_forgets_the_wrong_ones(staff):
    for _ in range(4):
        try_in(staff.email)
    assert is_in(try_in(staff.email, RIGHT))

    assert AccessAttempt.objects.count() == 0


def test_administrator_opens_a_closed_account(staff, make_staff, centre, viewer_of):
    by = viewer_of(make_staff(Role.ADMINISTRATOR, centre))
    for _ in range(5):
        try_in(staff.email)

    set_active(staff=staff, is_active=True, by=by)

    assert is_in(try_in(staff.email, RIGHT))


@pytest.mark.asvs("6.3.1")
def test_wrong_codes_count_like_wrong_passwords(staff, give_factor):
    codes = give_factor(staff)
    client = Client()
    try_in(staff.email, RIGHT, client=client)

    answers = [client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code for _ in range(5)]
    closed = client.post("/accounts/2fa/authenticate/", {"code": codes[0]})

    assert answers == [200, 200, 200, 200, 429]
    assert closed.status_code == 429
    assert not is_in(closed)
    assert try_in(staff.email, RIGHT).status_code == 429


@pytest.mark.asvs("6.3.1")
def test_wrong_password_at_a_confirmation_counts_too(staff):
    client = Client()
    try_in(staff.email, RIGHT, client=client)

    answers = [client.post("/accounts/reauthenticate/", {"password": WRONG}).status_code for _ in range(5)]

    assert answers == [200, 200, 200, 200, 429]


@pytest.mark.asvs("6.5.1")
def test_counters_stand_where_every_worker_sees_them():
    assert site.CACHES["default"]["BACKEND"] == "django.core.cache.backends.db.DatabaseCache"
    assert site.AXES_HANDLER == "banyan.apps.network.services.lockout.LockoutHandler"


@pytest.mark.asvs("6.1.1", "6.1.3")
def test_limits_are_written_down_as_they_are():
    text = (Path(__file__).parents[3] / "docs/explanation/sign-in.md").read_text(encoding="utf-8")

    minutes = site.AXES_COOLOFF_TIME // timedelta(minutes=1)
    first = f"{site.AXES_FAILURE_LIMIT} wrong passwords or codes (`BANYAN_LOCK_FAILURES`)"
    assert f"{first} in {minutes} minutes (`BANYAN_LOCK_MINUTES`)" in text
    assert "There are two, and no others" in text


@pytest.mark.django_db
def test_shared_counter_adds_once():
    assert cache.add("used", "y", timeout=30)
    assert not cache.add("used", "y", timeout=30)


@pytest.mark.asvs("16.3.1", "16.2.5")
def test_log_names_the_account_by_its_number_and_nobody_else(staff, caplog):
    caplog.set_level(logging.INFO, logger="banyan.security")

    try_in(staff.email)
    try_in("nobody@centre.example")
    try_in(staff.email, RIGHT)

    said = [(line.event, line.staff) for line in caplog.records if line.name == "banyan.security"]
    assert said == [("sign-in-failed", staff.pk), ("sign-in-failed", None), ("sign-in", staff.pk)]
    written = " ".join(str(vars(line)) for line in caplog.records if line.name == "banyan.security")
    assert not any(word in written for word in (staff.email, "nobody@", WRONG, RIGHT, "127.0.0.1"))


def test_lock_out_is_a_security_event(staff, caplog):
    for _ in range(5):
        try_in(staff.email)

    locked = [line for line in caplog.records if getattr(line, "event", "") == "locked-out"]
    assert [(line.levelname, line.staff) for line in locked] == [("WARNING", staff.pk)]


def test_table_of_attempts_holds_no_address_that_somebody_typed(staff):
    try_in(staff.email)

    attempt = AccessAttempt.objects.get()
    assert staff.email not in f"{attempt.username} {attempt.post_data} {attempt.get_data}"
    assert WRONG not in attempt.post_data
