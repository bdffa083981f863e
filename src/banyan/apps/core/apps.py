from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "banyan.apps.core"
    label = "core"

    def ready(self) -> None:
        from banyan.apps.core import receivers  # noqa: F401, PLC0415 -- connects them; models are not ready above
        from banyan.apps.core.presenters.navigation import add_pages  # noqa: PLC0415 -- as above
        from banyan.apps.core.presenters.pages import PAGES  # noqa: PLC0415 -- as above

        add_pages(*PAGES)
