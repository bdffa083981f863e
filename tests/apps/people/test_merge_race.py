"""Two registrars merge the same two records at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from banyan.apps.people.models import Merge, Person
from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.merge import MergeRefused, merge_people
from banyan.apps.people.services.person import add_person


@pytest.mark.asvs("15.4.2", "2.3.4")
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_merges_and_the_other_is_told(registrar):
    one = add_person(by=registrar, full_name="Nguyễn Thị Hường", sex="2")
    other = add_person(by=registrar, full_name="Nguyễn Thị Hương", sex="2")
    start = Barrier(2)

    def join(kept: Person, gone: Person) -> str:
        start.wait()
        try:
            merge_people(
                kept=kept,
                gone=gone,
                kept_version=1,
                gone_version=1,
                taken=(),
                reason="cùng một người",
                by=registrar,
            )
        except (MergeRefused, EditConflict):
            return "told"
        finally:
            connection.close()
        return "merged"

    with ThreadPoolExecutor(2) as threads:
        ends = [threads.submit(join, one, other), threads.submit(join, other, one)]
        outcomes = sorted(end.result() for end in ends)

    assert outcomes == ["merged", "told"]
    assert Merge.objects.count() == 1
    assert Person.objects.filter(merged_into=None).count() == 1
