from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "banyan.apps.core"
    label = "core"
