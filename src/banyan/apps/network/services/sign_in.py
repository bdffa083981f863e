"""How the sign-in library is fitted to a closed house."""

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from banyan.apps.network.choices import StaffKind

SEALED = "fernet:"
NO_ADDRESS = "0.0.0.0"  # noqa: S104 -- a word for "not known", as behind a Unix socket; nothing listens on it


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- allauth's signature
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Turn machines away here too: allauth lets whoever knows the password on to a page of its own."""
        user = super().authenticate(request, **credentials)
        return user if getattr(user, "kind", "") == StaffKind.PERSON else None

    def get_client_ip(self, request: HttpRequest) -> str:
        return get_client_ip(request) or NO_ADDRESS


class StaffBackend(AuthenticationBackend):
    """A machine has no way in through a page, not even with a session that something made for it."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return super().user_can_authenticate(user) and getattr(user, "kind", "") != StaffKind.MACHINE  # type: ignore[arg-type]


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the secrets of authenticator apps and recovery codes sealed with the site's signing key."""

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:  # noqa: A002 -- allauth's word
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Khóa %(number)s") % {"number": number}

    def encrypt(self, text: str) -> str:
        return SEALED + make_seal().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        if not encrypted_text.startswith(SEALED):  # kept before secrets were sealed
            return encrypted_text
        return make_seal().decrypt(encrypted_text.removeprefix(SEALED).encode("ascii")).decode()


def make_seal() -> Fernet:
    key = salted_hmac("banyan.second-factor", "seal", algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(key))
