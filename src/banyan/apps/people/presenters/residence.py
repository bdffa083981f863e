from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext

from banyan.apps.core.rules.figures import NONE, format_date
from banyan.apps.network.queries.ward import name_any_wards
from banyan.apps.people.choices import ResidenceMethod, WardEdition
from banyan.apps.people.models import Residence


@dataclass(frozen=True, kw_only=True)
class ResidenceView:
    pk: int
    period: str
    ward: str
    stated: str
    method: str
    address: str


def list_residences(rows: Iterable[Residence]) -> list[ResidenceView]:
    """Return where somebody lived, with the names of wards old and new: one query for all."""
    found = list(rows)
    names = name_any_wards({code for row in found for code in (row.stated_code, row.ward_code) if code})
    return [describe_residence(row, names) for row in found]


def describe_residence(row: Residence, names: dict[tuple[str, str], str]) -> ResidenceView:
    new, old = WardEdition.NEW.value, WardEdition.OLD.value
    stated = ""
    if row.stated_edition == old:
        stated = gettext("ghi: %(ward)s (%(code)s)") % {
            "ward": names.get((old, row.stated_code), "?"),
            "code": row.stated_code,
        }
    return ResidenceView(
        pk=row.pk,
        period=tell_period(row),
        ward=names.get((new, row.ward_code), row.ward_code) or NONE,
        stated=stated,
        method=str(ResidenceMethod(row.method).label) if row.stated_code else "",
        address=row.address,
    )


def tell_period(row: Residence) -> str:
    start = format_date(row.start, row.start_precision or "day") if row.start else "…"
    return f"{start} → {format_date(row.end) if row.end else gettext('nay')}"
