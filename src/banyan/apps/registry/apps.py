from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistryConfig(AppConfig):
    name = "banyan.apps.registry"
    label = "registry"

    def ready(self) -> None:
        # Django's apps are loaded by now, not when this module is
        from banyan.apps.core.choices import Capability  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.core.presenters.navigation import Page, add_pages  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.queries.batch import count_open  # noqa: PLC0415 -- after the apps are ready

        today, coming, looking = _("Hôm nay"), _("Nhận dữ liệu"), _("Tra cứu")
        add_pages(
            Page(
                group=today,
                label=_("Ca chờ tôi"),
                short=_("Ca chờ"),
                url="cases-waiting",
                capability=Capability.EDIT_CASES,
                order=10,
                icon="o-check",
            ),
            Page(
                group=coming,
                label=_("Khu chờ"),
                short=_("Khu chờ"),
                url="batches",
                capability=Capability.IMPORT_CASES,
                order=20,
                icon="o-inbox",
                count=count_open,
            ),
            Page(
                group=coming,
                label=_("Nhận tệp mới"),
                short=_("Nhận tệp"),
                url="batch-new",
                capability=Capability.IMPORT_CASES,
                order=21,
                icon="o-import",
            ),
            Page(
                group=looking,
                label=_("Các ca bệnh"),
                short=_("Ca bệnh"),
                url="cases",
                capability=Capability.VIEW_PERSONS,
                order=30,
                icon="o-case",
                key="c",
            ),
            Page(
                group=looking,
                label=_("ICD-O-3.2"),
                short="ICD-O",
                url="codes",
                capability=Capability.VIEW_PERSONS,
                order=31,
                icon="o-search",
            ),
        )
