"""What stands on a person's page: each later stage of the way adds its own, as it adds its pages to the list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from banyan.apps.core.presenters.navigation import Words
from banyan.apps.core.rules import Viewer


@dataclass(frozen=True, kw_only=True)
class Panel:
    """One box: a heading, and a template of the app that adds it, drawn with `panel.context`."""

    title: Words
    template: str
    order: int
    context: Mapping[str, Any] = field(default_factory=dict)


# from the viewer and the person's key to a panel, or to nothing for who may not see it
Build = Callable[[Viewer, int], Panel | None]
BUILDS: list[Build] = []


def add_panel(build: Build) -> None:
    """Called from an app's `ready`."""
    if build not in BUILDS:
        BUILDS.append(build)


def panels_for(viewer: Viewer, person_id: int) -> list[Panel]:
    found = [panel for build in BUILDS if (panel := build(viewer, person_id))]
    return sorted(found, key=lambda panel: panel.order)
