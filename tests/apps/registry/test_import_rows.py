"""Rows as hospitals really write them: read rightly, refused with a reason, or asked about; never turned round."""

import random
from collections import Counter
from datetime import date

import pytest
from django.db import connection, connections
from django.urls import reverse

from banyan.apps.core.choices import JobState, Role
from banyan.apps.core.models import Job
from banyan.apps.people.models import Person
from banyan.apps.registry import tasks
from banyan.apps.registry.models import Notification, Tumour
from banyan.apps.registry.rules import parting
from banyan.apps.registry.services.acceptance import RegisterMoved, accept_batch
from banyan.apps.registry.services.correction import correct_row
from banyan.apps.registry.services.opening import LOCK, BatchBusy, hold_batch
from banyan.apps.registry.services.receiving import map_columns
from banyan.apps.registry.services.trial import BatchClosed, try_batch
from tests.factories.spoilt import HEADER, declare_all, make_rows, make_text

BIRTH, INCIDENCE = HEADER.index("Ngày sinh"), HEADER.index("Ngày chẩn đoán")


def with_dates(*dates: str) -> tuple[str, bytes]:
    rows = [list(row) for row in make_rows(len(dates))]
    for row, text in zip(rows, dates, strict=True):
        row[INCIDENCE] = text
    return "ngay.csv", make_text([tuple(row) for row in rows]).encode()


def rules(batch, verdict="refused"):
    return Counter(batch.held.filter(verdict=verdict).values_list("rule", flat=True))


def read_dates(batch):
    return {row.line: row.read["incidence_date"] for row in batch.held.exclude(verdict="refused")}


def describe_register():
    """Return what the register holds, apart from the numbers it gave."""
    fields = (
        "person__full_name",
        "person__birth_date",
        "person__citizen_id",
        "topography",
        "basis",
        "stage",
        "sources",
    )
    return sorted(Tumour.objects.values_list(*fields)), Person.objects.count(), Notification.objects.count()


def test_four_ways_to_write_a_date_are_read_and_day_numbers_are_not(receive):
    batch = receive(with_dates("14/08/2024", "2024-08-14", "20240814", "45518", "14.8.2024", "14/08/24"))

    assert read_dates(batch) == dict.fromkeys((2, 3, 4, 6), "2024-08-14")
    assert rules(batch) == {"code-date": 2}


def test_a_date_that_may_mean_two_days_is_refused_where_its_column_is_mixed(receive, registrar):
    batch = receive(with_dates("03/04/2024", "03/25/2024", "25/03/2024", "05/05/2024", "2024-04-03"))

    assert read_dates(batch) == {4: "2024-03-25", 5: "2024-05-05", 6: "2024-04-03"}
    assert rules(batch) == {"doubtful-date": 1, "code-date": 1}
    row = batch.held.get(rule="doubtful-date")
    assert correct_row(row=row, cells={"topography": "C34.9"}, by=registrar).rule == "doubtful-date"
    settled = correct_row(row=row, cells={"incidence_date": "2024-03-04"}, by=registrar)
    assert (settled.verdict, settled.read["incidence_date"]) == ("new", "2024-03-04")


def test_dates_that_a_spreadsheet_turned_round_are_refused(receive):
    stored = [f"2024-0{month}-0{month + 1}" for month in range(1, 6)]
    batch = receive(with_dates(*stored, *(f"{day}/03/2024" for day in range(13, 19))))

    assert rules(batch) == {"doubtful-date": 5}


def test_a_file_with_the_month_first_is_recognised_and_read_so(receive, registrar):
    batch = receive(with_dates("03/04/2024", "03/25/2024", "12/31/2023"), run=False)
    assert batch.reading["dates"] == "written"  # the dates of birth have their day first
    map_columns(
        batch=batch,
        mapping=batch.mapping | {"birth_date": ""},
        reading=batch.reading | {"dates": "month"},
        by=registrar,
    )

    try_batch(batch=batch, by=registrar)

    assert read_dates(batch) == {2: "2024-03-04", 3: "2024-03-25", 4: "2023-12-31"}


def test_years_of_another_calendar_and_days_that_never_were_are_refused(receive):
    batch = receive(with_dates("14/08/2567", "30/02/2024", "00/00/0000", "31/04/2024"))

    said = dict(batch.held.values_list("line", "reasons"))
    assert [said[line][0]["en"] for line in (2, 3, 4, 5)] == [
        "The year 2567 is not of the Gregorian calendar.",
        "Month 2 has no day 30.",
        "The incidence date is missing.",
        "Month 4 has no day 31.",
    ]


