from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "banyan.apps.people"
    label = "people"
