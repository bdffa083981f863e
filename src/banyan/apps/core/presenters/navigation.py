"""The left-hand list: each app adds its own pages; what a person may not open is not shown."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from banyan.apps.core.rules import Viewer

Words = str | Promise  # a text, or a translation that waits for its reader


@dataclass(frozen=True, kw_only=True)
class Page:
    """One line of the list. `group`, `label` and `short` are lazy translations, `url` a url name.

    `short` stands under an icon (phone, editor); `key` is the letter that opens the page after `g`;
    `count` says how many things wait there for the viewer.
    """

    group: Words
    label: Words
    url: str
    capability: str
    order: int
    icon: str = "o-case"
    short: Words = ""
    key: str = ""
    count: Callable[[Viewer], int] | None = None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A page as one viewer sees it from where she stands."""

    label: Words
    short: Words
    address: str
    icon: str
    key: str
    here: bool
    count: int


PAGES: list[Page] = []


def add_pages(*pages: Page) -> None:
    """Called from an app's `ready`."""
    PAGES.extend(page for page in pages if page not in PAGES)


def pages_for(viewer: Viewer) -> list[Page]:
    return sorted((page for page in PAGES if viewer.can(page.capability)), key=lambda page: page.order)


def link_pages(pages: Iterable[Page], path: str, viewer: Viewer) -> list[tuple[str, Link]]:
    """Return (group, link) in order. Of the pages whose address begins `path` the longest is this one."""
    addresses = [(page, reverse(page.url)) for page in pages]
    here = max((address for _, address in addresses if path.startswith(address)), key=len, default="")
    return [
        (str(page.group), link_page(page, address, address == here, viewer)) for page, address in addresses
    ]


def link_page(page: Page, address: str, here: bool, viewer: Viewer) -> Link:  # noqa: FBT001 -- private step
    return Link(
        label=page.label,
        short=page.short or page.label,
        address=address,
        icon=page.icon,
        key=page.key,
        here=here,
        count=page.count(viewer) if page.count else 0,
    )


def group_links(links: Iterable[tuple[str, Link]]) -> list[dict[str, object]]:
    """Return the groups in the order of their first page, each with its links."""
    groups: dict[str, list[Link]] = {}
    for group, link in links:
        groups.setdefault(group, []).append(link)
    return [{"title": title, "links": found} for title, found in groups.items()]


def choose_tabs(links: Iterable[tuple[str, Link]], room: int = 4) -> tuple[list[Link], bool]:
    """Return what fits at the bottom of a phone, and whether there is more than that."""
    found = [link for _, link in links]
    return (found, False) if len(found) <= room else (found[: room - 1], True)
