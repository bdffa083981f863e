"""What the people's room itself knows of a person, in the sections of her own file."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from banyan.apps.core.queries.audit import looks, touching
from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.network.queries.history import name_facilities
from banyan.apps.people.choices import (
    DeathSource,
    Decision,
    IdentifierKind,
    Purpose,
    RequestKind,
    RequestState,
    Sex,
    VitalStatus,
)
from banyan.apps.people.models import (
    Attendance,
    Consent,
    Identifier,
    OtherName,
    Person,
    Residence,
    RightsRequest,
)
from banyan.apps.people.presenters.dossier import Section, add_teller
from banyan.apps.people.presenters.seen import describe_looks

LABEL, VALUE = _("Mục"), _("Nội dung")
MOST_LOOKS = 5_000


def tell_identity(keys: Sequence[int]) -> Section:
    """Her own data, whole: they are hers, so nothing is masked."""
    rows: list[tuple[str, str]] = []
    for person in Person.objects.filter(pk__in=keys).order_by("id"):
        rows += [
            (str(_("Số hồ sơ")), person.number),
            (str(_("Họ và tên")), person.full_name),
            (str(_("Giới")), str(Sex(person.sex).label)),
            (str(_("Ngày sinh")), format_date(person.birth_date, person.birth_precision or "day")),
            (str(_("Số căn cước")), person.citizen_id),
            (str(_("Số thẻ bảo hiểm y tế")), person.insurance_number),
            (str(_("Tình trạng sống")), str(VitalStatus(person.vital_status).label)),
            (str(_("Ngày có tin cuối")), format_date(person.last_contact_date)),
            (str(_("Ngày mất")), format_date(person.death_date, person.death_precision or "day")),
            (
                str(_("Nguồn tin tử vong")),
                str(DeathSource(person.death_source).label) if person.death_source else "",
            ),
        ]
    rows += [
        (str(IdentifierKind(paper.kind).label), paper.paper_number)
        for paper in Identifier.objects.filter(person__in=keys)
    ]
    rows += [(str(_("Tên khác")), name.full_name) for name in OtherName.objects.filter(person__in=keys)]
    return Section(key="identity", title=_("Danh tính"), columns=(LABEL, VALUE), rows=rows, order=10)


def tell_residences(keys: Sequence[int]) -> Section:
    rows = [
        (
            place.address,
            place.ward_code or place.stated_code,
            format_date(place.start),
            format_date(place.end),
        )
        for place in Residence.objects.filter(person__in=keys)
    ]
    columns = (_("Địa chỉ"), _("Mã phường, xã"), _("Từ ngày"), _("Đến ngày"))
    return Section(key="residences", title=_("Nơi ở"), columns=columns, rows=rows, order=20)


def tell_facilities(keys: Sequence[int]) -> Section:
    known = Attendance.objects.filter(person__in=keys).select_related("facility").order_by("since")
    rows = [(name_facility(each.facility), format_date(each.since)) for each in known]
    return Section(
        key="facilities",
        title=_("Nơi được xem hồ sơ"),
        columns=(_("Cơ sở"), _("Từ ngày")),
        rows=rows,
        order=30,
    )


def tell_consents(keys: Sequence[int]) -> Section:
    words = Consent.objects.filter(person__in=keys).select_related("facility").order_by("id")
    rows = [
        (
            str(Purpose(word.purpose).label),
            str(Decision(word.decision).label),
            format_date(word.decided_on),
            word.text_version,
            name_facility(word.facility),
        )
        for word in words
    ]
    columns = (_("Mục đích"), _("Người bệnh nói"), _("Ngày"), _("Bản văn"), _("Cơ sở"))
    return Section(key="consents", title=_("Đồng ý theo mục đích"), columns=columns, rows=rows, order=70)


def tell_requests(keys: Sequence[int]) -> Section:
    requests = RightsRequest.objects.filter(person__in=keys).order_by("id")
    rows = [
        (
            request.number,
            str(RequestKind(request.kind).label),
            format_moment(request.received_at),
            str(RequestState(request.state).label),
        )
        for request in requests
    ]
    columns = (_("Số"), _("Yêu cầu gì"), _("Nhận lúc"), _("Trạng thái"))
    return Section(key="requests", title=_("Yêu cầu đã gửi"), columns=columns, rows=rows, order=80)


def tell_looks(keys: Sequence[int]) -> Section:
    lines = list(looks().filter(touching(keys))[:MOST_LOOKS])
    facilities = name_facilities(line.facility_id for line in lines)
    rows = [
        (look.at, look.who, look.role, look.place, look.deed) for look in describe_looks(lines, facilities)
    ]
    columns = (_("Lúc"), _("Ai"), _("Với tư cách"), _("Ở đâu"), _("Việc"))
    return Section(key="looks", title=_("Ai đã xem"), columns=columns, rows=rows, order=90)


def add_own_sections() -> None:
    """Called from the app's `ready`."""
    for tell in (tell_identity, tell_residences, tell_facilities, tell_consents, tell_requests, tell_looks):
        add_teller(tell)
