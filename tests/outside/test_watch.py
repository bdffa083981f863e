"""Who tries to get past a guard leaves a line: which kind, when, by whom; never what was typed."""

import logging
from collections import Counter
from collections.abc import Iterator

import pytest
from django.conf import settings as live
from django.test import Client
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.core.rules.log import describe_record
from tests.outside.conftest import PASSWORD

MAIL = f"{Role.REGISTRAR}@centre.example"


def lines_of(caplog: pytest.LogCaptureFixture, logger: str) -> Iterator[dict]:
    """Return what a site would write, at the levels that a site has."""
    for record in caplog.records:
        at_least = logging.INFO if record.name == "banyan.security" else logging.WARNING
        if record.name.startswith(logger) and record.levelno >= at_least:
            yield describe_record(record)


def guess(client: Client, times: int) -> None:
    for _ in range(times):
        client.post(reverse("account_login"), {"login": MAIL, "password": "no such thing at all"})


@pytest.mark.asvs("16.3.3", "16.3.1")
def test_guessing_and_the_closing_of_the_account_are_events(sign_in, caplog):
    sign_in()

    guess(Client(), live.AXES_FAILURE_LIMIT)

    events = Counter(line["event"] for line in lines_of(caplog, "banyan.security"))
    assert events == {"sign-in-failed": live.AXES_FAILURE_LIMIT, "locked-out": 1}
    assert MAIL not in caplog.text


@pytest.mark.asvs("16.3.3")
def test_a_machine_with_a_wrong_key_is_an_event(client, db, caplog):
    client.get("/api/v1/me", headers={"Authorization": "Bearer bny_guess.guess"})

    assert [line["event"] for line in lines_of(caplog, "banyan.security")] == ["key-refused"]


@pytest.mark.asvs("16.3.3")
def test_a_key_in_the_clear_is_an_event(client, db, caplog, settings):
    settings.HTTPS = True

    client.get("/api/v1/me", headers={"Authorization": "Bearer bny_guess.guess"})

    assert [line["event"] for line in lines_of(caplog, "banyan.security")] == ["key-in-the-clear"]


@pytest.mark.asvs("16.3.3")
def test_a_form_from_elsewhere_leaves_a_line(db, caplog):
    answer = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), {"login": MAIL, "password": PASSWORD}
    )

    [line] = lines_of(caplog, "django.security.csrf")
    assert (answer.status_code, line["level"], line["status"]) == (403, "warning", 403)


@pytest.mark.asvs("16.3.3")
def test_a_foreign_host_name_leaves_a_line(client, db, caplog, settings):
    settings.ALLOWED_HOSTS = ["banyan.example"]

    client.get("/help/", headers={"Host": "evil.example"})

    [line] = lines_of(caplog, "django.security.DisallowedHost")
    assert (line["level"], "evil" in str(line)) == ("error", False)


@pytest.mark.asvs("16.3.3")
@pytest.mark.parametrize(
    ("name", "logger", "status"),
    [("Lê Vân", "django.request", 422), ("a\0b", "django.security.SuspiciousOperation", 400)],
    ids=["unfit", "NUL"],
)
def test_a_form_that_is_refused_leaves_a_line_without_its_words(sign_in, caplog, name, logger, status):
    sign_in(Role.ADMINISTRATOR).post(reverse("member-new"), {"full_name": name})

    [line] = lines_of(caplog, logger)
    assert line["status"] == status
    assert name not in str(line)


@pytest.mark.asvs("16.3.3")
def test_a_method_that_nobody_needs_leaves_a_line(sign_in, caplog):
    sign_in().put("/cases/")

    assert [line["status"] for line in lines_of(caplog, "django.request")] == [405]


@pytest.mark.asvs("16.2.3")
def test_lines_go_to_the_one_stream_that_the_inventory_names():
    logging_settings = live.LOGGING

    assert {name: one["class"] for name, one in logging_settings["handlers"].items()} == {
        "stream": "logging.StreamHandler"
    }
    assert logging_settings["root"]["handlers"] == ["stream"]
    assert [name for name, one in logging_settings["loggers"].items() if one.get("handlers")] == []
