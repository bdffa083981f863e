"""A comparison made of what its reader may be told of each side."""

import math
from dataclasses import replace
from typing import Any

import polars as pl
from scipy.special import ndtr

from banyan.apps.insight.choices import WHOLE_CITY
from banyan.apps.insight.queries.comparison import RATIO, Comparison, Side
from banyan.apps.insight.queries.disclosure import Disclosure
from banyan.apps.insight.queries.masking import HIDDEN, blank_row, round_columns
from banyan.apps.insight.queries.masking.incidence import COUNTS, PRINTED, RATES, mask_ages, mask_total
from banyan.science.burden import poisson_interval
from banyan.science.burden.intervals import normal_quantile

# A printed rate below this is off by more than a twentieth: no ratio is worked out from it.
COARSEST = 1.0
DIGITS = {"expected": 1, "ratio": 2, "ratio_lower": 2, "ratio_upper": 2, "p_value": 3}
BESIDE = (
    "ratio", "ratio_lower", "ratio_upper", "difference", "difference_lower", "difference_upper", "z", "p_value",
)  # fmt: skip
PER = 100_000


def mask_comparison(answer: Comparison, told: Disclosure) -> Comparison:
    """Tell of each side what the incidence page tells of it, and work out the rest from that as it is printed.

    So ratio, difference and test say nothing that their reader could not work out. The rest of the city is the
    difference of two counts that are told; it has no standardised rate, which would tell of the ward's ages.
    """
    one, two = (mask_side(side, told) for side in answer.sides)
    return replace(
        answer,
        sides=(one, two),
        against=compare_printed(one.total, two.total),
        ages=mask_both(answer, told),
        by_ward=mask_wards(answer, told),
    )


def mask_side(side: Side, told: Disclosure) -> Side:
    total = subtract(side, told) if side.is_rest else mask_total(side.own, told)
    hidden = bool(total[HIDDEN]) or not tells_expected(side, told)
    ratio = blank_row(side.ratio, ["cases", *RATIO]) if hidden else round_row(side.ratio)
    return replace(side, total=total, ratio=ratio if side.ratio else {})


def round_row(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: round(value, DIGITS[name]) if name in DIGITS and value is not None else value
        for name, value in row.items()
    }


def tells_expected(side: Side, told: Disclosure) -> bool:
    """Tell whether the city's rates, from which expected cases come, are of ages that are told or pooled."""
    question = side.whole.question
    return told.tells_ages(question, question.site, (question.first, question.last))


def subtract(side: Side, told: Disclosure) -> dict[str, Any]:
    """Take the ward from the city, where both are told and what is left is nobody or enough."""
    whole, own = mask_total(side.whole, told), mask_total(side.own, told)
    kept = {name: None if name in RATES else value for name, value in own.items()}
    if whole[HIDDEN] or own[HIDDEN] or 0 < whole["cases"] - own["cases"] < told.threshold:
        return blank_row(kept, [*COUNTS, *(name for name in RATES if name in kept)])
    cases, people = (whole[name] - own[name] for name in ("cases", "person_years"))
    lower, upper = poisson_interval(cases)
    rates = {"crude_rate": cases, "crude_rate_lower": float(lower), "crude_rate_upper": float(upper)}
    crude = {
        name: round(PER * value / people, PRINTED[name]) if people else None for name, value in rates.items()
    }
    return kept | {"cases": cases, "person_years": people, **crude}


def compare_printed(one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    """Compare two rates by what is printed of them; the row of `compare_rates` that this gives is empty if one is hidden."""
    beside: dict[str, Any] = dict.fromkeys(BESIDE)
    rates = {
        "cases": one["cases"],
        "asr": one["asr"],
        "reference_cases": two["cases"],
        "reference_asr": two["asr"],
    }
    ends = [(row["asr_lower"], row["asr"], row["asr_upper"]) for row in (one, two)]
    if any(end is None for limits in ends for end in limits) or min(limits[1] for limits in ends) < COARSEST:
        return rates | beside
    width = 2 * normal_quantile(0.95)
    ratio = ends[0][1] / ends[1][1]
    spread = math.hypot(*(math.log(upper / lower) / width for lower, _value, upper in ends))
    error = math.hypot(*((upper - lower) / width for lower, _value, upper in ends))
    difference, reach = ends[0][1] - ends[1][1], width / 2
    z = difference / error
    beside |= {
        "ratio": ratio,
        "ratio_lower": ratio * math.exp(-reach * spread),
        "ratio_upper": ratio * math.exp(reach * spread),
        "difference": difference,
        "difference_lower": difference - reach * error,
        "difference_upper": difference + reach * error,
        "z": z,
        "p_value": float(2 * ndtr(-abs(z))),
    }
    return rates | beside | {"interval": "log"}


def mask_both(answer: Comparison, told: Disclosure) -> pl.DataFrame:
    """Leave of the ages those that each side's own page tells; a ward has none."""
    if any(side.is_rest or side.question.place != WHOLE_CITY for side in answer.sides):
        return answer.ages.clear()
    masked = [
        mask_ages(side.own.ages, side.question, None, told).with_columns(
            pl.lit(number, side.own.ages.schema["series"]).alias("series")
        )
        for number, side in enumerate(answer.sides)
    ]
    return pl.concat(masked)


def mask_wards(answer: Comparison, told: Disclosure) -> pl.DataFrame:
    """Leave the wards that may be told, where the city's ages are too."""
    side, frame = answer.sides[0], answer.by_ward
    question = side.whole.question
    opened = tells_expected(side, told)
    shown = [opened and told.shows_cell(question, "ward_code", code) for code in frame["ward_code"]]
    hidden = ~pl.Series("hidden", shown, dtype=pl.Boolean) | frame["hidden"]
    blanked = [pl.when(~hidden).then(pl.col(name)).alias(name) for name in ("cases", *RATIO, "place")]
    return round_columns(frame.with_columns(blanked).with_columns(hidden.alias("hidden")), DIGITS).sort(
        "ratio", "ward_code", descending=[True, False], nulls_last=True
    )
