"""Which kinds of source told of each tumour."""

from datetime import date

import pytest

from banyan.apps.registry.models import Notification
from banyan.apps.registry.queries.sources import SOURCES, read_sources
from tests.apps.insight.conftest import load_tumours, make_tumours

pytestmark = pytest.mark.django_db


def test_each_kind_is_one_of_three_sources_and_the_first_notice_is_one_in_life():
    load_tumours(make_tumours(4))
    told = [
        (1, "discharge", date(2020, 3, 9)),
        (1, "pathology", date(2020, 3, 4)),
        (1, "death", date(2020, 1, 1)),
        (2, "insurance", None),
        (3, "death", date(2021, 5, 5)),
    ]
    Notification.objects.bulk_create(
        Notification(tumour_id=tumour, kind=kind, date=day) for tumour, kind, day in told
    )

    found = {row["id"]: row for row in read_sources().to_dicts()}

    assert list(SOURCES) == ["pathology", "hospital", "death"]
    assert found == {
        1: {"id": 1, "pathology": True, "hospital": True, "death": True, "first_notice": date(2020, 3, 4)},
        2: {"id": 2, "pathology": False, "hospital": True, "death": False, "first_notice": None},
        3: {"id": 3, "pathology": False, "hospital": False, "death": True, "first_notice": None},
    }


def test_every_kind_of_notification_belongs_to_a_source():
    from banyan.apps.registry.choices import NotificationKind

    kinds = [kind for each in SOURCES.values() for kind in each]
    assert sorted(kinds) == sorted(NotificationKind)


def test_without_notifications_there_is_no_row():
    assert read_sources().is_empty()
