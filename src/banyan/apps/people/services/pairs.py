"""Looking through the whole register for records that may be one person, and queueing that work."""

from collections.abc import Callable, Iterator

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from banyan.apps.core.models import Job
from banyan.apps.core.rules import Viewer
from banyan.apps.core.services.job import open_job
from banyan.apps.people.models import DuplicatePair, Person
from banyan.apps.people.queries.duplicates import identities_of
from banyan.science.linkage import LIKELY, best_score

FIND = "banyan.apps.people.tasks.run_finding"
QUEUE = "registry"
CHUNK = 2_000
Progress = Callable[[int, int], None]

# Pairs that share a key: a number; the name with the day of birth, either way round; family and given name with the
# day. A year of birth alone is no key: every ward has two Nguyễn Thị Hoa of one year.
_LIVING = "SELECT * FROM people_person WHERE merged_into_id IS NULL"
_PAIRS = f"""
WITH living AS NOT MATERIALIZED ({_LIVING}), paired AS (
  SELECT a.id AS one, b.id AS other FROM living a JOIN living b
    ON a.citizen_id = b.citizen_id AND a.citizen_id <> '' AND a.id < b.id
  UNION SELECT a.id, b.id FROM living a JOIN living b
    ON right(a.insurance_number, 10) = right(b.insurance_number, 10) AND a.insurance_number <> '' AND a.id < b.id
  UNION SELECT a.id, b.id FROM living a JOIN living b ON a.folded_name = b.folded_name AND a.birth_date = b.birth_date
    AND a.sex = b.sex AND a.birth_precision = 'day' AND b.birth_precision = 'day' AND a.id < b.id
  UNION SELECT a.id, b.id FROM living a JOIN living b ON a.birth_date = b.birth_date AND a.birth_precision = 'day'
    AND b.birth_precision = 'day' AND split_part(a.folded_name, ' ', -1) = split_part(b.folded_name, ' ', -1)
    AND split_part(a.folded_name, ' ', 1) = split_part(b.folded_name, ' ', 1) AND a.id < b.id
  UNION SELECT a.id, b.id FROM living a JOIN living b ON a.folded_name = b.folded_name AND a.id < b.id
    AND a.birth_precision = 'day' AND b.birth_precision = 'day' AND extract(day FROM a.birth_date) <= 12
    AND b.birth_date = make_date(extract(year FROM a.birth_date)::int, extract(day FROM a.birth_date)::int,
      extract(month FROM a.birth_date)::int)
)
SELECT one, other FROM paired
EXCEPT SELECT first_id, second_id FROM people_duplicatepair
"""  # noqa: S608 -- no value of anybody's is in it


@transaction.atomic
def queue_finding(*, by: Viewer, language: str) -> Job:
    """Open a job that its owner can watch, and queue the search."""
    job = open_job(by=by, kind="duplicates", subject=_("Tìm hồ sơ có thể trùng"))
    app.configure_task(FIND, queue=QUEUE).defer(job_id=str(job.pk), language=language)
    return job


def find_pairs(progress: Progress) -> int:
    """Compare all pairs that share a key and were never decided; keep the likely ones. Returns how many were added."""
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        pairs = cursor.fetchall()
    added = 0
    for start in range(0, len(pairs), CHUNK):
        progress(start, len(pairs))
        added += keep_likely(pairs[start : start + CHUNK])
    progress(len(pairs), len(pairs))
    return added


def keep_likely(pairs: list[tuple[int, int]]) -> int:
    """Score a part of the pairs, and store those that somebody should look at."""
    keys = {pk for pair in pairs for pk in pair}
    people = Person.objects.prefetch_related("other_names").in_bulk(keys)
    found = list(score_pairs(pairs, people))
    DuplicatePair.objects.bulk_create(found, ignore_conflicts=True)
    return len(found)


def score_pairs(pairs: list[tuple[int, int]], people: dict[int, Person]) -> Iterator[DuplicatePair]:
    for first, second in pairs:
        if first not in people or second not in people:
            continue
        own, *_other_names = identities_of(people[first])
        score = best_score(own, identities_of(people[second]))
        if score.bits >= LIKELY:
            yield DuplicatePair(first_id=first, second_id=second, score=score.bits)
