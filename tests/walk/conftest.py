"""One world for the whole walk: built once, rolled back at the end; each test leaves it as it was."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from banyan.apps.insight.queries.register import forget_register
from tests.walk.rights import build_own_grant, build_rights
from tests.walk.world import World, build_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of the walk on one worker: the world is built once."""
    for item in items:
        if "tests/walk" in item.path.as_posix():
            item.add_marker(pytest.mark.xdist_group("walk"))


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[World]:
    from django.conf import settings
    from django.test import override_settings

    quick = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MEDIA_ROOT=tmp_path_factory.mktemp("files"),
        GUARD_ACCOUNTS=False,
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"],
    )
    with quick, django_db_blocker.unblock(), transaction.atomic():
        forget_register()
        world = build_world()
        for place in world.facilities:
            build_rights(world, place)
        for actor in world.actors:
            build_own_grant(world, actor)
        yield world
        transaction.set_rollback(True)
    forget_register()


@pytest.fixture
def world(_world: World, db: None) -> World:
    """The world, inside a transaction of the test's own."""
    return _world
