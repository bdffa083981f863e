"""The rules of a case, read from ``tables/check_rules.csv``.

A line of the table is one rule: it finds a case in which every condition of the line holds. A
condition is a list of codes or ranges of them; ``test`` names one of the conditions below that
compare two columns or need a list.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import polars as pl

from banyan.science.coding.codes import Sentence
from banyan.science.coding.facts import list_families
from banyan.science.coding.reading import HISTOLOGIES, Row, expand_ranges, match_subsites, read_rows

RULES_VERSION = "1.0"
RESULTS = ("invalid", "query", "rare")

# The column of facts that each list of codes in the table is asked of.
LISTED = {
    "sex": "sex",
    "behaviour": "behaviour",
    "grade": "grade",
    "basis": "basis",
    "stage": "stage",
    "t": "t",
    "laterality": "laterality",
    "iccc3": "iccc3",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it finds, how grave that is, and the sentence that says so.

    Attributes
    ----------
    rule
        The name that stays; several lines may share it.
    result
        ``invalid`` must be corrected, ``query`` needs an answer, ``rare`` is possible and must
        be confirmed.
    fields
        The columns whose facts clash.
    template
        The sentence, with the facts in braces.
    test
        The name of a condition that compares columns, or empty.
    conditions
        What the codes of a case must be for the rule to find it.
    """

    rule: str
    result: str
    fields: tuple[str, ...]
    template: Sentence
    test: str
    conditions: tuple[pl.Expr, ...] = field(compare=False, repr=False)

    @property
    def places(self) -> frozenset[str]:
        """The facts that the sentence names."""
        return frozenset(re.findall(r"\{(\w+)\}", self.template.vi + self.template.en))

    def condition(self, today: date) -> pl.Expr:
        """Return the expression on the facts that is true where the rule finds something."""
        tested = [TESTS[self.test](today)] if self.test else []
        return pl.all_horizontal(*self.conditions, *tested).fill_null(value=False)


@cache
def list_rules() -> tuple[Rule, ...]:
    """Return the rules in the order of the table: codes, dates, then what clashes."""
    return tuple(_read_rule(row) for row in read_rows("check_rules"))


def _read_rule(row: Row) -> Rule:
    return Rule(
        rule=row["rule"],
        result=row["result"],
        fields=tuple(row["fields"].split()),
        template=Sentence(row["message_vi"], row["message_en"]),
        test=row["test"],
        conditions=(*_read_lists(row), *_read_codes(row), *_read_age(row["age"])),
    )


def _read_lists(row: Row) -> list[pl.Expr]:
    return [pl.col(fact).is_in(_list_codes(row[name])) for name, fact in LISTED.items() if row[name]]


def _list_codes(text: str) -> list[str]:
    """List ``0 1 2``, ``1-8`` and ``Xa Xb`` alike."""
    return [code for part in text.split() for code in _list_part(part)]


def _list_part(part: str) -> list[str]:
    return [str(number) for number in expand_ranges(part)] if "-" in part else [part]


def _read_codes(row: Row) -> list[pl.Expr]:
    """Read the conditions on site and histology, whose lists are long."""
    site, parent = pl.col("subsite"), pl.col("parent")
    conditions = []
    if row["topography"]:
        conditions.append(site.is_in(match_subsites(row["topography"])))
    if row["except_topography"]:
        conditions.append(~site.is_in(match_subsites(row["except_topography"])))
    if row["histology"]:
        conditions.append(parent.is_in(_list_histologies(row["histology"])))
    if row["except_histology"]:
        conditions.append(~parent.is_in(_list_histologies(row["except_histology"])))
    if row["family"]:
        families = list_families()
        members = [code for family in _list_codes(row["family"]) for code in families[family]]
        conditions.append(parent.is_in(members))
    return conditions


def _list_histologies(text: str) -> list[str]:
    wanted = set(expand_ranges(text))
    return [code for code in HISTOLOGIES.categories if int(code) in wanted]


def _read_age(text: str) -> list[pl.Expr]:
    """Read ``0-19`` or ``15-``."""
    if not text:
        return []
    first, _, last = text.partition("-")
    return [pl.col("age").is_between(int(first), int(last) if last else 999)]


Test = Callable[[date], pl.Expr]


def _fact(name: str) -> Test:
    return lambda _: pl.col(name)


def _is_future(name: str) -> Test:
    return lambda today: pl.col(f"{name}_first") > today


