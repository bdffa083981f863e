"""The sentence above a figure. There is one closed set of them, and none says more than its interval.

A sentence is chosen by what the interval leaves open, judged on the numbers as they are printed: a reader who sees
"0,0 đến 0,4" is not told that the rate rises. Directions ("tăng", "cao hơn", "đứng đầu") stand only in templates that
are reached when the whole printed interval lies on one side.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import format_figure, format_interval, format_percent
from banyan.apps.insight.rules import place_against

RATE_DIGITS = 1
RATIO_DIGITS = 2
SURE = 0.05
SMALLEST_P = 0.001


@dataclass(frozen=True)
class Estimate:
    """A value with its limits; `name` is what it is the value of, where several stand together."""

    value: float
    lower: float
    upper: float
    name: str = ""


def judge(estimate: Estimate, reference: float, digits: int) -> int:
    """Return 1, 0 or -1: above the reference, not told apart, below; on the printed limits."""
    return place_against(
        round(estimate.lower, digits), round(estimate.upper, digits), round(reference, digits)
    )


def say_trend(change: Estimate | None, first: int, last: int) -> str:
    """Say how a rate changed from year to year; `change` in per cent a year."""
    if change is None:
        return _("Chưa đủ năm trọn vẹn có ca bệnh để nói về xu hướng.")
    side = judge(change, 0.0, RATE_DIGITS)
    words = {"first": first, "last": last, "interval": write_limits(change.lower, change.upper)}
    if side == 0:
        return _("%(first)s–%(last)s: chưa rõ tăng hay giảm (mỗi năm %(interval)s %%).") % words
    words |= {"percent": format_percent(abs(change.value), RATE_DIGITS)}
    if side > 0:
        return _("%(first)s–%(last)s: tăng %(percent)s mỗi năm (%(interval)s).") % words
    words |= {"interval": write_limits(-change.upper, -change.lower)}
    return _("%(first)s–%(last)s: giảm %(percent)s mỗi năm (%(interval)s).") % words


def write_limits(lower: float, upper: float, digits: int = RATE_DIGITS) -> str:
    """Write limits in a sentence: "3,2 đến 4,4"."""
    return _("%(lower)s đến %(upper)s") % {
        "lower": format_figure(lower, digits),
        "upper": format_figure(upper, digits),
    }


def write_p(value: float | None) -> str:
    """Write a p-value: "0,012", "< 0,001"."""
    if value is not None and value < SMALLEST_P:
        return f"< {format_figure(SMALLEST_P, 3)}"
    return format_figure(value, 3)


def say_p(value: float | None) -> str:
    """Write a p-value in a sentence: "p = 0,012", "p < 0,001"."""
    written = write_p(value)
    return f"p {written}" if written.startswith("<") else f"p = {written}"


def say_sexes_apart(parallel: float, same: float) -> str:
    """Say whether men and women are told apart: in how they change, in their level, or not at all."""
    words = {"p": say_p(parallel), "same": say_p(same)}
    if parallel < SURE:
        return _("Nam và nữ thay đổi khác nhau qua các năm (%(p)s).") % words
    if same < SURE:
        return (
            _(
                "Chưa phân biệt được nhịp thay đổi của nam và nữ (%(p)s); mức của hai giới khác nhau (%(same)s)."
            )
            % words
        )
    return _("Chưa phân biệt được nam với nữ (%(same)s).") % words


def say_expected(expected: Estimate, seen: float, since: str, digits: int) -> str:
    """Say what is expected, and whether its whole interval lies on one side of what was seen last."""
    words = {"year": expected.name, "value": format_figure(expected.value, digits), "since": since}
    words |= {"seen": format_figure(seen, digits)}
    words |= {"interval": write_limits(expected.lower, expected.upper, digits)}
    sentences = {
        1: _("%(year)s: %(value)s (%(interval)s), cao hơn %(seen)s của %(since)s."),
        0: _("%(year)s: %(value)s (%(interval)s); chưa rõ cao hay thấp hơn %(seen)s của %(since)s."),
        -1: _("%(year)s: %(value)s (%(interval)s), thấp hơn %(seen)s của %(since)s."),
    }
    return sentences[judge(expected, seen, digits)] % words


def say_parts(year: str, since: str, change: float, *parts: float) -> str:
    """Say by how much cases change, and how much of it risk, size and ages of the population make; in per cent."""
    names = ("risk", "size", "structure")
    words = {name: write_points(value) for name, value in zip(names, parts, strict=True)}
    words |= {"year": year, "since": since, "change": write_points(change)}
    return (
        _(
            "%(year)s so với %(since)s: %(change)s %% số ca; nguy cơ %(risk)s, quy mô dân số %(size)s, "
            "tuổi dân số %(structure)s điểm phần trăm."
        )
        % words
    )


def write_points(value: float) -> str:
    """Write a number with its sign: "+3,2"."""
    return ("+" if round(value, RATE_DIGITS) > 0 else "") + format_figure(value, RATE_DIGITS)


def say_check(inside: int, tried: int) -> str:
    """Say how often earlier projections held what was then counted."""
    words = {"inside": inside, "tried": tried}
    return _("%(inside)s trong %(tried)s lần thử, khoảng 95 %% chứa số đã ghi nhận.") % words


def say_ages(groups: Sequence[Estimate], ratio: Estimate | None, now: str, before: str) -> str:
    """Say where the rate is highest, and how this period stands against the one before."""
    return " ".join(part for part in (say_peak(groups), say_periods(ratio, now, before)) if part)


def say_peak(groups: Sequence[Estimate]) -> str:
    """Name the age groups among which the highest rate may be: those whose interval reaches that of the top one."""
    if not any(group.value > 0 for group in groups):
        return _("Không có ca nào.")
    top = max(groups, key=lambda group: group.value)
    rivals = [at for at, group in enumerate(groups) if reaches(group, top)]
    if len(rivals) > len(groups) // 3 or rivals[-1] - rivals[0] >= len(rivals):
        return _("Chưa rõ nhóm tuổi nào cao nhất.")
    if len(rivals) == 1:
        words = {"age": top.name, "value": format_figure(top.value, RATE_DIGITS)}
        words["interval"] = format_interval(top.lower, top.upper, RATE_DIGITS)
        return _("Cao nhất ở tuổi %(age)s: %(value)s (%(interval)s).") % words
    first, last = groups[rivals[0]].name, groups[rivals[-1]].name
    return _("Cao nhất trong khoảng từ nhóm tuổi %(first)s đến %(last)s.") % {"first": first, "last": last}


def reaches(one: Estimate, top: Estimate) -> bool:
    """Tell whether an interval, as printed, touches that of the highest value."""
    return round(one.upper, RATE_DIGITS) >= round(top.lower, RATE_DIGITS)


def say_periods(ratio: Estimate | None, now: str, before: str) -> str:
    """Compare two periods by the ratio of their standardised rates."""
    if ratio is None:
        return ""
    words = {"now": now, "before": before, "ratio": format_figure(ratio.value, RATIO_DIGITS)}
    words["interval"] = write_limits(ratio.lower, ratio.upper, RATIO_DIGITS)
    sentences = {
        1: _("%(now)s cao hơn %(before)s: %(ratio)s lần (%(interval)s)."),
        0: _("Chưa phân biệt được %(now)s với %(before)s (tỷ số %(interval)s)."),
        -1: _("%(now)s thấp hơn %(before)s: %(ratio)s lần (%(interval)s)."),
    }
    return sentences[judge(ratio, 1.0, RATIO_DIGITS)] % words


def say_ranking(sites: Sequence[Estimate]) -> str:
    """Say what leads: one name only where its interval stands clear of every other's."""
    found = sorted((site for site in sites if site.value > 0), key=lambda site: -site.value)
    if not found:
        return _("Không có ca nào.")
    top = found[0]
    rivals = [site.name for site in found if reaches(site, top)]
    words = {"top": top.name, "value": format_figure(top.value, RATE_DIGITS)}
    words["interval"] = format_interval(top.lower, top.upper, RATE_DIGITS)
    if len(rivals) == 1:
        return _("%(top)s đứng đầu: %(value)s (%(interval)s).") % words
    if len(rivals) == 2:
        return _("Chưa phân biệt được %(one)s và %(other)s ở vị trí đầu.") % {
            "one": rivals[0],
            "other": rivals[1],
        }
    return _("Chưa rõ vị trí u nào đứng đầu: %(count)s nơi có khoảng tin cậy chồng lên nhau.") % {
        "count": len(rivals)
    }


