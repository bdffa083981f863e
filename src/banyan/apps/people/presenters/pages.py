from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page

PAGES = (
    Page(
        group=_("Tra cứu"),
        label=_("Người bệnh"),
        short=_("Người bệnh"),
        url="people",
        capability=Capability.VIEW_PERSONS,
        order=29,
        icon="o-people",
        key="n",
    ),
)
