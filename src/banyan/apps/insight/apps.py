from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page, add_pages

LOOK: dict[str, Any] = {"capability": Capability.VIEW_FIGURES, "icon": "o-quality"}
ASK, TRUST = _("Hỏi dữ liệu"), _("Tin được đến đâu")


PAGES = (
    Page(
        group=ASK,
        label=_("Bao nhiêu ca mới?"),
        short=_("Ca mới"),
        url="figures-incidence",
        order=10,
        key="d",
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Sống thêm bao lâu?"),
        short=_("Sống thêm"),
        url="figures-survival",
        order=11,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Bao nhiêu người đang mắc?"),
        short=_("Hiện mắc"),
        url="figures-prevalence",
        order=11,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Phát hiện muộn"),
        short=_("Giai đoạn"),
        url="figures-stage",
        order=12,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Xu hướng"),
        short=_("Xu hướng"),
        url="figures-trend",
        order=12,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Dự báo"),
        short=_("Dự báo"),
        url="figures-projection",
        order=12,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("So sánh"),
        short=_("So sánh"),
        url="figures-comparison",
        order=12,
        **LOOK,
    ),
    Page(
        group=ASK,
        label=_("Từng ca không danh tính"),
        short=_("Từng ca"),
        url="figures-rows",
        order=13,
        capability=Capability.VIEW_ROWS,
        icon="o-quality",
    ),
    Page(
        group=TRUST,
        label=_("Chất lượng"),
        short=_("Chất lượng"),
        url="figures-quality",
        order=20,
        **LOOK,
    ),
    Page(
        group=TRUST,
        label=_("Phương pháp"),
        short=_("Phương pháp"),
        url="figures-method",
        order=21,
        **LOOK,
    ),
)


class InsightConfig(AppConfig):
    name = "banyan.apps.insight"
    label = "insight"

    def ready(self) -> None:
        from banyan.apps.insight import receivers  # noqa: F401, PLC0415 -- connects them

        add_pages(*PAGES)
