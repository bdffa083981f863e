"""Two workers take in and accept the very same file at the same moment: one enters it, the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from banyan.apps.people.models import Person
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.models import Batch, ColumnMapping, Notification, Tumour
from banyan.apps.registry.services.acceptance import RegisterMoved, accept_batch
from banyan.apps.registry.services.opening import BatchBusy
from banyan.apps.registry.services.receiving import map_columns, receive_files
from banyan.apps.registry.services.trial import try_batch

from .conftest import HEAD

TOGETHER = 4
MANY = "\r\n".join(
    [
        HEAD,
        *(
            f"{number};Nguyễn Thị Hằng;Nữ;12/03/{1930 + number};;14/08/2024;C50.4;8500;3;7.1;II"
            for number in range(60)
        ),
    ]
).encode("utf-8-sig")


def at_once(*works: Callable[[Barrier], str]) -> list[str]:
    """Do works in threads, each on a connection of its own, that wait for each other; return how they ended."""
    start = Barrier(len(works))

    def do(work: Callable[[Barrier], str]) -> str:
        try:
            return work(start)
        except (RegisterMoved, BatchBusy) as told:
            return str(told)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as threads:
        return sorted(done.result() for done in [threads.submit(do, work) for work in works])


def count_all() -> tuple[int, int, int]:
    return Person.objects.count(), Tumour.objects.count(), Notification.objects.count()


@pytest.fixture
def send(registrar, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"

    def take(start: Barrier) -> Batch:
        start.wait()
        batch = receive_files(
            files=[("gpb.csv", MANY)], origin="Sông Nhuệ", facility_id=None, kind="discharge", by=registrar
        )
        return try_batch(batch=batch, by=registrar)

    return take


@pytest.mark.asvs("15.4.2", "2.3.4")
@pytest.mark.django_db(transaction=True)
def test_of_equal_files_at_once_one_enters_and_the_others_are_told(send, registrar):
    def work(start: Barrier) -> str:
        batch = send(start)
        start.wait()
        accept_batch(batch=batch, by=registrar)
        return "entered"

    told = at_once(*[work] * TOGETHER)

    entered = Batch.objects.get(state=BatchState.ACCEPTED)
    sentence = f"Đúng tệp này vừa được nhập ở lô {entered.pk}; không dòng nào vào sổ lần thứ hai."
    assert told == sorted(["entered", *[sentence] * (TOGETHER - 1)])
    assert count_all() == (60, 60, 60)
    assert [(batch.same, batch.new) for batch in Batch.objects.exclude(pk=entered.pk)] == [(60, 0)] * (
        TOGETHER - 1
    )


@pytest.mark.asvs("15.4.2")
@pytest.mark.django_db(transaction=True)
def test_one_batch_accepted_by_two_at_once_enters_once(send, registrar, hospital_registrar):
    batch = send(Barrier(1))

    def accept_as(viewer):
        def work(start: Barrier) -> str:
            mine = Batch.objects.get(pk=batch.pk)
            start.wait()
            accept_batch(batch=mine, by=viewer)
            return f"done by {viewer.staff_id}"

        return work

    told = at_once(accept_as(registrar), accept_as(hospital_registrar))

    batch.refresh_from_db()
    assert count_all() == (60, 60, 60)
    assert (batch.entered, f"done by {batch.accepted_by_id}" in told) == (60, True)


@pytest.mark.django_db(transaction=True)
def test_accepting_again_leaves_the_name_of_who_accepted(send, registrar, hospital_registrar):
    batch = accept_batch(batch=send(Barrier(1)), by=registrar)
    first = batch.accepted_at

    accept_batch(batch=batch, by=hospital_registrar)

    batch.refresh_from_db()
    assert (batch.accepted_by_id, batch.accepted_at, batch.entered) == (registrar.staff_id, first, 60)


@pytest.mark.django_db(transaction=True)
def test_two_who_map_the_same_origin_at_once_leave_one_mapping(send, registrar):
    batches = [send(Barrier(1)) for _ in range(2)]

    def map_one(batch):
        def work(start: Barrier) -> str:
            start.wait()
            map_columns(batch=batch, mapping=batch.mapping, reading=batch.reading, by=registrar)
            return "mapped"

        return work

    assert at_once(*[map_one(batch) for batch in batches]) == ["mapped", "mapped"]
    assert ColumnMapping.objects.count() == 1
