"""A person in words: the line of a list, the banner, the facts of her page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.presenters.identifier import show_number
from banyan.apps.core.presenters.parts import PersonBanner
from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import NONE, format_date
from banyan.apps.people.choices import DeathSource, IdentifierKind, NameKind, Sex, VitalStatus
from banyan.apps.people.models import Person
from banyan.apps.people.rules.identity import is_old_card, question_citizen_id
from banyan.science.linkage import split_name


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One line of a list of people, all of it text."""

    number: str
    name: str
    sex: str
    born: str
    ward: str
    citizen_id: str
    vital: str


def list_people(people: Iterable[Person], wards: Mapping[int, str], viewer: Viewer) -> list[PersonLine]:
    return [
        PersonLine(
            number=person.number,
            name=name_person(person),
            sex=str(Sex(person.sex).label),
            born=tell_birth(person),
            ward=wards.get(person.pk, NONE),
            citizen_id=show_number(person.citizen_id, viewer),
            vital=str(VitalStatus(person.vital_status).label),
        )
        for person in people
    ]


def name_person(person: Person) -> str:
    return person.full_name or gettext("Không có tên")


def tell_birth(person: Person) -> str:
    return format_date(person.birth_date, person.birth_precision) if person.birth_date else NONE


def tell_age(person: Person, today: date) -> str:
    """Return the age today or at death: "58 tuổi"; to a year where the day of birth is not known."""
    if not person.birth_date:
        return gettext("không rõ tuổi")
    until = person.death_date or today
    passed = (until.month, until.day) >= (person.birth_date.month, person.birth_date.day)
    years = until.year - person.birth_date.year - (0 if passed else 1)
    return gettext("%(age)d tuổi") % {"age": years}


def describe_banner(person: Person, viewer: Viewer, *, today: date, ward: str = "") -> PersonBanner:
    facts = [
        (_("Giới · tuổi"), f"{Sex(person.sex).label} · {tell_age(person, today)}", False),
        (_("Ngày sinh"), tell_birth(person), True),
        (_("Nơi ở"), ward or NONE, False),
        (_("Căn cước"), show_number(person.citizen_id, viewer), True),
        (_("Số hồ sơ"), person.number, True),
    ]
    return PersonBanner(
        name=name_person(person),
        facts=[(str(label), value, is_number) for label, value, is_number in facts],
        alerts=[describe_vital(person)],
    )


def describe_vital(person: Person) -> tuple[str, str]:
    status = VitalStatus(person.vital_status)
    on = person.death_date if status == VitalStatus.DEAD else person.last_contact_date
    words = f"{status.label}, {format_date(on, person.death_precision or 'day')}" if on else str(status.label)
    return "quiet", words[:1].upper() + words[1:]


def list_facts(person: Person, viewer: Viewer) -> list[tuple[str, str, bool]]:
    """Return label, value, is it a number: what is known of her identity."""
    family, middle, given = split_name(person.full_name)
    rows = [
        (_("Họ · tên đệm · tên"), " · ".join(part or NONE for part in (family, middle, given)), False),
        (_("Giới"), str(Sex(person.sex).label), False),
        (_("Ngày sinh"), tell_birth(person), True),
        (name_citizen_id(person), show_number(person.citizen_id, viewer), True),
        (_("Số thẻ bảo hiểm y tế"), show_number(person.insurance_number, viewer), True),
        (_("Tình trạng sống"), str(VitalStatus(person.vital_status).label), False),
    ]
    if person.last_contact_date:
        rows.append((_("Ngày có tin cuối"), format_date(person.last_contact_date), True))
    if person.death_date:
        rows.append((_("Ngày mất"), format_date(person.death_date, person.death_precision), True))
    if person.death_source:
        rows.append((_("Nguồn tin tử vong"), str(DeathSource(person.death_source).label), False))
    rows += [
        (NameKind(other.kind).label.capitalize(), other.full_name, False)
        for other in person.other_names.all()
    ]
    rows += [
        (
            IdentifierKind(paper.kind).label.capitalize(),
            " · ".join(filter(None, (show_number(paper.paper_number, viewer), paper.issued_by))),
            True,
        )
        for paper in person.identifiers.all()
    ]
    return [(str(label), value, is_number) for label, value, is_number in rows]


def name_citizen_id(person: Person) -> str:
    if is_old_card(person.citizen_id):
        return gettext("Số chứng minh nhân dân cũ")
    return gettext("Số căn cước")


def list_questions(person: Person) -> list[str]:
    """Return what of her citizen number does not fit the record, where nobody has said why."""
    if person.identity_reason:
        return []
    year = person.birth_date.year if person.birth_date else None
    language = get_language() or "vi"
    return [
        question.in_language(language)
        for question in question_citizen_id(person.citizen_id, person.sex, year)
    ]