def say_wards(above: int, below: int, rest: int) -> str:
    """Count the wards whose whole interval lies on one side of the city's value."""
    if above == 0 and below == 0:
        return _("Chưa phân biệt được nơi nào với toàn thành phố.")
    words = {"above": above, "below": below, "rest": rest}
    if below == 0:
        return (
            _("%(above)s nơi cao hơn rõ so với toàn thành phố; %(rest)s nơi còn lại chưa phân biệt được.")
            % words
        )
    if above == 0:
        return (
            _("%(below)s nơi thấp hơn rõ so với toàn thành phố; %(rest)s nơi còn lại chưa phân biệt được.")
            % words
        )
    return (
        _(
            "%(above)s nơi cao hơn rõ và %(below)s nơi thấp hơn rõ so với toàn thành phố; "
            "%(rest)s nơi còn lại chưa phân biệt được."
        )
        % words
    )


def say_prevalence(people: Estimate, years: str, day: str) -> str:
    """Say how many are alive on a day with a cancer of the last years; no direction is claimed."""
    words = {"count": format_figure(people.value), "years": years, "day": day}
    words["interval"] = write_limits(people.lower, people.upper, 0)
    return _("Ngày %(day)s có %(count)s người (%(interval)s) còn sống sau chẩn đoán trong %(years)s.") % words


