"""The checks of a case: every fact that cannot be, that is unlikely, or that needs an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from banyan.science.coding.codes import Sentence
from banyan.science.coding.columns import take_texts
from banyan.science.coding.facts import read_facts
from banyan.science.coding.rules import Rule, list_rules
from banyan.science.coding.sentences import write_sentences

FINDINGS: dict[str, pl.DataType | type[pl.DataType]] = {
    "row": pl.UInt32,
    "rule": pl.String,
    "result": pl.String,
    "message_vi": pl.String,
    "message_en": pl.String,
    "fields": pl.List(pl.String),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found in a case."""

    rule: str
    result: str
    sentence: Sentence
    fields: tuple[str, ...]


def check_cases(frame: pl.DataFrame, *, today: date | None = None) -> pl.DataFrame:
    """Check cases against the rules of ``tables/check_rules.csv``.

    Parameters
    ----------
    frame
        One line per case. Columns, each of which may be absent (not stated), as text or typed:
        ``sex``, ``age`` (completed years), ``topography``, ``morphology``, ``behaviour``,
        ``edition``, ``basis``, ``basis_scheme`` (``iarc`` or ``encr2022``), ``grade``,
        ``laterality``, ``birth_date``, ``incidence_date``, ``last_contact_date``, ``death_date``,
        ``stage``, ``t``, ``n``, ``m``, ``dco``.
    today
        The day after which a date lies in the future; the present day if None.

    Returns
    -------
    polars.DataFrame
        One line per finding, in the order of the cases: ``row`` (index of the case), ``rule``,
        ``result`` (``invalid``, ``query`` or ``rare``), ``message_vi``, ``message_en`` and
        ``fields`` (the columns whose facts clash). A case in which all is well has no line.
        Unknown codes and impossible dates are findings, never exceptions.

    Notes
    -----
    The rules are those of IARC Technical Report 42 and of the tools built on it, in the version
    `banyan.science.coding.RULES_VERSION`, with some of our own.
    """
    facts = read_facts(frame)
    day = today or datetime.now().astimezone().date()
    rules = list_rules()
    hits = facts.select(rule.condition(day).alias(str(number)) for number, rule in enumerate(rules))
    found = [
        _describe(rule, number, rows, frame, facts)
        for number, rule in enumerate(rules)
        for rows in [hits[str(number)].arg_true()]
        if len(rows)
    ]
    if not found:
        return pl.DataFrame(schema=FINDINGS)
    findings = pl.concat(found).sort("row", "number")
    # two rules may say one thing, such as carcinoma of the lung at age 3
    return findings.unique(["row", "message_vi"], keep="first", maintain_order=True).select(*FINDINGS)


def _describe(
    rule: Rule, number: int, rows: pl.Series, frame: pl.DataFrame, facts: pl.DataFrame
) -> pl.DataFrame:
    raw = [name for name in rule.places if name.startswith("raw_")]
    texts = [take_texts(frame, name.removeprefix("raw_")).gather(rows).alias(name) for name in raw]
    cases = facts[rows].hstack(texts)
    return pl.DataFrame(
        {
            "row": rows.cast(pl.UInt32),
            "message_vi": write_sentences(rule.template.vi, cases, "vi"),
            "message_en": write_sentences(rule.template.en, cases, "en"),
        }
    ).with_columns(
        number=pl.lit(number, pl.UInt16),
        rule=pl.lit(rule.rule),
        result=pl.lit(rule.result),
        fields=pl.lit(pl.Series([list(rule.fields)])).first(),
    )


def check_case(case: Mapping[str, object], *, today: date | None = None) -> list[Finding]:
    """Check one case, as `check_cases` does; absent and None mean not stated."""
    # the index gives the frame its one line even where nothing is stated
    frame = pl.DataFrame(
        {"index": [0]} | {name: [value] for name, value in case.items() if value is not None}
    )
    return [
        Finding(
            row["rule"], row["result"], Sentence(row["message_vi"], row["message_en"]), tuple(row["fields"])
        )
        for row in check_cases(frame, today=today).iter_rows(named=True)
    ]
