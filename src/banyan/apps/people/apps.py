from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "banyan.apps.people"
    label = "people"

    def ready(self) -> None:
        from banyan.apps.core.presenters.navigation import add_pages  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.presenters import rights  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.presenters.alert import add_people_alerts  # noqa: PLC0415 -- as above
        from banyan.apps.people.presenters.own_sections import add_own_sections  # noqa: PLC0415 -- as above
        from banyan.apps.people.presenters.pages import PAGES  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.presenters.panels import add_panel  # noqa: PLC0415 -- as above

        add_pages(*PAGES, *rights.PAGES)
        add_panel(rights.build_rights_panel)
        add_people_alerts()
        add_own_sections()
