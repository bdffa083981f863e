from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page
from banyan.apps.core.queries.alert import count_unread

PAGES = (
    Page(
        group=_("Quyền của người bệnh"),
        label=_("Điều cần biết"),
        short=_("Cần biết"),
        url="alerts",
        capability=Capability.RECORD_CONSENT,
        order=600,
        icon="o-inbox",
        count=count_unread,
    ),
)
