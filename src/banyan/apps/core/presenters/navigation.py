"""The left-hand list: each app adds its own pages; what a person may not open is not shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from banyan.apps.core.rules import Viewer


@dataclass(frozen=True, kw_only=True)
class Page:
    """One line of the list. `group` and `label` are lazy translations, `url` a url name."""

    group: str
    label: str
    url: str
    capability: str
    order: int
    icon: str = ""


PAGES: list[Page] = []


def add_pages(*pages: Page) -> None:
    """Called from an app's `ready`."""
    PAGES.extend(page for page in pages if page not in PAGES)


def pages_for(viewer: Viewer) -> list[Page]:
    return sorted((page for page in PAGES if viewer.can(page.capability)), key=lambda page: page.order)


def group_pages(pages: Iterable[Page], path: str) -> list[dict[str, object]]:
    """Return groups in order, each with its links; the page we stand on is marked."""
    groups: dict[str, list[dict[str, object]]] = {}
    for page in pages:
        address = reverse(page.url)
        link = {"label": page.label, "address": address, "here": path.startswith(address), "icon": page.icon}
        groups.setdefault(str(page.group), []).append(link)
    return [{"title": title, "links": links} for title, links in groups.items()]
