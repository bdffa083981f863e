"""What the sign-in page says of a demonstration."""

from django import template
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Role
from banyan.apps.core.presenters.navigation import Words
from banyan.apps.network.choices import FacilityKind
from banyan.apps.network.services.demo import ACCOUNTS, PASSWORD

register = template.Library()

PLACES: dict[str, Words] = {
    FacilityKind.REGISTRY: _("toàn thành phố"),
    FacilityKind.HOSPITAL: _("một bệnh viện"),
    FacilityKind.STATION: _("một trạm y tế"),
}


@register.simple_tag
def demo_accounts() -> list[dict[str, str]]:
    """Return the accounts that everybody may use, none outside a demonstration."""
    if not settings.DEMO:
        return []
    return [
        {
            "email": account.email,
            "full_name": account.full_name,
            "role": str(Role(account.role).label),
            "place": str(PLACES[account.place]),
            "password": PASSWORD,
        }
        for account in ACCOUNTS
    ]
