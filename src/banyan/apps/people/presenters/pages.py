from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page

PAGES = (
    Page(
        group=_("Tra cứu"),
        label=pgettext_lazy("list", "Người bệnh"),
        short=pgettext_lazy("list", "Người bệnh"),
        url="people",
        capability=Capability.VIEW_PERSONS,
        order=29,
        icon="o-people",
        key="n",
    ),
)
