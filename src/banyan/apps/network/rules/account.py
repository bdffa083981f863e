"""Whom the guards do not stop, and the secrets that they ask for."""

import secrets
from hashlib import sha256

DEMO_ENDING = "@banyan.demo"


def is_demo_account(email: str, *, demo: bool) -> bool:
    return demo and email.endswith(DEMO_ENDING)


def make_secret() -> str:
    """Return 256 random bits as text."""
    return secrets.token_urlsafe(32)


def digest_secret(secret: str) -> str:
    """A plain hash is enough for 256 random bits; a slow one is for what people think up (ASVS 6.5.2)."""
    return sha256(secret.encode()).hexdigest()
