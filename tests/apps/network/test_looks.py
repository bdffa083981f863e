"""The access log for an inspector: the lines of a person, some days, as a file, with the word that it is whole."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from banyan.apps.core.choices import Role
from banyan.apps.core.models import AccessLine
from banyan.apps.core.services.access import log_access
from banyan.apps.network.queries.history import find_looks
from banyan.apps.people.models import Person


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.VAR = tmp_path


@pytest.fixture
def auditor(client_as, centre):
    return client_as(Role.AUDITOR, centre)


@pytest.fixture
def people(db) -> list[Person]:
    return [Person.objects.create(number=f"HN-00000{n}", full_name=f"Người {n}") for n in (1, 2)]


@pytest.fixture
def lines(people, make_staff, centre, viewer_of):
    viewer = viewer_of(make_staff(Role.REGISTRAR, centre, "=SUM(A1)"))
    log_access(by=viewer, action="open", subject="person", subject_id=people[0].pk, people=[people[0].pk])
    log_access(by=viewer, action="list", subject="tumour", people=[each.pk for each in people])
    log_access(by=viewer, action="list", subject="tumour", people=[people[1].pk])


def export(*words: str) -> str:
    out = StringIO()
    call_command("audit_export", *words, stdout=out)
    return out.getvalue()


def test_a_person_s_lines_are_her_page_and_the_lists_she_stood_on(lines, people):
    assert [find_looks(number=person.number).count() for person in people] == [2, 2]
    assert find_looks(number="HN-9") is None


@pytest.mark.asvs("1.2.10")
def test_the_export_holds_every_line_and_no_formula(lines):
    rows = list(csv.DictReader(StringIO(export())))

    assert [row["action"] for row in rows] == ["open", "list", "list"]
    assert {row["staff"] for row in rows} == {"'=SUM(A1)"}
    assert [len(row["seal"]) for row in rows] == [64, 64, 64]


def test_the_export_narrows_to_a_person_and_to_days(lines, people):
    rows = [
        json.loads(line) for line in export("--format", "jsonl", "--person", people[0].number).splitlines()
    ]

    assert [row["people"].split() for row in rows] == [[str(people[0].pk)], [str(each.pk) for each in people]]
    assert export("--to", "2001-01-01", "--format", "jsonl") == ""
    with pytest.raises(CommandError, match="no record has the number HN-9"):
        export("--person", "HN-9")


@pytest.mark.asvs("16.2.1")
def test_the_page_gives_the_lines_and_writes_that_down(auditor, lines, people):
    answer = auditor.get("/access/lines.csv", {"number": people[0].number})

    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [row["action"] for row in csv.DictReader(StringIO(text))][:2] == ["open", "list"]
    line = AccessLine.objects.latest("id")
    assert (line.action, line.subject, line.people) == ("export", "access", [people[0].pk])


def test_a_number_that_nobody_has_gives_no_file(auditor):
    assert auditor.get("/access/lines.csv", {"number": "HN-9"}).status_code == 404


@pytest.mark.asvs("16.4.2")
def test_the_statement_says_that_the_log_is_whole(auditor, lines):
    last = AccessLine.objects.latest("id").pk

    said = auditor.get("/access/statement.json").json()

    assert (said["whole"], said["last_line"], said["faults"]) == (True, last, [])


def test_the_page_names_refusals_lists_and_who_asked(auditor, lines):
    auditor.get("/cases/")

    page = auditor.get("/access/").content.decode()

    for words in ("bị từ chối", "xem danh sách", "2 người", "cases"):
        assert words in page


def test_a_day_that_cannot_be_says_so(auditor, lines):
    assert "Tháng 11 không có ngày 31." in auditor.get("/access/", {"first": "31/11/2026"}).content.decode()
