from collections.abc import Iterable
from dataclasses import dataclass

from banyan.apps.core.rules.figures import format_date, mask_number
from banyan.apps.people.choices import Sex, VitalStatus
from banyan.apps.registry.presenters.labels import label_field, name_code
from banyan.apps.registry.queries.alike import Known


@dataclass(frozen=True, kw_only=True)
class KnownView:
    """A person who may be meant, all of it text; `cases` are number, code, words and date."""

    number: str
    name: str
    sex: str
    born: str
    citizen_id: str
    insurance_number: str
    status: str
    why: str
    same_number: bool
    cases: list[tuple[str, str, str, str]]


def describe_known(known: Iterable[Known]) -> list[KnownView]:
    return [describe_one(one) for one in known]


def describe_one(known: Known) -> KnownView:
    person = known.person
    return KnownView(
        number=person.number,
        name=person.full_name,
        sex=str(Sex(person.sex).label),
        born=format_date(person.birth_date, person.birth_precision) if person.birth_date else "–",
        citizen_id=mask_number(person.citizen_id),
        insurance_number=mask_number(person.insurance_number),
        status=str(VitalStatus(person.vital_status).label),
        why=", ".join(label_field(name).lower() for name in known.why),
        same_number=known.same_number,
        cases=[
            (
                tumour.number,
                tumour.topography,
                name_code("topography", tumour.topography),
                format_date(tumour.incidence_date, tumour.incidence_precision)
                if tumour.incidence_date
                else "–",
            )
            for tumour in known.cases
        ],
    )
