"""Records that should never have come: withdrawn they are nobody, and every row and its history stays."""

from collections.abc import Collection
from datetime import date

import polars as pl
from django.db import connection, transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.people.models import DuplicatePair

# a withdrawn record leads to itself, as a merged one leads to another: whoever asks for the living passes both by
_WITHDRAW = """
UPDATE people_person SET merged_into_id = id, version = version + 1, updated_by_id = %s, updated_at = now()
WHERE id = ANY(%s) AND merged_into_id IS NULL
"""
_END_ATTENDANCES = """
DELETE FROM people_attendance known USING unnest(%s::bigint[], %s::date[]) AS told (person_id, since)
WHERE known.facility_id = %s AND known.person_id = told.person_id AND known.since = told.since
"""


@transaction.atomic
def withdraw_people(*, people: Collection[int], by: Viewer) -> int:
    """Take records out of the register for good; who did so and why stands in the history. Returns how many."""
    keys = list(people)
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [by.staff_id, keys])
        withdrawn = int(cursor.rowcount)
    # nobody need decide any more whether they are somebody else
    DuplicatePair.objects.filter(state="open", first__in=keys).delete()
    DuplicatePair.objects.filter(state="open", second__in=keys).delete()
    return withdrawn


@transaction.atomic
def end_attendances(*, told: pl.DataFrame, facility_id: int) -> int:
    """Let a facility no longer open the records of people (person_id, since) whom it knew since just that day."""
    if told.is_empty():
        return 0
    people: list[int] = told["person_id"].to_list()
    days: list[date] = told["since"].to_list()
    with connection.cursor() as cursor:
        cursor.execute(_END_ATTENDANCES, [people, days, facility_id])
        return int(cursor.rowcount)
