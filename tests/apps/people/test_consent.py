"""Consent by purpose: asked singly, withdrawn as easily as given, every word kept."""

from datetime import date

import pytest
from django.db import ProgrammingError, connection, transaction

from banyan.apps.people.choices import Purpose
from banyan.apps.people.models import Consent
from banyan.apps.people.queries.consent import consents_of, current_text, may_use, refused_ids, usable_ids
from banyan.apps.people.services.consent import NotAsked, add_consent_text, record_consent
from banyan.apps.people.services.person import add_person


@pytest.fixture
def person(nurse):
    return add_person(by=nurse, full_name="Nguyễn Thị Hằng")


@pytest.fixture
def say(nurse, person):
    def record(purpose: str, decision: str, **more: str) -> Consent:
        return record_consent(
            person=person,
            purpose=purpose,
            decision=decision,
            way="paper",
            text_version="2026-01",
            by=nurse,
            **more,
        )

    return record


def test_before_anybody_asked_only_care_the_register_and_anonymous_uses_are_allowed(person):
    allowed = {state.purpose.value for state in consents_of(person.pk) if state.allowed}

    assert allowed == {"care", "registry", "research", "teaching"}


def test_a_trial_may_contact_her_after_she_said_yes_and_no_longer_after_she_took_it_back(person, say):
    said = []
    for decision in ("given", "withdrawn", "given"):
        say(Purpose.TRIALS, decision)
        said.append(may_use(person.pk, Purpose.TRIALS))

    assert said == [True, False, True]
    history = next(s for s in consents_of(person.pk) if s.purpose == Purpose.TRIALS).history
    assert [word.decision for word in history] == ["given", "withdrawn", "given"]


def test_a_refusal_keeps_her_out_of_research_and_changes_no_care(person, say):
    assert refused_ids(Purpose.RESEARCH) == set()

    say(Purpose.RESEARCH, "refused")

    assert refused_ids(Purpose.RESEARCH) == {person.pk}
    assert usable_ids(Purpose.RESEARCH, [person.pk]) == set()
    assert (may_use(person.pk, Purpose.RESEARCH), may_use(person.pk, Purpose.CARE)) == (False, True)


def test_the_newest_word_holds_for_extracts_too(person, say):
    say(Purpose.RESEARCH, "refused")
    say(Purpose.RESEARCH, "given")

    assert refused_ids(Purpose.RESEARCH) == set()
    assert usable_ids(Purpose.RESEARCH, [person.pk]) == {person.pk}
    assert usable_ids(Purpose.ABROAD, [person.pk]) == set()


@pytest.mark.parametrize(
    ("purpose", "decision"),
    [(Purpose.REGISTRY, "refused"), (Purpose.REGISTRY, "given"), (Purpose.TRIALS, "withdrawn")],
)
def test_a_word_without_a_place_is_refused(say, purpose, decision):
    with pytest.raises(NotAsked):
        say(purpose, decision)

    assert Consent.objects.count() == 0


def test_a_site_s_own_text_replaces_ours_and_old_words_keep_their_version(person, say):
    say(Purpose.TRIALS, "given")
    add_consent_text(
        purpose="trials", version="2026-07", text_vi="Mới", text_en="New", since=date(2026, 7, 1)
    )

    assert (current_text("trials").version, current_text("care").version) == ("2026-07", "2026-01")
    assert Consent.objects.get().text_version == "2026-01"


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize(
    "sql", ["UPDATE people_consent SET decision = 'given'", "DELETE FROM people_consent"]
)
def test_a_word_once_written_stays(say, sql):
    say(Purpose.RESEARCH, "refused")

    with (
        pytest.raises(ProgrammingError, match="kept as they were written"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
