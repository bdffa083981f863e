"""The addresses for machines against their own description: requests that it allows, and many that it does not."""

from collections.abc import Callable
from datetime import date

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.presenters.api import OPENAPI
from banyan.apps.network.queries.staff import view_as
from banyan.apps.network.services.key import add_machine, make_key
from banyan.apps.network.services.staff import add_staff, post_staff

OWN = "/api/v1/openapi.json"  # the description itself, which schemathesis leaves out
PATHS = [path for path in OPENAPI["paths"] if path != OWN]
SINCE = date(2020, 1, 1)


def make_key_of_a_machine() -> str:
    """Return the key of a machine at a small registry."""
    centre = Facility.objects.create(
        code="R", name_vi="Trung tâm", name_en="Centre", level=3, kind="registry"
    )
    staff = add_staff(email="a@centre.example", full_name="Trần Thu Hà", password="correct-horse-battery")
    by = view_as(post_staff(staff=staff, facility=centre, role=Role.ADMINISTRATOR, start=SINCE))
    machine: Staff = add_machine(
        full_name="Máy", facility=centre, role=Role.REGISTRAR, first_day=SINCE, last_day=None, by=by
    )
    return make_key(machine=machine, name="outside", days=30, by=by)


@pytest.fixture
def description(db, settings):
    """The description as Banyan gives it; requests stay in this process and in the test's transaction."""
    settings.ALLOWED_HOSTS = ["*"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_all(description, check: Callable[[Case], None], examples: int) -> list[str]:
    """Hold `check` to many requests at each address, allowed ones and others. Returns the addresses."""
    operations = [found.ok() for found in description.get_all_operations()]
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            run = given(case=operation.as_strategy(generation_mode=mode))(check)
            settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))(run)()
    return [operation.path for operation in operations]


@pytest.mark.asvs("2.2.1", "4.1.1", "16.5.3")
def test_every_address_answers_as_it_is_described(description) -> None:
    headers = {"Authorization": f"Bearer {make_key_of_a_machine()}"}

    def check(case: Case) -> None:
        answer = case.call(headers=headers)
        assert answer.status_code < 500
        # the key given here takes the place of a wrong one that was made up
        case.validate_response(answer, excluded_checks=[ignored_auth])

    assert try_all(description, check, 20) == PATHS


@pytest.mark.asvs("8.2.1", "13.2.1")
def test_without_a_key_nothing_is_told(description) -> None:
    def check(case: Case) -> None:
        answer = case.call(headers={"Authorization": "Bearer bny_none.none"})
        assert answer.status_code in {401, 429}
        assert answer.headers["content-type"] == ["application/problem+json"]

    assert try_all(description, check, 5) == PATHS
