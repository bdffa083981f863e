from django.apps import AppConfig


class RegistryConfig(AppConfig):
    name = "banyan.apps.registry"
    label = "registry"

    def ready(self) -> None:
        from banyan.apps.core.presenters.navigation import add_pages  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.presenters.panels import add_panel  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.people.signals import person_changed  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.presenters.dossier import add_registry_sections  # noqa: PLC0415 -- as above
        from banyan.apps.registry.presenters.pages import PAGES  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.presenters.person import build_panel  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.queries.retention import add_registry_finders  # noqa: PLC0415 -- as above
        from banyan.apps.registry.receivers import recheck_cases  # noqa: PLC0415 -- after the apps are ready
        from banyan.apps.registry.services.erasure import add_registry_eraser  # noqa: PLC0415 -- as above

        add_pages(*PAGES)
        add_panel(build_panel)
        person_changed.connect(recheck_cases, dispatch_uid="registry")
        add_registry_eraser()
        add_registry_sections()
        add_registry_finders()
