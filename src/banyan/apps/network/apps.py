from django.apps import AppConfig


class NetworkConfig(AppConfig):
    name = "banyan.apps.network"
    label = "network"
