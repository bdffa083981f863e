from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects
from django.utils.translation import get_language, gettext

from banyan.apps.core.rules.figures import format_date
from banyan.apps.people.choices import Sex
from banyan.apps.registry.choices import CheckState, RecordStatus
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.presenters.labels import CHECK_STATUS, pick_language
from banyan.apps.registry.rules.tumour import HARM
from banyan.science.coding import topography_name


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One line of a list of cases, all of it text."""

    number: str
    name: str
    sex: str
    born: str
    age: str
    date: str
    topography: str
    site: str
    morphology: str
    state: tuple[str, str]
    status: str
    why: str = ""
    updated: str = ""


def describe_cases(cases: Iterable[Tumour]) -> list[CaseLine]:
    return [describe_case(tumour) for tumour in cases]


def describe_case(tumour: Tumour, why: str = "") -> CaseLine:
    person = tumour.person
    state = CheckState(tumour.check_state)
    return CaseLine(
        number=tumour.number,
        name=person.full_name or gettext("Không có tên"),
        sex=str(Sex(person.sex).label),
        born=format_date(person.birth_date, person.birth_precision) if person.birth_date else "–",
        age="–" if tumour.age is None else str(tumour.age),
        date=format_date(tumour.incidence_date, tumour.incidence_precision) if tumour.incidence_date else "–",
        topography=tumour.topography,
        site=topography_name(tumour.topography, get_language()),
        morphology=f"{tumour.morphology}/{tumour.behaviour}",
        state=(CHECK_STATUS[state], str(state.label)),
        status=str(RecordStatus(tumour.status).label),
        why=why,
        updated=format_date(tumour.updated_at),
    )


def describe_waiting(cases: Iterable[Tumour]) -> list[CaseLine]:
    """Return lines of the worklist, each with the gravest thing that waits for an answer."""
    tumours = list(cases)
    prefetch_related_objects(tumours, "findings")
    return [describe_case(tumour, why=find_why(tumour)) for tumour in tumours]


def find_why(tumour: Tumour) -> str:
    waiting = [finding for finding in tumour.findings.all() if not finding.confirmed_by_id]
    if not waiting:
        return gettext("Chưa xác nhận; kiểm tra đạt")
    worst = max(waiting, key=lambda finding: HARM[finding.result])
    return pick_language(worst.message_vi, worst.message_en)
