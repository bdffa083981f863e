"""Identity numbers on pages: whole for those whose work needs them, otherwise the last four digits."""

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import NONE, mask_number


def show_number(number: str, viewer: Viewer) -> str:
    """Return an identity number as this viewer may read it."""
    if viewer.can(Capability.VIEW_IDENTIFIERS):
        return number or NONE
    return mask_number(number)
