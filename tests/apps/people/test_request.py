"""The clock of a request: working days, holidays, one extension, and what may not be skipped."""

from datetime import UTC, date, datetime

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.people.models import RequestStep
from banyan.apps.people.queries.request import read_clock
from banyan.apps.people.rules.terms import (
    add_working_days,
    answer_day,
    breach_limit,
    finish_day,
    is_working_day,
    lacks_new_year,
    read_holidays,
)
from banyan.apps.people.services.person import add_person
from banyan.apps.people.services.request import (
    OutOfOrder,
    answer_request,
    close_request,
    extend_request,
    receive_request,
)


@pytest.fixture
def receive(nurse):
    def take(**facts: object):
        person = add_person(by=nurse, full_name="Nguyễn Thị Hằng")
        stated = {"kind": "access", "words": "xin bản sao", "channel": "desk", "identity": "card"}
        return receive_request(person=person, by=nurse, **{**stated, **facts})

    return take


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 24), date(2026, 11, 26)),  # Tuesday
        (date(2026, 11, 26), date(2026, 11, 30)),  # Thursday: Friday and Monday
        (date(2026, 4, 29), date(2026, 5, 5)),  # before 30 April and 1 May, then a weekend
        (date(2026, 2, 13), date(2026, 2, 24)),  # the Friday before Tết
        (date(2026, 12, 31), date(2027, 1, 5)),
    ],
)
def test_an_answer_is_due_after_two_working_days(received, due):
    assert answer_day(received) == due


def test_terms_and_holidays_are_the_site_s(settings):
    settings.TERMS = "answer=5,finish=10,finish_third=12,breach=24"
    settings.HOLIDAYS = "2027-02-05, 2027-02-08"

    assert answer_day(date(2026, 11, 23)) == date(2026, 11, 30)
    assert finish_day(date(2026, 11, 23), third_party=False) == date(2026, 12, 3)
    assert finish_day(date(2026, 11, 23), third_party=True) == date(2026, 12, 5)
    assert breach_limit(datetime(2026, 11, 24, 8, tzinfo=UTC)) == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert (lacks_new_year(2027), lacks_new_year(2028)) == (False, True)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(1, 30))
def test_just_so_many_working_days_pass(day, number):
    end = add_working_days(day, number)

    days = [date.fromordinal(each) for each in range(day.toordinal() + 1, end.toordinal() + 1)]
    assert sum(is_working_day(each, read_holidays()) for each in days) == number
    assert is_working_day(end, read_holidays())


def test_the_day_of_receipt_is_the_day_in_hanoi(receive):
    late = receive(received_at=datetime(2026, 11, 23, 18, tzinfo=UTC))  # 01:00 on the 24th

    assert (late.answer_by, late.finish_by) == (date(2026, 11, 26), date(2026, 12, 9))


def test_the_clock_counts_to_the_answer_then_to_the_end(receive, nurse):
    request = receive(received_at=datetime(2026, 11, 24, 3, tzinfo=UTC))
    today = date(2026, 11, 28)
    assert (read_clock(request, today).step, read_clock(request, today).left) == ("answer", -2)

    answered = answer_request(request=request, words="đã nhận", by=nurse)

    assert (read_clock(answered, today).step, read_clock(answered, today).left) == ("finish", 11)


def test_it_is_extended_once_with_a_reason(receive, nurse):
    request = receive(received_at=datetime(2026, 11, 24, 3, tzinfo=UTC))
    with pytest.raises(OutOfOrder):
        extend_request(request=request, reason="", by=nurse)

    extended = extend_request(request=request, reason="kho giấy", by=nurse)

    assert extended.finish_by == date(2026, 12, 24)
    with pytest.raises(OutOfOrder):
        extend_request(request=request, reason="nữa", by=nurse)


def test_nothing_is_done_for_somebody_who_was_not_checked(receive, nurse):
    request = receive(identity="not_yet")
    with pytest.raises(OutOfOrder):
        close_request(request=request, state="done", words="đã đưa", by=nurse)

    assert close_request(request=request, state="refused", words="không rõ ai hỏi", by=nurse).closed_at
    with pytest.raises(OutOfOrder):
        answer_request(request=request, words="muộn", by=nurse)


def test_steps_stay_as_they_were_written(receive):
    receive()

    with (
        pytest.raises(ProgrammingError, match="kept as they were written"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE people_requeststep SET words = 'x'")
    assert RequestStep.objects.count() == 1
