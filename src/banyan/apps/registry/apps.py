from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "banyan.apps.registry"
    label = "registry"

    def ready(self) -> None:
        from banyan.apps.core.presenters.navigation import add_pages  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.presenters.pages import PAGES  # noqa: PLC0415 -- after the apps are ready

        add_pages(*PAGES)
