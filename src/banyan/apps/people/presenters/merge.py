"""Two records side by side, and what a merge moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import format_date, format_moment
from banyan.apps.network.presenters.words import KINDS
from banyan.apps.people.choices import DeathSource
from banyan.apps.people.models import Merge, Person
from banyan.apps.people.presenters.history import say_value
from banyan.apps.people.rules.merging import UNITS, pack_facts, unpack_facts

LABELS: Mapping[str, Promise] = {
    "full_name": _("Họ và tên"),
    "sex": _("Giới"),
    "birth": _("Ngày sinh"),
    "citizen": _("Số căn cước"),
    "insurance_number": _("Số thẻ bảo hiểm y tế"),
    "vital": _("Tình trạng sống"),
    "last_contact_date": _("Ngày có tin cuối"),
}


@dataclass(frozen=True, kw_only=True)
class UnitRow:
    unit: str
    label: str
    kept: str
    gone: str
    differs: bool
    taken: bool


@dataclass(frozen=True, kw_only=True)
class MergeView:
    pk: int
    gone: str
    name: str
    at: str
    who: str
    reason: str
    moved: str
    undone: str


def list_units(kept: Person, gone: Person, taken: Iterable[str], viewer: Viewer) -> list[UnitRow]:
    chosen, one, other = set(taken), pack_facts(kept), pack_facts(gone)
    return [
        UnitRow(
            unit=unit,
            label=str(LABELS[unit]),
            kept=tell_unit(unit, one, viewer),
            gone=tell_unit(unit, other, viewer),
            differs=any(one[name] != other[name] for name in names),
            taken=unit in chosen,
        )
        for unit, names in UNITS.items()
    ]


def tell_unit(unit: str, packed: Mapping[str, Any], viewer: Viewer) -> str:
    """Return the facts of a unit in words."""
    facts = unpack_facts({name: packed[name] for name in UNITS[unit]})
    if unit == "birth":
        return tell_day(facts["birth_date"], facts["birth_precision"])
    if unit == "vital":
        parts = [say_value("vital_status", facts["vital_status"], viewer)]
        if facts["death_date"]:
            parts.append(tell_day(facts["death_date"], facts["death_precision"]))
        if facts["death_source"]:
            parts.append(str(DeathSource(facts["death_source"]).label))
        return " · ".join(parts)
    return say_value(UNITS[unit][0], facts[UNITS[unit][0]], viewer)


def tell_day(day: Any, precision: str) -> str:
    return format_date(day, precision or "day") if day else gettext("trống")


def tell_moved(moved: Mapping[str, Iterable[int]]) -> str:
    """Return "2 ca bệnh, 1 nơi ở": what moved, kind by kind."""
    counts: dict[str, int] = {}
    for label, keys in moved.items():
        kind = label.rpartition(".")[0].lower()
        if kind in KINDS:
            counts[kind] = counts.get(kind, 0) + len(list(keys))
    words = [f"{count} {str(KINDS[kind]).lower()}" for kind, count in counts.items()]
    return ", ".join(words) or gettext("không có gì phải chuyển")


def tell_joined(kinds: Iterable[str]) -> str:
    """Return what both records had open, and that one of each stands; nothing where there was none."""
    words = ", ".join(str(KINDS[kind]).lower() for kind in kinds)
    told = gettext("Cả hai hồ sơ đều đang có: %(what)s. Việc chặt hơn được giữ, việc kia nhập vào đó.")
    return told % {"what": words} if words else ""


def list_merges(merges: Iterable[Merge]) -> list[MergeView]:
    return [
        MergeView(
            pk=merge.pk,
            gone=merge.gone.number,
            name=merge.gone.full_name,
            at=format_moment(merge.merged_at),
            who=merge.merged_by.full_name,
            reason=merge.reason,
            moved=tell_moved(merge.moved),
            undone=tell_undoing(merge),
        )
        for merge in merges
    ]


def tell_undoing(merge: Merge) -> str:
    if not merge.undone_at or not merge.undone_by:
        return ""
    return gettext("%(who)s tách lại lúc %(at)s: %(reason)s") % {
        "who": merge.undone_by.full_name,
        "at": format_moment(merge.undone_at),
        "reason": merge.undone_reason,
    }