def test_day_numbers_of_a_spreadsheet_are_not_taken_for_days_since_1970(receive, registrar):
    batch = receive(with_dates("45518", "45519"), run=False)
    reading = batch.reading | {"dates": "excel"}
    map_columns(batch=batch, mapping=batch.mapping | {"birth_date": ""}, reading=reading, by=registrar)
    assert read_dates(try_batch(batch=batch, by=registrar)) == {2: "2024-08-14", 3: "2024-08-15"}

    map_columns(batch=batch, mapping=batch.mapping, reading=reading | {"dates": "days"}, by=registrar)

    assert rules(try_batch(batch=batch, by=registrar)) == {"code-incidence-date": 2}


def test_marks_nobody_sees_and_a_header_among_the_rows(receive):
    lines = make_text().splitlines()
    text = "\n".join([*lines[:3], "\ufeff" + lines[0], "\ufeff" + lines[3], *lines[4:]])

    batch = receive(("noi.csv", text.encode()))

    assert rules(batch) == {"repeated-header": 1}
    assert batch.held.get(rule="repeated-header").line == 4
    assert batch.held.get(line=5).read["record_number"] == "3"


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("question marks", "Nguy?n Th? H?ng"),
        ("lost letters", "Nguy\ufffdn Th\ufffd H\ufffdng"),
        ("a number", "12345"),
        ("an error of a spreadsheet", "#"),
        ("an old font", "NguyÔn ThÞ H»ng"),
    ],
)
def test_a_name_that_lost_its_letters_is_refused(receive, name, spoilt):
    row = list(make_rows()[0])
    row[1] = spoilt

    batch = receive(("ten.csv", make_text([tuple(row), *make_rows()[1:]]).encode()))

    assert rules(batch) == {"code-full-name": 1}, name


def test_300_columns_are_read(receive):
    rows = [(*row, *["x"] * 292) for row in make_rows()]
    header = [*HEADER, *(f"thêm {number}" for number in range(292))]

    batch = receive(("rong.csv", "\n".join(";".join(row) for row in [header, *rows]).encode()))

    assert (len(batch.columns), batch.new) == (300, 6)


def test_a_workbook_that_states_the_largest_dimension_is_read(receive):
    batch = receive(("khai.xlsx", declare_all()))

    assert (batch.new, batch.refused) == (6, 0)


def test_a_number_on_too_many_rows_is_taken_for_a_placeholder(receive, monkeypatch):
    monkeypatch.setattr("banyan.apps.registry.rules.linking.MOST_OF_ONE", 3)
    rows = [(*row, "001168004127") for row in make_rows(5)]
    text = "\n".join(";".join(row) for row in [(*HEADER, "Số CCCD"), *rows])

    assert rules(receive(("so.csv", text.encode()))) == {"person-crowded": 5}


def mix_file() -> list[str]:
    """Rows of ten persons: some twice, some with other facts, one of another sex, one broken."""
    lines = make_text(make_rows(10)).splitlines()[1:]
    return [
        *lines,
        lines[0],
        lines[4],
        lines[1].replace("C34.1", "C34.9"),
        lines[2].replace("14/08", "20/08") + "",
        lines[3].replace("8140", "8070"),
        lines[5].replace("C34.1", "C99.9"),
        lines[6].replace("C34.1", "C50.9"),
    ]


def test_the_order_of_the_lines_and_the_size_of_the_parts_decide_nothing(receive, registrar, monkeypatch):
    results = []
    for seed, size in ((0, 25_000), (1, 25_000), (2, 4), (3, 3)):
        lines = mix_file()
        random.Random(seed).shuffle(lines)  # noqa: S311 -- an order, not a secret
        monkeypatch.setattr(
            "banyan.apps.registry.services.parting.part_height", lambda _columns, size=size: size
        )
        monkeypatch.setattr("banyan.apps.registry.queries.held.part_height", lambda _columns, size=size: size)
        batch = receive(("tron.csv", "\n".join([";".join(HEADER), *lines]).encode()))
        verdicts = (batch.new, batch.same, batch.changed, batch.refused)
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT fresh")
        accept_batch(batch=batch, by=registrar)
        results.append((verdicts, describe_register()))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT fresh")

    assert results[0][1][1] == 10
    assert results == [results[0]] * 4


@pytest.mark.asvs("15.4.2")
def test_the_second_of_two_equal_batches_adds_nothing(receive, small_file, registrar):
    first, second = receive(small_file), receive(small_file)
    accept_batch(batch=first, by=registrar)
    before = describe_register()

    with pytest.raises(RegisterMoved):
        accept_batch(batch=second, by=registrar)

    second.refresh_from_db()
    assert (second.new, second.same, second.refused) == (0, 4, 3)
    accept_batch(batch=second, by=registrar)
    assert describe_register() == before


