"""The registrar's own pages, by what she does with them."""

from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page
from banyan.apps.registry.queries.batch import count_open

TODAY, COMING, LOOKING = _("Hôm nay"), _("Nhận dữ liệu"), _("Tra cứu")
PAGES = (
    Page(
        group=TODAY,
        label=_("Ca chờ tôi"),
        short=_("Ca chờ"),
        url="cases-waiting",
        capability=Capability.EDIT_CASES,
        order=10,
        icon="o-check",
    ),
    Page(
        group=COMING,
        label=_("Khu chờ"),
        short=_("Khu chờ"),
        url="batches",
        capability=Capability.IMPORT_CASES,
        order=20,
        icon="o-inbox",
        count=count_open,
    ),
    Page(
        group=COMING,
        label=_("Nhận tệp mới"),
        short=_("Nhận tệp"),
        url="batch-new",
        capability=Capability.IMPORT_CASES,
        order=21,
        icon="o-import",
    ),
    Page(
        group=LOOKING,
        label=_("Các ca bệnh"),
        short=_("Ca bệnh"),
        url="cases",
        capability=Capability.VIEW_PERSONS,
        order=30,
        icon="o-case",
        key="c",
    ),
    Page(
        group=LOOKING,
        label=_("ICD-O-3.2"),
        short="ICD-O",
        url="codes",
        capability=Capability.VIEW_PERSONS,
        order=31,
        icon="o-search",
    ),
)
