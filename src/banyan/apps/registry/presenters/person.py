"""The cases of one person, on her own page."""

from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.people.presenters.panels import Panel
from banyan.apps.registry.presenters.list import describe_cases
from banyan.apps.registry.queries.tumour import visible_tumours


def build_panel(viewer: Viewer, person_id: int) -> Panel:
    tumours = visible_tumours(viewer).filter(person=person_id).select_related("person").order_by("id")
    cases = describe_cases(tumours)
    context = {"cases": cases, "may_edit": viewer.can(Capability.EDIT_CASES)}
    return Panel(title=_("Ca bệnh"), template="registry/person_cases.html", order=10, context=context)
