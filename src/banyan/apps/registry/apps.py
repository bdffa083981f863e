from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "banyan.apps.registry"
    label = "registry"
