from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "banyan.apps.core"
    label = "core"

    def ready(self) -> None:
        from banyan.apps.core import receivers  # noqa: F401, PLC0415 -- connects them; models are not ready above
