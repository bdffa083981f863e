"""What is said above and under the figures of survival: a closed set of sentences, none beyond its interval."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import format_interval, format_percent
from banyan.apps.insight.choices import DesignAsked
from banyan.apps.insight.presenters.finding import RATE_DIGITS, SURE, Estimate, write_p
from banyan.apps.insight.queries.survival import SurvivalAnswer
from banyan.science.burden.survival.combining import find_age_standard


def explain_design(design: str, period: str) -> str:
    """Say in a sentence whose follow-up counts."""
    words = {
        DesignAsked.COMPLETE: _(
            "Tính người được chẩn đoán %(period)s, mỗi người theo dõi đến lần cuối được biết, kể cả người chưa đủ 5 năm (complete)."
        ),
        DesignAsked.COHORT: _(
            "Tính người được chẩn đoán %(period)s, ai cũng đã có thể được theo dõi đủ 5 năm (thuần tập)."
        ),
        DesignAsked.PERIOD: _(
            "Chỉ tính thời gian theo dõi trong %(period)s; người được chẩn đoán trước đó vào từ đầu giai đoạn. "
            "Gần với sống thêm của người mới được chẩn đoán hơn (giai đoạn lịch, period)."
        ),
    }
    return words[DesignAsked(design)] % {"period": period}


def say_whom(answer: SurvivalAnswer, period: str) -> str:
    """Say in three words whose follow-up a figure counts."""
    if answer.design == DesignAsked.PERIOD:
        return _("theo dõi trong %(period)s") % {"period": period}
    return _("chẩn đoán %(period)s") % {"period": period}


def cite_design(answer: SurvivalAnswer) -> str:
    """Name the design and where it comes from; nothing for that which needs no name."""
    if answer.design == DesignAsked.PERIOD:
        return _("Phương pháp giai đoạn lịch: Brenner, Gefeller 1996")
    return _("Thuần tập đủ 5 năm") if answer.design == DesignAsked.COHORT else ""


def say_stage_test(p_value: float | None) -> str:
    """Say what the test between stages tells; nothing where there is no test."""
    if p_value is None:
        return ""
    if p_value < SURE:
        return _("Ít nhất một giai đoạn khác các giai đoạn kia (p %(p)s).") % {"p": write_sign(p_value)}
    return _("Kiểm định chung chưa phân biệt được các giai đoạn (p %(p)s).") % {"p": write_sign(p_value)}


def write_sign(p_value: float) -> str:
    """Write "= 0,012" or "< 0,001"."""
    text = write_p(p_value)
    return text if text.startswith("<") else f"= {text}"


def say_standardised(at_five: Estimate | None) -> str:
    """Say what five-year survival would be in the ages of the standard."""
    if at_five is None:
        return _("Chưa đủ người ở các nhóm tuổi để chuẩn hóa đến 5 năm.")
    words = {"value": format_percent(at_five.value, RATE_DIGITS)}
    words["interval"] = format_interval(at_five.lower, at_five.upper, RATE_DIGITS)
    return _("Nếu tuổi người bệnh như dân số chuẩn: %(value)s sau 5 năm (%(interval)s).") % words


def name_standard(standard: str) -> str:
    """Write ICSS 1, or ICSS 1 for prostate."""
    names = {"icss1-prostate": _("ICSS 1, tuyến tiền liệt")}
    return names.get(standard) or f"ICSS {standard[-1]}"


def list_weights(standard: str) -> str:
    """Write the ages and weights of a standard: "15–44: 7 %; …; 75+: 29 %"."""
    shares = find_age_standard(standard)
    ends = [*(age - 1 for age in list(shares)[1:]), None]
    return "; ".join(
        f"{write_ages(age, end)}: {format_percent(100 * share)}"
        for (age, share), end in zip(shares.items(), ends, strict=True)
    )


def write_ages(first: int, last: int | None) -> str:
    return f"{first}+" if last is None else f"{first}–{last}"


def say_merged(merged: str, name: str) -> str:
    """Say which age groups were put together: "75 into 65; 45 into 15" of the engine, in words."""
    pairs = [pair.split(" into ") for pair in merged.split("; ")]
    said = ", ".join(
        _("nhóm từ %(age)s tuổi vào nhóm từ %(into)s tuổi") % {"age": age, "into": into}
        for age, into in pairs
    )
    return _("%(name)s: gộp %(groups)s") % {"name": name, "groups": said}


def say_further(estimates: Sequence[Estimate]) -> str:
    """Say what five-year survival becomes for those who have lived for some years already: the longest that is known."""
    later = [estimate for estimate in estimates if estimate.name]
    if not later:
        return _("Chưa theo dõi đủ lâu để nói về người đã sống thêm được ít nhất 1 năm.")
    last = later[-1]
    words = {"given": last.name, "value": format_percent(last.value, RATE_DIGITS)}
    words["interval"] = format_interval(last.lower, last.upper, RATE_DIGITS)
    return (
        _("%(given)s, người còn sống: %(value)s sống thêm 5 năm nữa, nếu chỉ tính bệnh này (%(interval)s).")
        % words
    )


def say_deaths(cancer: Estimate | None, other: Estimate | None) -> str:
    """Say of what people die within five years."""
    if cancer is None or other is None:
        return _("Chưa đủ người được theo dõi 5 năm.")
    words = {
        "cancer": format_percent(cancer.value, RATE_DIGITS),
        "interval": format_interval(cancer.lower, cancer.upper, RATE_DIGITS),
        "other": format_percent(other.value, RATE_DIGITS),
    }
    return (
        _("Trong 5 năm, %(cancer)s tử vong do bệnh này (%(interval)s) và %(other)s do nguyên nhân khác.")
        % words
    )
