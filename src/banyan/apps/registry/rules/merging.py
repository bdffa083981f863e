"""What a further notification changes in a case: a field at a time, each with the rule that decides.

Empty fields are filled; stronger evidence replaces weaker; a day replaces a month. Where two sources of equal
weight disagree, nothing changes and a person is asked. What is not taken over stays in the notification.
"""

from dataclasses import dataclass, field

import polars as pl

from banyan.apps.registry.rules.tumour import BASIS_STRENGTH, PRECISION_STRENGTH, UNKNOWN_CODES

FILL, STRONGER, EXACT, LATER, SPECIFIC, ASK = (
    "fill",
    "stronger-basis",
    "more-exact",
    "later",
    "more-specific",
    "ask",
)
NEW_SOURCE = "new-source"
# ENCR: a date of higher priority replaces an earlier one within three months; inside that span two dates agree
DATE_SPAN = 90

WEIGHED = ("topography", "morphology", "behaviour", "grade", "laterality", "stage", "t", "n", "m")
TUMOUR_FIELDS = (*WEIGHED, "basis", "ward_code", "incidence_date", "incidence_precision", "age", "edition")
PERSON_FIELDS = (
    "full_name",
    "sex",
    "citizen_id",
    "insurance_number",
    "birth_date",
    "birth_precision",
    "death_date",
    "death_precision",
    "last_contact_date",
    "vital_status",
)
CHANGES = {
    "row": pl.UInt32,
    "field": pl.String,
    "old": pl.String,
    "new": pl.String,
    "rule": pl.String,
}


@dataclass
class Cases:
    """Persons and tumours as they stand, by reference; those of the register and those that rows would add."""

    people: pl.DataFrame
    tumours: pl.DataFrame
    changes: list[pl.DataFrame] = field(default_factory=list)
    added: list[pl.Series] = field(default_factory=list)


def order_rows(rows: pl.DataFrame) -> pl.DataFrame:
    """Put the surest evidence first, then the earliest: the order of a file's lines decides nothing."""
    return rows.sort(
        strength("basis"), "incidence_date", "fingerprint", descending=[True, False, False], nulls_last=True
    )


def merge_rows(rows: pl.DataFrame, cases: Cases) -> Cases:
    """Take rows with references in their order, never two of one person at a time."""
    turns = rows.with_columns(turn=pl.int_range(pl.len()).over("person"))
    for _, turn in turns.group_by("turn", maintain_order=True):
        take_turn(turn, cases)
    return cases


def take_turn(rows: pl.DataFrame, cases: Cases) -> None:
    cases.added.append(rows.join(cases.tumours, on="tumour", how="anti")["row"])
    cases.people, changes = take_part(rows, cases.people, "person", PERSON_FIELDS, decide_person())
    cases.changes.append(changes)
    cases.tumours, changes = take_part(rows, cases.tumours, "tumour", TUMOUR_FIELDS, decide_tumour())
    cases.changes.append(changes)


