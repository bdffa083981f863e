"""Whom the guards stop: one place for the rule and for its one exception."""

import secrets
from collections.abc import Iterable
from hashlib import sha256

from banyan.apps.core.choices import Capability

DEMO_ENDING = "@banyan.demo"
# what a role may do with the password alone: nothing with a name in it, and nobody's rights
UNGUARDED = frozenset({Capability.VIEW_FIGURES, Capability.VIEW_ROWS})


def needs_second_factor(capabilities: Iterable[str]) -> bool:
    return not set(capabilities) <= UNGUARDED


def is_demo_account(email: str, *, demo: bool) -> bool:
    return demo and email.endswith(DEMO_ENDING)


def make_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest_secret(secret: str) -> str:
    """A plain hash is enough for 256 random bits; a slow one is for what people think up (ASVS 6.5.2)."""
    return sha256(secret.encode()).hexdigest()