def _is_before(earlier: str, later: str) -> Test:
    """Whether no day that the one may mean is as late as any day that the other may mean."""
    return lambda _: pl.col(f"{earlier}_last") < pl.col(f"{later}_first")


def _is_off_dates(_: date) -> pl.Expr:
    """Whether the age is not the completed years from birth to incidence.

    One year either way is let pass where a day or a month is unknown.
    """
    birth, incidence = pl.col("birth_date_first"), pl.col("incidence_date_first")
    before_birthday = incidence.dt.month().cast(pl.Int16) * 100 + incidence.dt.day() < (
        birth.dt.month().cast(pl.Int16) * 100 + birth.dt.day()
    )
    years = incidence.dt.year() - birth.dt.year() - before_birthday.cast(pl.Int32)
    exact = (pl.col("birth_date_precision") == "day") & (pl.col("incidence_date_precision") == "day")
    leniency = pl.when(exact).then(0).otherwise(1)
    return (birth <= pl.col("incidence_date_last")) & ((pl.col("age") - years).abs() > leniency)


def _has_dates(_: date) -> pl.Expr:
    known = pl.col("birth_date_first").is_not_null() & pl.col("incidence_date_first").is_not_null()
    return pl.col("age_missing") & known


def _is_unlisted(_: date) -> pl.Expr:
    return pl.col("histology_valid") & pl.col("behaviour").is_not_null() & ~pl.col("pair_listed")


def _states_tnm(_: date) -> pl.Expr:
    return pl.any_horizontal(pl.col(name).is_not_null() for name in "tnm")


def _is_single_organ(_: date) -> pl.Expr:
    single = [row["code"] for row in read_rows("topography") if row["side"] == "single"]
    return pl.col("subsite").is_in(single)


TESTS: dict[str, Test] = {
    "edition_unknown": lambda _: pl.col("edition").is_null(),
    "sex_unknown": lambda _: ~pl.col("sex_empty") & pl.col("sex").is_null(),
    "age_unknown": _fact("age_unknown"),
    "topography_unknown": lambda _: (
        pl.col("edition").is_not_null() & ~pl.col("topography_empty") & ~pl.col("site_valid")
    ),
    "morphology_unknown": lambda _: (
        pl.col("edition").is_not_null() & ~pl.col("morphology_empty") & ~pl.col("histology_valid")
    ),
    "behaviour_unknown": lambda _: ~pl.col("behaviour_empty") & pl.col("stated").is_null(),
    "written_unknown": lambda _: pl.col("written_text").is_not_null() & pl.col("written").is_null(),
    "behaviour_twice": lambda _: pl.col("stated") != pl.col("written"),
    "basis_unknown": _fact("basis_unknown"),
    "grade_unknown": _fact("grade_unknown"),
    "laterality_unknown": _fact("laterality_unknown"),
    "birth_date_unknown": _fact("birth_date_unknown"),
    "incidence_date_unknown": _fact("incidence_date_unknown"),
    "last_contact_date_unknown": _fact("last_contact_date_unknown"),
    "death_date_unknown": _fact("death_date_unknown"),
    "sex_missing": _fact("sex_missing"),
    "topography_missing": _fact("topography_missing"),
    "morphology_missing": _fact("morphology_missing"),
    "behaviour_missing": lambda _: (
        pl.col("behaviour_empty") & pl.col("written_text").is_null() & pl.col("histology_valid")
    ),
    "incidence_before_birth": _is_before("incidence_date", "birth_date"),
    "birth_in_future": _is_future("birth_date"),
    "incidence_in_future": _is_future("incidence_date"),
    "contact_in_future": _is_future("last_contact_date"),
    "death_in_future": _is_future("death_date"),
    "contact_before_incidence": _is_before("last_contact_date", "incidence_date"),
    "contact_after_death": _is_before("death_date", "last_contact_date"),
    "death_before_birth": _is_before("death_date", "birth_date"),
    "death_before_incidence": _is_before("death_date", "incidence_date"),
    "incidence_off_death": _is_before("incidence_date", "death_date"),
    "age_off_dates": _is_off_dates,
    "age_missing_with_dates": _has_dates,
    "site_outside_family": _fact("outside_family"),
    "pair_unlisted": _is_unlisted,
    "tnm_stated": _states_tnm,
    "metastatic": lambda _: pl.col("m") == "1",
    "marked_dco": _fact("dco"),
    "single_organ": _is_single_organ,
}
