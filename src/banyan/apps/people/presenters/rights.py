"""The box of rights on a person's page, and the pages of rights in the list on the left."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.navigation import Page
from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import Person
from banyan.apps.people.presenters.consent import tell_state
from banyan.apps.people.presenters.panels import Panel
from banyan.apps.people.queries.breach import untold_breaches
from banyan.apps.people.queries.consent import consents_of
from banyan.apps.people.queries.erasure import count_asked
from banyan.apps.people.queries.glass import count_unjudged
from banyan.apps.people.queries.request import count_overdue
from banyan.apps.people.rules.consent import BY_LAW

RIGHTS = _("Quyền của người bệnh")
PAGES = (
    Page(
        group=_("Tra cứu"),
        label=_("Mở khẩn cấp"),
        short=_("Khẩn cấp"),
        url="glass",
        capability=Capability.BREAK_GLASS,
        order=33,
        icon="o-lock",
        key="k",
    ),
    Page(
        group=RIGHTS,
        label=_("Yêu cầu của người bệnh"),
        short=_("Yêu cầu"),
        url="requests",
        capability=Capability.RECORD_CONSENT,
        order=610,
        icon="o-inbox",
        count=lambda viewer: count_overdue(viewer, timezone.localdate()),
    ),
    Page(
        group=RIGHTS,
        label=_("Duyệt lần mở khẩn cấp"),
        short=_("Duyệt"),
        url="grants",
        capability=Capability.REVIEW_ACCESS,
        order=620,
        icon="o-check",
        count=count_unjudged,
    ),
    Page(
        group=RIGHTS,
        label=_("Sổ sự cố dữ liệu"),
        short=_("Sự cố"),
        url="breaches",
        capability=Capability.MANAGE_RIGHTS,
        order=630,
        icon="o-offline",
        count=lambda viewer: untold_breaches(viewer).count(),
    ),
    Page(
        group=RIGHTS,
        label=_("Xóa danh tính"),
        url="erasures",
        capability=Capability.MANAGE_RIGHTS,
        order=640,
        icon="o-death",
        count=count_asked,
    ),
    Page(
        group=RIGHTS,
        label=_("Thời hạn lưu giữ"),
        short=_("Lưu giữ"),
        url="retention",
        capability=Capability.MANAGE_RIGHTS,
        order=650,
        icon="o-history",
    ),
    Page(
        group=RIGHTS,
        label=_("Các thời hạn"),
        url="terms",
        capability=Capability.MANAGE_RIGHTS,
        order=660,
        icon="o-day",
    ),
)


def build_rights_panel(viewer: Viewer, person_id: int) -> Panel | None:
    """Show what she has said of each use, and lead to what may be done for her."""
    if not viewer.can(Capability.RECORD_CONSENT):
        return None
    states = [
        (status, f"{state.purpose.label}: {words}")
        for state in consents_of(person_id)
        if state.purpose not in BY_LAW
        for status, words in [tell_state(state)]
    ]
    context = {
        "states": states,
        "number": Person.objects.values_list("number", flat=True).get(pk=person_id),
        "may_settle": viewer.can(Capability.MANAGE_RIGHTS),
    }
    return Panel(title=RIGHTS, template="people/rights_panel.html", order=900, context=context)
