from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page, add_pages


class NetworkConfig(AppConfig):
    name = "banyan.apps.network"
    label = "network"

    def ready(self) -> None:
        from banyan.apps.network import receivers  # noqa: F401, PLC0415 -- models are there only now

        add_pages(*list_staff_pages(), *list_audit_pages())


def list_staff_pages() -> list[Page]:
    network, staff = _("Mạng lưới"), Capability.MANAGE_STAFF
    return [
        Page(
            group=network,
            label=_("Người làm việc"),
            short=_("Người"),
            url="staff",
            capability=staff,
            order=810,
            icon="o-people",
            key="p",
        ),
        Page(
            group=network,
            label=_("Các cơ sở"),
            url="facilities",
            capability=staff,
            order=820,
            icon="o-place",
            key="f",
        ),
        Page(
            group=network,
            label=_("Máy kết nối"),
            short=_("Máy"),
            url="machines",
            capability=staff,
            order=830,
            icon="o-lock",
            key="y",
        ),
    ]


def list_audit_pages() -> list[Page]:
    audit, history = _("Kiểm tra việc dùng"), Capability.VIEW_HISTORY
    return [
        Page(
            group=audit,
            label=_("Ai đã đổi gì?"),
            short=_("Đã đổi"),
            url="history",
            capability=history,
            order=910,
            icon="o-history",
            key="e",
        ),
        Page(
            group=audit,
            label=_("Ai đã xem ai?"),
            short=_("Đã xem"),
            url="access-lines",
            capability=history,
            order=920,
            icon="o-eye",
            key="x",
        ),
    ]
