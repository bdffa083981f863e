"""A case as the editor shows it: fields with what each source says of them, findings, dates, what follows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.presenters.parts import PersonBanner, TimelineEvent
from banyan.apps.core.rules.dates import read_partial_date
from banyan.apps.core.rules.figures import format_date, mask_number
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.choices import DatePrecision, Sex, VitalStatus
from banyan.apps.registry.choices import CheckState
from banyan.apps.registry.models import CheckFinding, Notification, Tumour
from banyan.apps.registry.presenters.labels import CHECK_STATUS, label_field, name_code, pick_language
from banyan.apps.registry.rules.tumour import ANSWERABLE, HARM
from banyan.science.coding import CodeError, icd10_name
from banyan.science.coding.names import choice_name, site_name

SIDE_BY_SIDE = (
    "topography",
    "laterality",
    "morphology",
    "grade",
    "basis",
    "incidence_date",
    "stage",
    "t",
    "n",
    "m",
)
PERSON_FIELDS = (
    "full_name",
    "ward_code",
    "birth_date",
    "vital_status",
    "sex",
    "last_contact_date",
    "citizen_id",
    "death_date",
    "insurance_number",
)
# a page of four columns is what a screen holds; older sources stay in the history
COLUMNS = 4


@dataclass(frozen=True, kw_only=True)
class Said:
    """What one source says of one field: chosen, same, differs, or nothing."""

    state: str
    text: str = ""
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    field: forms.BoundField
    echo: str
    said: list[Said]


@dataclass(frozen=True, kw_only=True)
class Source:
    kind: str
    facility: str
    date: str


@dataclass(frozen=True, kw_only=True)
class FindingView:
    pk: int
    status: str
    message: str
    rule: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    answerable: bool = False
    answer: str = ""


def describe_banner(tumour: Tumour, *, ward: str = "") -> PersonBanner:
    person = tumour.person
    born = (
        format_date(person.birth_date, person.birth_precision) if person.birth_date else gettext("không rõ")
    )
    age = (
        gettext("%(age)d tuổi") % {"age": tumour.age} if tumour.age is not None else gettext("không rõ tuổi")
    )
    facts = [
        (_("Giới · tuổi khi mắc"), f"{Sex(person.sex).label} · {age}", False),
        (_("Ngày sinh"), born, True),
        (_("Nơi ở khi mắc"), ward or tumour.ward_code or "–", False),
        (_("Căn cước"), mask_number(person.citizen_id), True),
        (_("Số ca"), tumour.number, True),
    ]
    return PersonBanner(
        name=person.full_name or gettext("Không có tên"),
        facts=[(str(label), value, is_number) for label, value, is_number in facts],
        alerts=[describe_vital(person)],
    )


def describe_vital(person: Any) -> tuple[str, str]:
    status = VitalStatus(person.vital_status)
    on = person.death_date if status == VitalStatus.DEAD else person.last_contact_date
    words = f"{status.label}, {format_date(on)}" if on else str(status.label)
    return "quiet", words[:1].upper() + words[1:]


def describe_sources(notifications: Iterable[Notification]) -> list[Source]:
    return [
        Source(
            kind=notification.get_kind_display(),
            facility=name_facility(notification.facility) if notification.facility else notification.origin,
            date=format_date(notification.date) if notification.date else "",
        )
        for notification in notifications
    ]


def list_rows(form: forms.Form, tumour: Tumour, notifications: list[Notification]) -> list[Row]:
    return [
        Row(
            field=form[name],
            echo=echo_of(name, form[name].value()),
            said=say_all(name, tumour, notifications),
        )
        for name in SIDE_BY_SIDE
    ]


def list_plain_rows(form: forms.Form, names: Iterable[str]) -> list[Row]:
    """Return fields with their words, where no source stands beside them."""
    return [Row(field=form[name], echo=echo_of(name, form[name].value()), said=[]) for name in names]


def echo_of(name: str, value: Any) -> str:
    """Return the words beside a code or a date that stands in its field: how it is read."""
    text = str(value or "")
    if name.endswith("_date"):
        return echo_date(text)
    if name == "morphology":
        code, _, behaviour = text.partition("/")
        return name_code(name, code, behaviour=behaviour)
    return name_code(name, text)


def echo_date(text: str) -> str:
    """Return how a date was read: the day, the month or only the year is known, or nothing."""
    try:
        read = read_partial_date(text.strip())
    except CodeError:
        return ""
    if not text:
        return ""
    return gettext("không rõ") if read.date is None else str(DatePrecision(read.precision).label)


def say_all(name: str, tumour: Tumour, notifications: list[Notification]) -> list[Said]:
    kept = read_own(name, tumour)
    said, chosen = [], False
    for notification in notifications:
        value = read_said(name, notification.said)
        if not value:
            said.append(Said(state="none"))
            continue
        state = "differs" if value != kept else "same" if chosen else "chosen"
        chosen = chosen or state == "chosen"
        said.append(Said(state=state, text=value, value=value))
    return said


def read_own(name: str, tumour: Tumour) -> str:
    if name == "morphology":
        return f"{tumour.morphology}/{tumour.behaviour}"
    if name == "incidence_date":
        return format_date(tumour.incidence_date, tumour.incidence_precision) if tumour.incidence_date else ""
    return str(getattr(tumour, name))


def read_said(name: str, said: dict[str, Any]) -> str:
    """Return what a source says of a field, as the form would hold it."""
    value = said.get(name) or ""
    if name == "morphology" and value:
        behaviour = said.get("behaviour") or ""
        return f"{value}/{behaviour}" if behaviour else str(value)
    if name == "incidence_date" and value:
        return format_date(date.fromisoformat(str(value)), said.get("incidence_precision") or "day")
    return str(value)


def describe_findings(findings: Iterable[CheckFinding]) -> list[FindingView]:
    """Return the findings by harm, the answered ones last."""
    ordered = sorted(
        findings, key=lambda finding: (finding.confirmed_by_id is not None, -HARM[finding.result])
    )
    return [
        FindingView(
            pk=finding.pk,
            status="ok" if finding.confirmed_by_id else CHECK_STATUS[CheckState(finding.result)],
            message=pick_language(finding.message_vi, finding.message_en),
            rule=finding.rule,
            fields=[(point_at(name), label_field(name)) for name in finding.fields],
            answerable=finding.result in ANSWERABLE and not finding.confirmed_by_id,
            answer=finding.confirmed_reason,
        )
        for finding in ordered
    ]


def point_at(name: str) -> str:
    return "morphology" if name == "behaviour" else name


def count_findings(findings: list[FindingView]) -> list[tuple[str, str]]:
    """Return the counts above the findings: status and words."""
    open_ones = [finding for finding in findings if not finding.answer]
    errors = sum(finding.status == "urgent" for finding in open_ones)
    asked = len(open_ones) - errors
    counts = []
    if errors:
        counts.append(("urgent", gettext("%(count)d lỗi") % {"count": errors}))
    if asked:
        counts.append(("warn", gettext("%(count)d cần trả lời") % {"count": asked}))
    return counts or [("ok", gettext("không còn gì phải trả lời"))]


def list_dates(tumour: Tumour, notifications: Iterable[Notification]) -> list[TimelineEvent]:
    """Return the candidate dates of incidence, the earliest first; the one that stands is filled."""
    events: dict[tuple[date, str], str] = {}
    for notification in notifications:
        for value, precision, words in date_candidates(notification):
            events.setdefault((value, words), precision)
    picked = [value for value, _ in events if value == tumour.incidence_date]
    if tumour.incidence_date and not picked:
        events[tumour.incidence_date, gettext("ghi trong ca")] = tumour.incidence_precision
    return [
        TimelineEvent(
            date=format_date(value, precision or "day"),
            words=words,
            note=gettext("được chọn") if value == tumour.incidence_date else "",
            done=value == tumour.incidence_date,
        )
        for (value, words), precision in sorted(events.items(), key=lambda item: item[0])
    ]


def date_candidates(notification: Notification) -> Iterable[tuple[date, str, str]]:
    kind = notification.get_kind_display()
    stated = notification.said.get("incidence_date")
    if stated:
        yield date.fromisoformat(str(stated)), notification.said.get("incidence_precision") or "day", kind
    elif notification.date:
        yield notification.date, "day", kind


def list_derived(tumour: Tumour) -> list[tuple[str, str, str]]:
    """Return what follows from the codes: label, code, words."""
    language = get_language()
    childhood = (
        choice_name("iccc3", tumour.iccc3, language) if tumour.iccc3 and (tumour.age or 99) < 20 else ""
    )
    rows = [
        (gettext("ICD-10"), tumour.icd10, icd10_name(tumour.icd10, language) if tumour.icd10 else ""),
        (
            gettext("Nhóm vị trí"),
            "",
            site_name(tumour.site, language) if tumour.site else gettext("không thuộc nhóm nào"),
        ),
        (gettext("Tuổi khi mắc"), "" if tumour.age is None else str(tumour.age), ""),
        (gettext("Nguồn"), str(tumour.sources), gettext("chỉ có giấy báo tử") if tumour.dco else ""),
    ]
    return [*rows, (gettext("ICCC-3"), tumour.iccc3, childhood)] if childhood else rows