@pytest.mark.asvs("15.4.2")
def test_one_batch_is_worked_on_by_one_job_at_a_time(receive, small_file, registrar):
    batch = receive(small_file, run=False)
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK, batch.pk])
        with pytest.raises(BatchBusy):
            try_batch(batch=batch, by=registrar)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    with hold_batch(batch):
        assert batch.held.count() == 0


def test_a_batch_that_has_entered_is_not_tried_again(receive, small_file, registrar):
    batch = accept_batch(batch=receive(small_file), by=registrar)

    with pytest.raises(BatchClosed):
        try_batch(batch=batch, by=registrar)

    assert batch.held.count() == 3


def run_job(task, batch, registrar, language="vi"):
    job = Job.objects.create(owner_id=registrar.staff_id, kind="batch", subject="x", total=1)
    arguments = {"staff_id": registrar.staff_id, "facility_id": registrar.facility_id, "language": language}
    try:
        task(job_id=str(job.pk), batch_id=batch.pk, **arguments)
    except tasks.WorkFailed as error:
        assert str(error)  # noqa: PT017 -- the sentence itself is read from the job below
    job.refresh_from_db()
    return job


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "vi",
            "gpb.csv: đọc tệp cần nhiều bộ nhớ hoặc thời gian hơn mức cho phép; hãy lưu dạng CSV, hoặc chia nhỏ.",
        ),
        (
            "en",
            "gpb.csv: reading the file takes more memory or time than is given to it; save it as CSV, or send it in parts.",
        ),
    ],
)
@pytest.mark.asvs("15.2.2")
def test_a_reader_that_breaks_ends_as_a_failed_job_with_a_sentence(
    receive, small_file, registrar, settings, language, sentence, monkeypatch
):
    batch = receive(small_file, run=False)
    settings.READING_MEMORY = 1 << 20
    monkeypatch.setattr("banyan.science.files.confined._is_small", lambda _source: False)

    job = run_job(tasks.run_trial, batch, registrar, language)

    assert (job.state, job.problem) == (JobState.FAILED, sentence)
    assert batch.held.count() == 0


@pytest.mark.asvs("16.5.1")
def test_an_error_nobody_foresaw_is_said_without_a_value_of_any_record(
    receive, small_file, registrar, monkeypatch
):
    batch = receive(small_file)

    def fail(**_facts):
        raise RuntimeError("Key (citizen_id)=(001168004127) already exists")

    monkeypatch.setattr("banyan.apps.registry.services.acceptance.write_cases", fail)
    job = run_job(tasks.run_acceptance, batch, registrar)

    assert (job.state, job.problem) == (
        JobState.FAILED,
        "Việc này hỏng vì một lỗi chưa lường trước; chưa dòng nào được ghi. Hãy báo người quản trị.",
    )
    assert Person.objects.count() == 0


@pytest.mark.asvs("1.2.10", "5.4.2")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_formula_in_a_cell_goes_out_as_text(sign_in, receive, form):
    row = list(make_rows()[0])
    row[0], row[5] = '=HYPERLINK("http://evil.test")', "@SUM(1)"
    other = list(make_rows()[1])
    other[0], other[5] = "-5", "+1+1"
    batch = receive(("cong.csv", make_text([tuple(row), tuple(other)]).replace('"', "'").encode()))

    answer = sign_in(Role.REGISTRAR).get(reverse(f"batch-refused-{form}", args=[batch.pk]))

    cells = read_cells(b"".join(answer.streaming_content), form)
    assert cells[1][3] == "'=HYPERLINK('http://evil.test')"
    assert [cells[2][3], cells[2][8]] == ["-5", "'+1+1"]
    assert answer["Content-Disposition"] == f'attachment; filename="refused-{batch.pk}.{form}"'


def read_cells(content: bytes, form: str) -> list[list[object]]:
    import csv
    import io

    from python_calamine import CalamineWorkbook

    if form == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_parts_keep_the_rows_of_a_person_together():
    import polars as pl

    keys = pl.DataFrame(
        {
            "row": [0, 1, 2, 3, 4, 5],
            "fingerprint": list("abcdea"),
            "citizen": [1, None, 1, None, None, 1],
            "insurance": [None, 7, 7, None, None, None],
            "name": [None, None, None, 5, None, None],
            "record": [None] * 6,
        },
        schema_overrides=dict.fromkeys(parting.KEYS, pl.UInt64),
    )
    known = pl.DataFrame({"row": [3, 4], "person_id": [9, 9]})

    parts = parting.part_rows(keys, known, 2)

    assert parts["part"].to_list() == [0, 0, 0, 1, 1, 2]
    assert parts["repeated"].to_list() == [False] * 5 + [True]


def test_dates_are_kept_as_days(receive, small_file):
    row = receive(small_file).held.get(line=2)

    assert date.fromisoformat(row.read["incidence_date"]) == date(2024, 8, 14)
