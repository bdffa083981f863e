"""Every page and every form, given what nobody would type: never a fault, never an echo that a browser would run."""

import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.walk.routes import MACHINES, ROUTES, Route
from tests.walk.standing import standing_world
from tests.walk.visit import Visit, may_open, send
from tests.walk.world import World

NOISE = (
    "<zq onload=alert(1)>'\"</zq>",
    "'; DROP TABLE people_person; --",
    "{{7*191}}{% debug %}${7*191}",
    "\x00\x01\x1b[31m\r\nlevel=ERROR event=forged",
    "999999999999999999999999999999",
    "-1",
    "NaN",
    "1e309",
    "👩🏽‍⚕️\u202e\ufeff\u0301" * 20,
    "../../../../etc/passwd",
    "9" * 5_000,
    "31/02/2026",
    "\u0661\u0662\u00b2",  # digits that are not ours
)
QUERY = (
    *("q", "page", "before", "number", "staff", "kind", "level", "site", "sex", "place", "first", "last"),
    *(
        "standard",
        "year",
        "status",
        "check_state",
        "ward",
        "sort",
        "rule",
        "unsure",
        "changed",
        "list",
        "kept",
    ),
    *("draft", "from", "to", "next", "person", "days", "action", "role", "facility"),
)
FIELD = re.compile(r"<(?:input|select|textarea|button)\b[^>]*?\bname=\"([\w.-]+)\"")
ECHO = re.compile(r"<zq|1337")
SHOWN = [route for route in ROUTES if route.opens != MACHINES and 200 in route.get and route.name != "link"]
SENT = [route for route in ROUTES if route.opens != MACHINES and route.post and 404 not in route.post]
# one worker: the world is built once
pytestmark = pytest.mark.xdist_group("noise")
# how allauth asks again, and the way out
LEAVES = {"account_logout", "devices-end"}


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with django_db_blocker.unblock(), standing_world(tmp_path_factory.mktemp("files")) as world:
        yield world


@pytest.fixture
def world(_world: World, db: None) -> World:
    return _world


def ask(world: World, route: Route, method: str, data: dict[str, str]) -> Visit:
    actor = next(one for one in world.actors if may_open(one, route))
    path = reverse(route.name, kwargs=world.inside(route.kind, actor))
    return send(actor.client, route.name, method, path, data)


def find_faults(visit: Visit, noise: str) -> Iterator[str]:
    if visit.status >= 500 and not visit.path.startswith("/health/"):
        yield f"{visit}: broke on {noise[:40]!r}"
    is_page = visit.headers.get("Content-Type", "").startswith("text/html")
    if is_page and (found := ECHO.search(visit.text)):
        yield f"{visit}: gives back {found[0]!r} as it came"


@pytest.mark.asvs("1.3.3", "1.4.2", "2.2.1", "16.5.3")
@pytest.mark.parametrize("route", SHOWN, ids=lambda route: route.name)
def test_no_question_in_an_address_breaks_a_page(world: World, route: Route) -> None:
    faults = [
        fault
        for noise in NOISE
        for fault in find_faults(ask(world, route, "GET", dict.fromkeys(QUERY, noise)), noise)
    ]

    assert faults == []


@pytest.mark.asvs("1.2.1", "1.3.3", "1.3.7", "2.2.1", "16.5.3")
@pytest.mark.parametrize("route", SENT, ids=lambda route: route.name)
def test_no_word_in_a_form_breaks_it(world: World, route: Route) -> None:
    names = {
        *FIELD.findall(ask(world, route, "GET", {}).text),
        *route.data,
        "reason",
        "words",
        "full_name",
        "q",
    }
    names -= {"csrfmiddlewaretoken", "files"}

    faults = [
        fault
        for noise in NOISE
        for fault in find_faults(ask(world, route, "POST", dict.fromkeys(names, noise)), noise)
    ]

    assert faults == []


PARAMETERS = st.dictionaries(st.sampled_from(QUERY), st.text(max_size=40), max_size=4)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from(SHOWN), parameters=PARAMETERS)
def test_no_page_breaks_on_any_text(world: World, route: Route, parameters: dict[str, str]) -> None:
    visit = ask(world, route, "GET", parameters)

    assert list(find_faults(visit, str(parameters))) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(route=st.sampled_from([route for route in SENT if route.name not in LEAVES]), data=st.data())
def test_no_form_breaks_on_any_text(world: World, route: Route, data: st.DataObject) -> None:
    names = sorted(
        {*route.data, "full_name", "citizen_id", "birth_date", "reason", "words", "version", "q", "number"}
    )
    typed = data.draw(st.dictionaries(st.sampled_from(names), st.text(max_size=40), max_size=6))

    visit = ask(world, route, "POST", typed)

    assert list(find_faults(visit, str(typed))) == []