def say_held() -> str:
    """Say that there is nothing to read because the counts are too small for this reader."""
    return _("Ẩn: có ô ít ca.")


def say_held_trend() -> str:
    return _("Có năm ít ca bị ẩn: không nói về xu hướng.")


def say_held_ages() -> str:
    return _("Không kể nhóm tuổi bị ẩn.")


def say_survival(at_five: Estimate | None) -> str:
    """Say how many survive their cancer for five years."""
    if at_five is None:
        return _("Chưa đủ người được theo dõi 5 năm.")
    words = {"value": format_percent(at_five.value, RATE_DIGITS)}
    words["interval"] = format_interval(at_five.lower, at_five.upper, RATE_DIGITS)
    return _("Sau 5 năm, %(value)s còn sống nếu chỉ tính tử vong do bệnh này (%(interval)s).") % words


def say_stages_apart(stages: Sequence[Estimate]) -> str:
    """Say whether the earliest stage shown does better than the latest: only where their intervals stand apart."""
    if len(stages) < 2:
        return _("Chưa đủ người rõ giai đoạn để so sánh.")
    early, late = stages[0], stages[-1]
    words = {
        "early": early.name,
        "late": late.name,
        "one": format_percent(early.value, RATE_DIGITS),
        "other": format_percent(late.value, RATE_DIGITS),
    }
    if round(early.lower, RATE_DIGITS) > round(late.upper, RATE_DIGITS):
        return (
            _(
                "Sau 5 năm: giai đoạn %(early)s %(one)s, giai đoạn %(late)s %(other)s, khoảng tin cậy tách rời."
            )
            % words
        )
    return _("Chưa phân biệt được giai đoạn %(early)s với giai đoạn %(late)s sau 5 năm.") % words


def say_late(share: Estimate | None) -> str:
    """Say how many of the staged came late."""
    if share is None:
        return _("Không có ca nào rõ giai đoạn.")
    words = {"share": format_percent(share.value, RATE_DIGITS)}
    words["interval"] = format_interval(share.lower, share.upper, RATE_DIGITS)
    return _("%(share)s ca rõ giai đoạn được phát hiện ở giai đoạn III–IV (%(interval)s).") % words


