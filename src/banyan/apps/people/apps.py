from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "banyan.apps.people"
    label = "people"

    def ready(self) -> None:
        from banyan.apps.core.presenters.navigation import add_pages  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.presenters.pages import PAGES  # noqa: PLC0415 -- after the apps are ready

        add_pages(*PAGES)
