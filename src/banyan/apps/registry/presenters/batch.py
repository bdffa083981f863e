"""A batch as the holding area shows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.rules.figures import format_date, format_figure, format_moment
from banyan.apps.people.choices import Sex
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.models import Batch, HeldRow, Tumour
from banyan.apps.registry.presenters.labels import label_field, pick_language, say_value
from banyan.apps.registry.rules.merging import ASK

DONE = {
    BatchState.RECEIVED: 1,
    BatchState.MAPPED: 2,
    BatchState.TRIED: 3,
    BatchState.ACCEPTED: 5,
    BatchState.DROPPED: 3,
    BatchState.UNDONE: 5,
}
RULES: Mapping[str, Promise] = {
    "fill": _("điền chỗ trống"),
    "stronger-basis": _("bằng chứng mạnh hơn"),
    "more-exact": _("đủ ngày hơn"),
    "more-specific": _("mã rõ hơn"),
    "later": _("tin mới hơn"),
    "new-source": _("thêm một nguồn, không ô nào đổi"),
    ASK: _("hai nguồn ngang nhau, cần người xem"),
    "repeated-line": _("dòng lặp lại trong tệp"),
    "known-line": _("dòng này đã nhập trước đây"),
    "nothing-new": _("không có gì mới so với sổ"),
}
WIDTH = 992
# what many rows have in common, where one row's own words would name its value
REFUSALS: Mapping[str, Promise] = {
    "code-date": _("Ngày không có thật"),
    "doubtful-date": _("Ngày có thể hiểu hai cách"),
    "repeated-header": _("Dòng tiêu đề lặp lại"),
    "person-crowded": _("Một số hay tên có ở quá nhiều dòng"),
    "code-full-name": _("Họ tên đọc không được"),
    "code-birth-date": _("Ngày không có thật"),
    "code-incidence-date": _("Ngày không có thật"),
    "code-topography": _("Mã vị trí không có trong ICD-O"),
    "code-morphology": _("Mã hình thái không có trong ICD-O"),
    "code-behaviour": _("Mã tính chất u không đúng"),
    "code-sex": _("Giới không phải 1, 2, 9"),
    "code-basis": _("Mã cơ sở chẩn đoán không có trong bảng"),
    "code-citizen-id": _("Số căn cước không đủ chữ số"),
    "code-insurance-number": _("Số thẻ bảo hiểm không đúng dạng"),
    "missing-behaviour": _("Mã hình thái thiếu tính chất u"),
    "date-birth-incidence": _("Ngày mắc trước ngày sinh"),
    "date-death-incidence": _("Ngày mất trước ngày mắc"),
    "date-incidence-future": _("Ngày mắc ở tương lai"),
    "sex-site": _("Vị trí trái với giới"),
    "grade-histology": _("Độ mô học trái với hình thái"),
    "age-dates": _("Tuổi không khớp các ngày"),
}


@dataclass(frozen=True, kw_only=True)
class Step:
    title: str
    note: str
    done: bool
    here: bool


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of the bar: where it lies, and what it counts."""

    key: str
    x: str
    width: str
    count: int


@dataclass(frozen=True, kw_only=True)
class RefusedLine:
    pk: int
    line: int
    name: str
    who: str
    column: str
    value: str
    why: str
    rule: str
    more: int
    action: str
    corrected: bool


@dataclass(frozen=True, kw_only=True)
class ChangedField:
    """A field that a row would change; the first one of a row carries line and person."""

    line: str
    name: str
    number: str
    field: str
    old: str
    new: str
    rule: str
    unsure: bool
    changes: bool


def list_steps(batch: Batch) -> list[Step]:
    done = DONE.get(BatchState(batch.state), 1)
    tried = (
        gettext("%(seconds)s giây") % {"seconds": format_figure(batch.seconds, 1)} if batch.seconds else ""
    )
    entered = format_moment(batch.accepted_at) if batch.accepted_at else ""
    steps = (
        (gettext("Nhận tệp"), format_moment(batch.received_at)),
        (gettext("Khớp cột"), gettext("%(count)d cột nhận ra") % {"count": len(batch.mapping)}),
        (gettext("Chạy thử"), tried),
        (gettext("Xem thử"), ""),
        (gettext("Nhập"), entered),
    )
    ended = batch.state in {BatchState.ACCEPTED, BatchState.UNDONE}
    here = 4 if batch.state == BatchState.TRIED else done + (not ended)
    return [
        Step(
            title=f"{place}. {title}",
            note=gettext("bạn đang ở đây") if place == here and not ended else note,
            done=place <= done,
            here=place == here and not ended,
        )
        for place, (title, note) in enumerate(steps, 1)
    ]


