"""Every address, as every role, for records inside and outside its scope and for records that do not exist."""

import time
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from banyan.apps.core.choices import Role
from banyan.apps.network.services.session import SEEN
from tests.walk.routes import ANYBODY, BY_NAME, MACHINES, NAMELESS, ROUTES, SIGNED_IN, Route, list_patterns
from tests.walk.visit import Visit, ask, find_faults, may_open, send
from tests.walk.world import Actor, World

PAGES = [route for route in ROUTES if route.opens != MACHINES]
each_route = pytest.mark.parametrize("route", PAGES, ids=lambda route: route.name)
guarded_route = pytest.mark.parametrize(
    "route",
    [route for route in ROUTES if route.opens not in {ANYBODY, MACHINES}],
    ids=lambda route: route.name,
)


@pytest.mark.asvs("8.1.1")
def test_every_address_is_known() -> None:
    patterns = dict(list_patterns())

    unknown = [
        f"the address {pattern!r} ({part.name}) is unknown: say in tests/walk/routes.py who may open it"
        for pattern, part in patterns.items()
        if part.name not in BY_NAME and pattern not in NAMELESS
    ]
    gone = [
        f"{name} stands in tests/walk/routes.py and is no address any more"
        for name in BY_NAME.keys() - {part.name for part in patterns.values()}
    ]

    assert unknown + gone == []


@pytest.mark.asvs("8.1.1")
def test_every_view_asks_for_the_capability_that_the_table_says() -> None:
    asked = {
        part.name: getattr(part.callback, "capability", ANYBODY) for _, part in list_patterns() if part.name
    }

    wrong = {
        name: (asked[name], route.opens)
        for name, route in BY_NAME.items()
        if name in asked and asked[name] != (SIGNED_IN if route.opens == MACHINES else route.opens)
    }

    assert wrong == {}


@pytest.mark.asvs("8.2.1", "8.2.2", "8.2.3", "8.3.1", "8.4.1", "14.3.2", "15.3.1", "16.3.2")
@each_route
def test_a_role_opens_what_lies_in_its_scope_and_learns_nothing_of_the_rest(
    world: World, route: Route
) -> None:
    expected = {"GET": route.get, "POST": route.post}

    faults = [
        fault
        for actor in world.actors
        for method, statuses in expected.items()
        if statuses
        for fault in walk_route(world, route, actor, method, statuses)
    ]

    assert faults == []


def walk_route(
    world: World, route: Route, actor: Actor, method: str, expected: tuple[int, ...]
) -> Iterator[str]:
    """Ask for a record inside, one outside and one that does not exist."""
    elsewhere = actor.place != "registry"
    if route.opens is ANYBODY and elsewhere:
        return  # it asks nobody who he is
    if elsewhere and method == "POST" and route.get and not may_open(actor, route):
        return  # the door is the same for both methods
    visit = ask(actor, route, world.inside(route.kind, actor), method)
    yield from find_faults(visit, actor, world)
    if not may_open(actor, route):
        yield from refuses(visit)
        if elsewhere:
            return  # refused at the door, before any record is looked for
    elif visit.status not in expected:
        yield f"{visit}: expected one of {expected}"
    if route.kind in world.missing:
        yield from walk_beyond(world, route, actor, method)


def walk_beyond(world: World, route: Route, actor: Actor, method: str) -> Iterator[str]:
    missing = ask(actor, route, world.missing[route.kind], method)
    yield from find_faults(missing, actor, world)
    yield from refuses(missing, is_guarded=route.opens is not ANYBODY)
    outside = world.outside(route.kind, actor)
    if outside is not None and route.opens is not ANYBODY:
        yield from keeps_silent(ask(actor, route, outside, method), missing)


def refuses(visit: Visit, *, is_guarded: bool = True) -> Iterator[str]:
    """A refusal is 404, and a line in the access log where somebody is signed in."""
    if visit.status != 404:
        yield f"{visit}: expected 404"
    if is_guarded and [line.action for line in visit.lines] != ["refused"]:
        yield f"{visit}: no line says that it was refused"


def keeps_silent(outside: Visit, missing: Visit) -> Iterator[str]:
    """What lies outside the scope answers as what does not exist, to the byte."""
    yield from refuses(outside)
    if outside.plain != missing.plain:
        yield f"{outside}: the answer differs from that for a record that does not exist"
    if outside.headers.keys() != missing.headers.keys():
        yield f"{outside}: the headers differ from those for a record that does not exist"


