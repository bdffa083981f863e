"""The world, standing for as long as a module's tests need it, and gone afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.test import override_settings

from banyan.apps.insight.queries.register import forget_register
from tests.walk.rights import build_own_grant, build_rights
from tests.walk.world import World, build_world


@contextmanager
def standing_world(files: Path) -> Iterator[World]:
    """Build it in one transaction, and roll that back at the end."""
    quick = override_settings(
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        MEDIA_ROOT=files,
        GUARD_ACCOUNTS=False,
        ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "testserver"],
    )
    with quick, transaction.atomic():
        forget_register()
        world = build_world()
        for place in world.facilities:
            build_rights(world, place)
        for actor in world.actors:
            build_own_grant(world, actor)
        yield world
        transaction.set_rollback(True)
    forget_register()
