from datetime import date

import polars as pl
import pytest

from banyan.science.coding import RULES_VERSION, list_rules
from banyan.science.coding.facts import read_facts
from banyan.science.coding.rules import TESTS

RULES = list_rules()
NOTHING_STATED = read_facts(pl.DataFrame({"index": [0]}))


def test_table_has_a_version():
    assert RULES_VERSION == "1.0"
    assert len(RULES) == 97


def test_results_are_known():
    assert {rule.result for rule in RULES} == {"invalid", "query", "rare"}


def test_every_test_is_used_by_a_rule():
    assert {rule.test for rule in RULES if rule.test} == set(TESTS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.template.en)
def test_every_rule_can_be_asked_of_an_empty_case(rule):
    assert NOTHING_STATED.select(found=rule.condition(date(2026, 1, 1)))["found"].to_list() == [False]


def test_both_languages_name_the_same_facts():
    def places(text):
        return {name for name in rule_places(text) if name not in {"site", "at_site"}}

    def rule_places(text):
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert [places(rule.template.vi) == places(rule.template.en) for rule in RULES] == [True] * len(RULES)


def test_sentences_speak_our_language():
    words = " ".join(rule.template.vi for rule in RULES)

    assert "!" not in words
    assert "vui lòng" not in words.lower()