def draw_bar(batch: Batch) -> list[Part]:
    """Return the four parts of the bar, wide as their counts."""
    counts = [(key, getattr(batch, key)) for key in ("new", "same", "changed", "refused")]
    total = sum(count for _key, count in counts) or 1
    parts, at = [], 0.0
    for key, count in counts:
        width = WIDTH * count / total
        parts.append(Part(key=key, x=f"{at:.1f}", width=f"{max(width - 2, 0):.1f}", count=count))
        at += width
    return parts


def describe_refused(rows: Iterable[HeldRow]) -> list[RefusedLine]:
    lines = []
    for row in rows:
        reason = row.reasons[0] if row.reasons else {}
        lines.append(
            RefusedLine(
                pk=row.pk,
                line=row.line,
                name=row.read.get("full_name") or gettext("Không có tên"),
                who=describe_person(row.read),
                column=label_field(reason.get("field", "")),
                value=reason.get("value") or gettext("trống"),
                why=pick_language(reason.get("vi", ""), reason.get("en", "")),
                rule=row.rule,
                more=len(row.reasons) - 1,
                action=name_action(reason.get("field", "")),
                corrected=row.corrected,
            )
        )
    return lines


def describe_person(read: Mapping[str, Any]) -> str:
    parts = [str(Sex(read["sex"]).label)] if read.get("sex") else []
    if read.get("birth_date"):
        parts.append(str(read["birth_date"])[:4])
    return " · ".join(parts) or "–"


def name_action(field: str) -> str:
    """Say what a person can do about a refused row, by the field at fault."""
    if field.endswith("_date"):
        return gettext("Sửa ngày")
    if field in {"topography", "morphology", "behaviour", "basis", "grade", "laterality", "stage"}:
        return gettext("Sửa mã")
    return gettext("Sửa dòng")


def describe_changed(rows: Sequence[HeldRow], cases: Mapping[int, Tumour]) -> list[ChangedField]:
    return [
        describe_field(row, reason, cases, first=place == 0)
        for row in rows
        for place, reason in enumerate(row.reasons)
    ]


def describe_field(
    row: HeldRow, reason: Mapping[str, Any], cases: Mapping[int, Tumour], *, first: bool
) -> ChangedField:
    tumour = cases.get(row.tumour_id or 0)
    name = (tumour.person.full_name if tumour else row.read.get("full_name")) or gettext("Không có tên")
    field, rule = reason["field"], reason["rule"]
    is_source = rule == "new-source"
    return ChangedField(
        line=str(row.line) if first else "",
        name=name if first else "",
        number=(tumour.number if tumour else gettext("mới trong lô này")) if first else "",
        field=label_field(field),
        old="" if is_source else say_value(field, reason.get("old")),
        new="" if is_source else say_value(field, reason.get("new")),
        rule=str(RULES.get(rule, rule)),
        unsure=rule == ASK,
        changes=rule not in {ASK, "new-source"},
    )


def describe_reasons(
    counts: Sequence[tuple[str, int]], samples: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Return each rule with its words, its count and how long its bar is."""
    most = max((count for _rule, count in counts), default=1)
    return [
        {
            "rule": rule,
            "words": str(REFUSALS[rule]) if rule in REFUSALS else say_rule(samples.get(rule, {})),
            "count": count,
            "width": f"{110 * count / most:.0f}",
        }
        for rule, count in counts
    ]


def say_rule(reason: Mapping[str, str]) -> str:
    """Return a rule in the words that one row was given."""
    return pick_language(reason.get("vi", ""), reason.get("en", ""))


def describe_batches(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    return [
        {
            "batch": batch,
            "state": str(BatchState(batch.state).label),
            "status": {
                BatchState.ACCEPTED: "ok",
                BatchState.DROPPED: "quiet",
                BatchState.UNDONE: "quiet",
                BatchState.FAILED: "urgent",
            }.get(BatchState(batch.state), "info"),
            "at": format_date(batch.received_at),
        }
        for batch in batches
    ]
