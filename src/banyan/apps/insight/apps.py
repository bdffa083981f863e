from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "banyan.apps.insight"
    label = "insight"
