"""What the register holds of one person, in the sections of her own file."""

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules.figures import format_date
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.presenters.dossier import Section, add_teller
from banyan.apps.registry.choices import NotificationKind, RecordStatus
from banyan.apps.registry.models import Notification, Tumour
from banyan.science.coding import topography_name


def tell_cases(keys: Sequence[int]) -> Section:
    language = get_language() or "vi"
    rows = [
        (
            tumour.number,
            f"{tumour.topography} {topography_name(tumour.topography, language)}",
            f"{tumour.morphology}/{tumour.behaviour}",
            format_date(tumour.incidence_date, tumour.incidence_precision or "day"),
            tumour.stage,
            tumour.ward_code,
            str(RecordStatus(tumour.status).label),
        )
        for tumour in Tumour.objects.filter(person__in=keys).order_by("id")
    ]
    columns = (
        _("Số ca"),
        _("Vị trí"),
        _("Hình thái học"),
        _("Ngày mắc"),
        _("Giai đoạn"),
        _("Mã phường, xã"),
        _("Trạng thái"),
    )
    return Section(key="cases", title=_("Ca bệnh trong sổ ung thư"), columns=columns, rows=rows, order=40)


def tell_sources(keys: Sequence[int]) -> Section:
    """What each source sent, word for word, as it came."""
    notices = Notification.objects.filter(tumour__person__in=keys).select_related("tumour", "facility")
    rows = [
        (
            notice.tumour.number,
            str(NotificationKind(notice.kind).label),
            name_facility(notice.facility) if notice.facility else notice.origin,
            format_date(notice.date),
            "; ".join(f"{name}: {value}" for name, value in (notice.raw or notice.said).items() if value),
        )
        for notice in notices.order_by("id")
    ]
    columns = (_("Số ca"), _("Loại"), _("Cơ sở"), _("Ngày báo"), _("Nguồn ghi"))
    return Section(key="sources", title=_("Nguồn báo ca"), columns=columns, rows=rows, order=50)


def add_registry_sections() -> None:
    """Called from the app's `ready`."""
    add_teller(tell_cases)
    add_teller(tell_sources)
