"""A sign-in in words: what kind of device, whence, since when."""

import re
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import format_moment

BROWSERS = (
    ("Edg", "Edge"),
    ("CocCoc|coc_coc", "Cốc Cốc"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, kw_only=True)
class SignIn:
    pk: int
    device: str
    address: str
    began: str
    seen: str
    is_here: bool


def describe_sign_in(row: UserSession, here: str | None) -> SignIn:
    return SignIn(
        pk=row.pk,
        device=name_device(row.user_agent),
        address=row.ip,
        began=format_moment(row.created_at),
        seen=format_moment(row.last_seen_at),
        is_here=row.session_key == here,
    )


def name_device(text: str) -> str:
    """Return "Chrome, Windows" of a browser's own long name; unknown parts are left out."""
    parts = [
        next((name for sign, name in names if re.search(sign, text)), "") for names in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(part for part in parts if part) or _("Không rõ")
