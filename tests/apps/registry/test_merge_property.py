"""Whatever is merged and taken apart, in whatever order: nothing is lost, and all undone is all as it was."""

from datetime import date

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.apps.people.models import Merge, Person, Residence
from banyan.apps.people.rules.merging import UNITS, pack_facts
from banyan.apps.people.services.merge import MergeRefused, merge_people
from banyan.apps.people.services.person import add_person, change_person, move_person
from banyan.apps.people.services.unmerge import ChangedSince, undo_merge
from banyan.apps.registry.models import Tumour
from banyan.apps.registry.services.tumour import add_tumour

PEOPLE = (
    {"full_name": "Nguyễn Thị Hường", "sex": "2", "birth_date": date(1968, 1, 1), "birth_precision": "year"},
    {"full_name": "Nguyễn Thị Hương", "sex": "2", "birth_date": date(1968, 3, 12), "birth_precision": "day"},
    {"full_name": "Nguyen Thi Huong", "sex": "9", "citizen_id": "001168004127"},
    {"full_name": "Nguyễn Hường", "sex": "2", "death_date": date(2024, 5, 6), "citizen_id": "011234567"},
)
CASE = {"topography": "C50.4", "morphology": "8500", "behaviour": "3", "incidence_date": date(2023, 8, 14)}
PLACES = st.integers(0, len(PEOPLE) - 1)
MERGES = st.tuples(st.just("merge"), PLACES, PLACES, st.sets(st.sampled_from(list(UNITS))))
UNDOINGS = st.tuples(st.just("undo"), st.integers(0, 5))
STEPS = st.lists(st.one_of(MERGES, UNDOINGS), min_size=1, max_size=7)


def prepare(registrar) -> list[Person]:
    people = []
    for number, facts in enumerate(PEOPLE):
        person = add_person(by=registrar, **facts)
        move_person(person=person, ward_code=f"0029{number}", start=date(2020, 1, 1), by=registrar)
        if number % 2:
            add_tumour(person=person, by=registrar, incidence_precision="day", **CASE)
        people.append(person)
    return people


def take(registrar, people, step) -> None:
    """Do one step, or be refused."""
    try:
        if step[0] == "merge":
            kept, gone = (Person.objects.get(pk=people[place].pk) for place in step[1:3])
            merge_people(
                kept=kept,
                gone=gone,
                kept_version=kept.version,
                gone_version=gone.version,
                taken=step[3],
                reason="cùng một người",
                by=registrar,
            )
        elif merges := list(Merge.objects.filter(undone_at=None).order_by("pk")):
            undo_merge(merge=merges[step[1] % len(merges)], decisions={}, reason="là hai người", by=registrar)
    except MergeRefused:
        pass


def undo_all(registrar) -> None:
    """Undo from the newest, until nothing is merged."""
    for merge in Merge.objects.filter(undone_at=None).order_by("-pk"):
        undo_merge(merge=merge, decisions={}, reason="là hai người", by=registrar)


def read_state(people) -> dict[str, object]:
    fresh = Person.objects.order_by("pk").in_bulk([person.pk for person in people])
    return {
        "facts": [pack_facts(person) for person in fresh.values()],
        "into": [person.merged_into_id for person in fresh.values()],
        "residences": sorted(Residence.objects.values_list("pk", "person_id")),
        "tumours": sorted(Tumour.objects.values_list("pk", "person_id")),
    }


def living_of(people) -> set[int]:
    return set(Person.objects.filter(pk__in=people, merged_into=None).values_list("pk", flat=True))


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_nothing_is_lost_and_all_undone_is_all_as_it_was(registrar, steps):
    with transaction.atomic():
        people = prepare(registrar)
        first = read_state(people)

        for step in steps:
            take(registrar, people, step)
            now = read_state(people)
            living = living_of([person.pk for person in people])
            assert {pk for pk, _person in now["residences"]} == {pk for pk, _person in first["residences"]}
            assert {pk for pk, _person in now["tumours"]} == {pk for pk, _person in first["tumours"]}
            assert {person for _pk, person in now["residences"] + now["tumours"]} <= living

        undo_all(registrar)
        assert read_state(people) == first
        transaction.set_rollback(True)


def test_a_fact_that_somebody_set_meanwhile_is_nobodys_to_take_back(registrar):
    people = prepare(registrar)
    take(registrar, people, ("merge", 0, 1, {"birth"}))
    kept = Person.objects.get(pk=people[0].pk)
    change_person(
        person=kept,
        changes={"birth_date": date(1970, 1, 1), "birth_precision": "year"},
        version=kept.version,
        by=registrar,
        reason="giấy khai sinh",
    )

    try:
        undo_all(registrar)
    except ChangedSince as asked:
        units = asked.units

    assert units == ["birth"]
