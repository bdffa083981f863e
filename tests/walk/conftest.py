"""One world for the whole walk: built once, rolled back at the end; each test leaves it as it was."""

from collections.abc import Iterator

import pytest

from tests.walk.standing import standing_world
from tests.walk.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of the walk on one worker: the world is built once."""
    for item in items:
        if "tests/walk" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("walk"))


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    with django_db_blocker.unblock(), standing_world(tmp_path_factory.mktemp("files")) as world:
        yield world


@pytest.fixture
def world(_world: World, db: None) -> World:
    """The world, inside a transaction of the test's own."""
    return _world