@pytest.mark.asvs("8.2.1", "8.3.1")
@guarded_route
def test_who_has_not_signed_in_is_asked_to(world: World, route: Route) -> None:
    actor = world.actor(Role.REGISTRAR)
    path = reverse(route.name, kwargs=world.inside(route.kind, actor))

    for method, expected in (("GET", route.get), ("POST", route.post)):
        visit = send(Client(), "a stranger", method, path, route.data)

        assert list(find_faults(visit, actor, world)) == []
        if expected:
            assert (visit.status, visit.headers["Location"].split("?")[0]) == (302, reverse("account_login"))
        else:
            assert visit.status == 405


@pytest.mark.asvs("8.2.1", "13.2.1")
@pytest.mark.parametrize(
    "route", [route for route in ROUTES if route.opens == MACHINES], ids=lambda route: route.name
)
def test_a_door_for_machines_opens_to_a_key_and_to_no_session(world: World, route: Route) -> None:
    path, machine = reverse(route.name), Client(headers={"Authorization": f"Bearer {world.keys['hospital']}"})

    assert send(machine, "a machine", "GET", path).status == 200
    assert {ask(actor, route, {}).status for actor in world.actors} == {401}
    assert send(Client(), "a stranger", "GET", path).status == 401


@pytest.mark.asvs("4.1.4", "13.4.4")
@each_route
def test_methods_that_nobody_needs_are_refused(world: World, route: Route) -> None:
    actor = next(one for one in world.actors if may_open(one, route))
    parts = world.inside(route.kind, actor)

    needless = ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"]
    needless += [method for method, statuses in (("GET", route.get), ("POST", route.post)) if not statuses]

    answers = {method: ask(actor, route, parts, method).status for method in needless}

    assert answers == dict.fromkeys(answers, 405)


@each_route
def test_head_answers_as_get_with_nothing_in_it(world: World, route: Route) -> None:
    actor = next(one for one in world.actors if may_open(one, route))
    parts = world.inside(route.kind, actor)

    seen, asked = ask(actor, route, parts), ask(actor, route, parts, "HEAD")

    assert (asked.status, asked.text) == (seen.status, "")


@pytest.mark.asvs("3.5.1", "3.5.3")
@pytest.mark.parametrize("route", [route for route in ROUTES if route.post], ids=lambda route: route.name)
def test_a_form_from_another_site_changes_nothing(world: World, route: Route) -> None:
    actor = next(one for one in world.actors if may_open(one, route))
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(actor.staff)

    visit = send(
        stranger,
        "another site",
        "POST",
        reverse(route.name, kwargs=world.inside(route.kind, actor)),
        route.data,
    )

    assert visit.status == 403 or route.post == (404,)
    assert visit.lines == []


def test_a_list_asks_the_database_as_often_for_fifty_rows_as_for_five(world: World) -> None:
    world.grow(5)
    few = {route.name: count_queries(world, route) for route in ROUTES if route.listing}
    world.grow(45)
    many = {route.name: count_queries(world, route) for route in ROUTES if route.listing}

    # one look-up for each kind of record among the newest lines, whatever their number
    assert {name: (few[name], many[name]) for name in few if many[name] > few[name] + 1} == {}


def count_queries(world: World, route: Route) -> int:
    actor = next(one for one in world.actors if may_open(one, route) and one.viewer.whole_city)
    path = reverse(route.name, kwargs=world.inside(route.kind, actor))
    hold_mark(actor.client)
    actor.client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert actor.client.get(path).status_code == 200
    return len(asked)


def hold_mark(client: Client) -> None:
    """Let a session not be marked as seen for a day: that comes once a minute, four questions more, on any page."""
    session = client.session
    session[SEEN] = int(time.time()) + 24 * 60 * 60
    session.save()


def test_every_address_is_written_once() -> None:
    written = [str(pattern.pattern) for pattern in own_patterns()]

    assert sorted(written) == sorted(set(written))


def own_patterns() -> Iterator[URLPattern]:
    """Give the addresses of our own rooms, as they stand in the files."""
    for room in get_resolver().url_patterns:
        if isinstance(room, URLResolver) and "banyan" in str(room.urlconf_name):
            yield from (one for one in room.url_patterns if isinstance(one, URLPattern))
