"""The switch of place and role in the header."""

from datetime import date

import pytest

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Posting
from banyan.apps.network.services.staff import post_staff


@pytest.fixture
def busy(make_staff, centre, hospital):
    """Someone who audits the network and administers a hospital."""
    staff = make_staff(Role.AUDITOR, centre)
    post_staff(staff=staff, facility=hospital, role=Role.ADMINISTRATOR, start=date(2020, 1, 1))
    return staff


@pytest.fixture
def visitor(client, busy):
    client.force_login(busy)
    return client


def test_switch_lists_the_places_and_marks_this_one(visitor):
    page = visitor.get("/help/").content.decode()

    assert page.count('<button type="submit" aria-current="true">') == 1
    assert "Bệnh viện Đa khoa Sông Nhuệ" in page
    assert "Trung tâm Ghi nhận" in page


def test_switch_speaks_english(visitor):
    visitor.cookies["banyan_language"] = "en"

    page = visitor.get("/help/").content.decode()

    assert "Song Nhue Hospital" in page
    assert "Administrator" in page


def test_choice_changes_what_opens(visitor, busy, hospital):
    assert visitor.get("/history/").status_code == 200
    assert visitor.get("/staff/").status_code == 404
    posting = Posting.objects.get(staff=busy, facility=hospital)

    assert visitor.post(f"/postings/{posting.pk}/").headers["Location"] == "/"

    assert visitor.get("/history/").status_code == 404
    assert visitor.get("/staff/").status_code == 200


def test_choice_needs_a_post(visitor, busy, hospital):
    posting = Posting.objects.get(staff=busy, facility=hospital)

    assert visitor.get(f"/postings/{posting.pk}/").status_code == 405


def test_posting_of_another_is_not_taken(visitor, make_staff, centre):
    other = Posting.objects.get(staff=make_staff(Role.ADMINISTRATOR, centre))

    visitor.post(f"/postings/{other.pk}/")

    assert visitor.get("/staff/").status_code == 404


def test_one_posting_is_a_sign_and_not_a_menu(client_as, centre):
    page = client_as(Role.AUDITOR, centre).get("/help/").content.decode()

    assert '<p class="place">' in page
    assert "choose-posting" not in page


def test_frame_costs_the_same_queries_with_one_place_and_with_many(
    django_assert_num_queries, visitor, busy, centre
):
    with django_assert_num_queries(3):  # session, account, postings
        visitor.get("/help/")
    post_staff(staff=busy, facility=centre, role=Role.REGISTRAR, start=date(2020, 1, 1))
    with django_assert_num_queries(3):
        visitor.get("/help/")