def say_late_change(change: Estimate | None, first: int, last: int) -> str:
    """Say how the late share of the last complete year stands against the first; in points."""
    if change is None:
        return _("Chưa đủ năm trọn vẹn có ca bệnh để nói về xu hướng.")
    words = {"first": first, "last": last, "interval": write_limits(change.lower, change.upper)}
    side = judge(change, 0.0, RATE_DIGITS)
    if side == 0:
        return (
            _("Chưa rõ phần phát hiện muộn năm %(last)s khác năm %(first)s (%(interval)s điểm phần trăm).")
            % words
        )
    words["points"] = format_figure(abs(change.value), RATE_DIGITS)
    if side > 0:
        return (
            _(
                "Phần phát hiện muộn năm %(last)s cao hơn năm %(first)s %(points)s điểm phần trăm (%(interval)s)."
            )
            % words
        )
    words["interval"] = write_limits(-change.upper, -change.lower)
    return (
        _("Phần phát hiện muộn năm %(last)s thấp hơn năm %(first)s %(points)s điểm phần trăm (%(interval)s).")
        % words
    )


def say_late_sites(sites: Sequence[Estimate]) -> str:
    """Say where the late share is highest, under the rule of `say_ranking`."""
    found = sorted(sites, key=lambda site: -site.value)
    if not found:
        return _("Chưa vị trí u nào đủ ca rõ giai đoạn.")
    rivals = [site for site in found if reaches(site, found[0])]
    if len(rivals) > 1:
        return _(
            "Chưa rõ vị trí u nào có phần phát hiện muộn cao nhất: %(count)s nơi có khoảng tin cậy chồng lên nhau."
        ) % {"count": len(rivals)}
    words = {"site": found[0].name, "share": format_percent(found[0].value, RATE_DIGITS)}
    words["interval"] = format_interval(found[0].lower, found[0].upper, RATE_DIGITS)
    return _("%(site)s có phần phát hiện muộn cao nhất: %(share)s (%(interval)s).") % words


def say_unjudged(fewest: int) -> str:
    """Say why there is no verdict on a handful of cases."""
    return _("Dưới %(count)s ca: chưa xét theo đích.") % {"count": fewest}


def say_measure(label: str, period: str, value: str, target: str, *, missed: bool) -> str:
    """Say where one measure of quality stands against its target."""
    words = {"label": label, "period": period, "value": value, "target": target}
    if missed:
        return _("%(label)s, %(period)s: %(value)s, chưa đạt đích %(target)s.") % words
    return _("%(label)s, %(period)s: %(value)s, đạt đích %(target)s.") % words


def say_quality(met: int, missed: Sequence[str]) -> str:
    """Say how many targets are met, and name those that are not."""
    count = met + len(missed)
    if not missed:
        return _("Đạt cả %(count)s đích.") % {"count": count}
    words = {"met": met, "count": count, "missed": ", ".join(missed)}
    return _("Đạt %(met)s trong %(count)s đích; chưa đạt: %(missed)s.") % words


def say_stability(low: Sequence[int], high: Sequence[int], first: int, last: int) -> str:
    """Name the years whose cases stand out from the trend of the others, whole limits away."""
    listed = {"low": ", ".join(map(str, low)), "high": ", ".join(map(str, high))}
    words = {"first": first, "last": last, **listed}
    if low and high:
        return (
            _("%(first)s–%(last)s: ít ca bất thường năm %(low)s, nhiều ca bất thường năm %(high)s.") % words
        )
    if low:
        return _("%(first)s–%(last)s: ít ca bất thường năm %(low)s.") % words
    if high:
        return _("%(first)s–%(last)s: nhiều ca bất thường năm %(high)s.") % words
    return _("%(first)s–%(last)s: không năm nào lệch khỏi xu hướng của các năm khác.") % words


def say_completeness(methods: Sequence[Estimate], least: float) -> str:
    """Say how complete the register is, where every method says the same; else that it is not clear."""
    sides = {judge(each, least, 0) for each in methods}
    words = {
        "least": format_percent(least, 0),
        "lowest": format_figure(min(each.lower for each in methods), 0),
        "highest": format_percent(max(each.upper for each in methods), 0),
    }
    if sides == {1}:
        return (
            _("Mọi cách ước lượng đều cho tính đầy đủ trên %(least)s (%(lowest)s đến %(highest)s).") % words
        )
    if sides == {-1}:
        return (
            _("Mọi cách ước lượng đều cho tính đầy đủ dưới %(least)s (%(lowest)s đến %(highest)s).") % words
        )
    return (
        _("Chưa rõ tính đầy đủ có đạt %(least)s: các cách ước lượng cho %(lowest)s đến %(highest)s.") % words
    )