def take_part(
    rows: pl.DataFrame, state: pl.DataFrame, key: str, fields: tuple[str, ...], decisions: dict[str, pl.Expr]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Add what `state` lacks, merge into what it has; return the new state and what was changed in it."""
    others = [name for name in state.columns if name in rows.columns and name not in {key, *fields}]
    mine = rows.select("row", key, *fields, *others)
    fresh = mine.join(state, on=key, how="anti", maintain_order="left").drop("row")
    both = mine.join(state.select(key, *fields), on=key, suffix="_old", maintain_order="left")
    state = pl.concat([state, fresh], how="diagonal_relaxed") if fresh.height else state
    if not both.height:
        return state, pl.DataFrame(schema=CHANGES)
    decided = both.with_columns(**{f"{name}_rule": rule for name, rule in decisions.items()})
    settled = settle(decided, key, fields, tuple(decisions))
    return state.update(settled, on=key, include_nulls=False), list_changes(decided, tuple(decisions))


def settle(decided: pl.DataFrame, key: str, fields: tuple[str, ...], named: tuple[str, ...]) -> pl.DataFrame:
    """Return the new values of the fields that change; null elsewhere."""
    follows = {
        "incidence_precision": "incidence_date",
        "birth_precision": "birth_date",
        "death_precision": "death_date",
        "edition": "morphology",
        "age": "incidence_date",
    }
    ruling = {name: name if name in named else follows.get(name) for name in fields}
    return decided.select(
        key,
        *(
            pl.when(pl.col(f"{rule}_rule").is_not_null() & (pl.col(f"{rule}_rule") != ASK))
            .then(name)
            .alias(name)
            for name, rule in ruling.items()
            if rule
        ),
    )


def list_changes(decided: pl.DataFrame, named: tuple[str, ...]) -> pl.DataFrame:
    parts = [
        decided.filter(pl.col(f"{name}_rule").is_not_null()).select(
            "row",
            field=pl.lit(name),
            old=pl.col(f"{name}_old").cast(pl.String),
            new=pl.col(name).cast(pl.String),
            rule=f"{name}_rule",
        )
        for name in named
    ]
    return pl.concat(parts)


def decide_tumour() -> dict[str, pl.Expr]:
    rules = {name: weigh(name) for name in WEIGHED}
    rules["basis"] = pl.when(is_known("basis") & (strength("basis") > strength("basis_old"))).then(
        pl.when(is_known("basis_old", "basis")).then(pl.lit(STRONGER)).otherwise(pl.lit(FILL))
    )
    rules["ward_code"] = fill_only("ward_code")
    rules["incidence_date"] = date_rule("incidence", span=DATE_SPAN)
    return rules


def decide_person() -> dict[str, pl.Expr]:
    later = pl.col("last_contact_date") > pl.col("last_contact_date_old")
    dies = (pl.col("vital_status") == "dead") & (pl.col("vital_status_old") != "dead")
    return {
        "full_name": fill_only("full_name"),
        "sex": fill_only("sex"),
        "citizen_id": fill_only("citizen_id", ask=True),
        "insurance_number": fill_only("insurance_number"),
        "birth_date": date_rule("birth"),
        "death_date": date_rule("death"),
        "last_contact_date": pl.when(
            pl.col("last_contact_date_old").is_null() & pl.col("last_contact_date").is_not_null()
        )
        .then(pl.lit(FILL))
        .when(later)
        .then(pl.lit(LATER)),
        "vital_status": pl.when(dies).then(pl.lit(LATER)),
    }


def is_known(column: str, name: str = "") -> pl.Expr:
    unknown = UNKNOWN_CODES.get(name or column, frozenset({""}))
    return (pl.col(column).is_not_null() & ~pl.col(column).is_in(list(unknown))).fill_null(value=False)


def strength(column: str) -> pl.Expr:
    return pl.col(column).fill_null("").replace_strict(dict(BASIS_STRENGTH), default=0, return_dtype=pl.Int8)


def fill_only(name: str, *, ask: bool = False) -> pl.Expr:
    differs = pl.col(name) != pl.col(f"{name}_old")
    rule = pl.when(is_known(name) & ~is_known(f"{name}_old", name)).then(pl.lit(FILL))
    return rule.when(is_known(name) & differs).then(pl.lit(ASK)) if ask else rule


def weigh(name: str) -> pl.Expr:
    """Decide a coded field by the weight of the evidence behind the two values."""
    new, old = pl.col(name), pl.col(f"{name}_old")
    mine, theirs = strength("basis"), strength("basis_old")
    return (
        pl.when(~is_known(name) | (new == old).fill_null(value=False))
        .then(None)
        .when(~is_known(f"{name}_old", name))
        .then(pl.lit(FILL))
        .when(is_vague(name, old) & ~is_vague(name, new))
        .then(pl.lit(SPECIFIC))
        .when(is_vague(name, new) & ~is_vague(name, old))
        .then(None)
        .when(mine > theirs)
        .then(pl.lit(STRONGER))
        .when(mine == theirs)
        .then(pl.lit(ASK))
    )


def is_vague(name: str, value: pl.Expr) -> pl.Expr:
    """Whether a code says only that it is not known more exactly: C50.9, 8000."""
    if name == "topography":
        return value.str.ends_with(".9") | value.str.ends_with(".8")
    if name == "morphology":
        return value.str.slice(0, 4).is_in(["8000", "8001", "8002", "8003", "8004", "8005"])
    return pl.lit(value=False)


def date_rule(name: str, *, span: int = 0) -> pl.Expr:
    new, old = pl.col(f"{name}_date"), pl.col(f"{name}_date_old")
    exact, had = (
        pl.col(column).fill_null("").replace_strict(dict(PRECISION_STRENGTH), default=0, return_dtype=pl.Int8)
        for column in (f"{name}_precision", f"{name}_precision_old")
    )
    least = pl.min_horizontal(exact, had)
    agree = (
        pl.when(least >= 3)
        .then((new - old).dt.total_days().abs() <= span)
        .when(least == 2)
        .then(new.dt.truncate("1mo") == old.dt.truncate("1mo"))
        .otherwise(new.dt.year() == old.dt.year())
    )
    return (
        pl.when(new.is_null())
        .then(None)
        .when(old.is_null())
        .then(pl.lit(FILL))
        .when(agree & (exact > had))
        .then(pl.lit(EXACT))
        .when(~agree)
        .then(pl.lit(ASK))
    )
