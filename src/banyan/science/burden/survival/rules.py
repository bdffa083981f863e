"""What no patient can be, said once for rows in memory and for rows in an engine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from banyan.science.burden.frames import refuse
from banyan.science.burden.lifetable import LifeTable

LIFE_SPAN = 130
SEX = "sex as read"
DAY = "day of diagnosis"


@dataclass(frozen=True)
class Reader:
    """How an expression names a column, and a column as text: of Polars, or of narwhals for any engine."""

    column: Callable[[str], Any]
    text_type: Any

    def text(self, name: str) -> Any:
        return self.column(name).cast(self.text_type)


POLARS = Reader(pl.col, pl.String)


@dataclass(frozen=True)
class Rule:
    """A sentence about a column, ``{}`` standing for the value, and when it is true.

    Expressions are built of comparisons only, which Polars and narwhals write alike.
    """

    column: str
    is_broken: Callable[[Reader], Any]
    reason: str
    reason_vi: str


LONG = "{} days are more than a life; is the unit right?"
LONG_VI = "{} ngày dài hơn một đời người; đơn vị có đúng không?"
ENTRIES = (
    Rule(
        "entry_days",
        lambda of: of.column("entry_days") < 0,
        "{} days: nobody enters before the diagnosis.",
        "{} ngày: không thể vào theo dõi trước ngày chẩn đoán.",
    ),
    Rule(
        "entry_days",
        lambda of: (of.column("entry_days") > 0) & (of.column("entry_days") >= of.column("time_days")),
        "{} days: the follow-up ends before it begins.",
        "{} ngày: theo dõi kết thúc trước khi bắt đầu.",
    ),
)
FOLLOW_UP = (
    Rule(
        "dead",
        lambda of: ~of.column("dead").is_in([0.0, 1.0]),
        "dead is 0 or 1, not {}.",
        "dead là 0 hoặc 1, không phải {}.",
    ),
    Rule(
        "time_days",
        lambda of: of.column("time_days") < 0,
        "{} days: the follow-up ends before the diagnosis.",
        "{} ngày: theo dõi kết thúc trước ngày chẩn đoán.",
    ),
    Rule("time_days", lambda of: of.column("time_days") > LIFE_SPAN * 366, LONG, LONG_VI),
    *ENTRIES,
)
AGES = (
    Rule("age_days", lambda of: of.column("age_days") < 0, "{} is negative.", "{} là số âm."),
    Rule("age_days", lambda of: of.column("age_days") > LIFE_SPAN * 366, LONG, LONG_VI),
)


def list_covered(table: LifeTable) -> list[Rule]:
    """List what a life table asks of patients beside :data:`FOLLOW_UP` and :data:`AGES`."""
    rules = [
        Rule(
            "sex",
            lambda of: ~of.column(SEX).is_in(list(table.sexes)),
            "the life table has no sex {}.",
            "bảng sống không có giới {}.",
        ),
        *(_list_levels(name, levels) for name, levels in table.covariates.items()),
        Rule(
            "diagnosis_date",
            lambda of: of.column(DAY) < int(table.year_starts[0]),
            f"the life table begins in {table.years[0]}, after {{}}.",
            f"bảng sống bắt đầu từ năm {table.years[0]}, sau {{}}.",
        ),
        Rule(
            "age_days",
            lambda of: of.column("age_days") < float(table.age_starts[0]),
            f"the life table begins at age {table.ages[0]:g}, above {{}} days.",
            f"bảng sống bắt đầu từ tuổi {table.ages[0]:g}, trên {{}} ngày.",
        ),
    ]
    return rules if table.beyond == "carry" else [*rules, *_list_ends(table)]


def _list_levels(name: str, levels: tuple[str, ...]) -> Rule:
    listed = ", ".join(levels)
    return Rule(
        name,
        lambda of: ~of.text(name).is_in(list(levels)) | of.column(name).is_null(),
        f"the life table has no {name} ‘{{}}’; it has {listed}.",
        f"bảng sống không có {name} ‘{{}}’; có {listed}.",
    )


def _list_ends(table: LifeTable) -> list[Rule]:
    late = Rule(
        "time_days",
        lambda of: of.column(DAY) + of.column("time_days") > table.end,
        f"{{}} days lead beyond the last year of the life table ({table.years[-1]}).",
        f"{{}} ngày vượt quá năm cuối của bảng sống ({table.years[-1]}).",
    )
    old = Rule(
        "time_days",
        lambda of: of.column("age_days") + of.column("time_days") > table.age_end,
        f"{{}} days lead beyond the age at which the life table ends ({table.closing_age}).",
        f"{{}} ngày vượt quá tuổi mà bảng sống kết thúc ({table.closing_age}).",
    )
    return [late] if table.closing_age is None else [late, old]


def apply_rules(rows: pl.DataFrame, rules: Iterable[Rule]) -> None:
    """Refuse the first row that breaks the first rule that any row breaks."""
    for rule in rules:
        refuse(rows, rule.column, rule.is_broken(POLARS), rule.reason, rule.reason_vi)
