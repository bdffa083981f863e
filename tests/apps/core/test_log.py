"""The log: enough to follow what happened, and nothing by which to know a person."""

import json
import logging
import uuid

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.rules.log import describe_record, is_plain
from banyan.config.logs import LineFormatter, TextFormatter
from banyan.config.urls import urlpatterns as real

NAME = "Nguyễn Thị Hằng"
NUMBER = "001168004127"
pytestmark = pytest.mark.django_db


def break_down(request: HttpRequest, name: str) -> HttpResponse:
    raise ValueError(f"no case of {NAME}, {NUMBER}")


def break_behind(request: HttpRequest) -> HttpResponse:
    try:
        int(NAME)
    except ValueError as error:
        raise RuntimeError(request.GET["q"]) from error


handler500 = "banyan.apps.core.views.fault.show_fault"
urlpatterns = [path("break/<str:name>/", break_down, name="break"), path("behind/", break_behind), *real]


class Kept(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.short: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(LineFormatter().format(record))
        self.short.append(TextFormatter().format(record))


@pytest.fixture
def log():
    """Everything that is written meanwhile, by whatever logger, down to the smallest thing."""
    kept = Kept()
    root, ours = logging.getLogger(), logging.getLogger("banyan")
    before = (root.level, ours.level)
    root.addHandler(kept)
    root.setLevel(logging.DEBUG)
    ours.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(kept)
    root.setLevel(before[0])
    ours.setLevel(before[1])


@pytest.fixture
def broken(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


def request_line(log: Kept) -> dict:
    return next(row for row in map(json.loads, log.lines) if row["logger"] == "banyan.request")


@pytest.mark.asvs("16.2.1", "16.2.2", "16.2.4")
def test_a_request_leaves_when_what_where_and_who(registrar: Client, log: Kept) -> None:
    answer = registrar.get("/help/", {"q": NAME})

    line = request_line(log)
    assert line["time"].endswith("+00:00")
    assert {name: line[name] for name in ("level", "event", "method", "route", "status")} == {
        "level": "info",
        "event": "request",
        "method": "get",
        "route": "help",
        "status": 200,
    }
    assert line["request"] == answer.headers["X-Request-ID"]
    assert isinstance(line["staff"], int)
    assert isinstance(line["facility"], int)
    assert line["client"] != "127.0.0.1"


def test_a_number_that_a_client_brings_is_not_taken(client: Client) -> None:
    mine = uuid.uuid4().hex

    assert client.get("/help/", headers={"X-Request-ID": mine}).headers["X-Request-ID"] != mine


@pytest.mark.asvs("14.2.1", "16.2.5")
@pytest.mark.parametrize("address", ["/search/", "/cases/", "/no/such/page/", f"/cases/{NUMBER}/"])
def test_what_was_asked_for_is_in_no_line(registrar: Client, log: Kept, address: str) -> None:
    registrar.get(
        address, {"q": NAME, "number": NUMBER}, headers={"user-agent": NAME, "referer": f"/?q={NUMBER}"}
    )

    written = "\n".join([*log.lines, *log.short])
    assert [word for word in (NAME, "Nguy", NUMBER, "Hằng", "127.0.0.1") if word in written] == []
    assert request_line(log)["event"] == "request"


@pytest.mark.asvs("16.2.5", "16.3.4", "16.5.4")
def test_of_a_fault_kind_and_place_are_written_and_no_word_of_it(broken: Client, log: Kept) -> None:
    answer = broken.get(f"/break/{NAME}/", {"q": NUMBER})

    written = "\n".join([*log.lines, *log.short])
    faults = [row for row in map(json.loads, log.lines) if "fault" in row]
    assert answer.status_code == 500
    assert [fault["kind"] for fault in faults[0]["fault"]] == ["builtins.ValueError"]
    assert faults[0]["fault"][0]["at"][0].startswith("test_log:break_down:")
    assert [word for word in (NAME, "Nguy", NUMBER, "no case of") if word in written] == []


def test_the_fault_behind_a_fault_is_written_too(broken: Client, log: Kept) -> None:
    broken.get("/behind/", {"q": NAME})

    faults = [row["fault"] for row in map(json.loads, log.lines) if "fault" in row]
    assert [fault["kind"] for fault in faults[0]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert NAME not in "\n".join([*log.lines, *log.short])


@pytest.mark.asvs("16.5.1")
def test_of_a_fault_the_page_shows_nothing_of_the_inside(broken: Client) -> None:
    page = broken.get(f"/break/{NUMBER}/").content.decode()

    assert [word for word in ("ValueError", "Traceback", NUMBER, "test_log") if word in page] == []
    assert "Máy chủ gặp lỗi" in page


@pytest.mark.asvs("16.4.1")
def test_a_line_cannot_be_forged(log: Kept) -> None:
    logging.getLogger("banyan.security").warning(
        "sign-in failed\n%s", '{"level": "info"}', extra={"why": 'x", "staff": 1, "y": "\n'}
    )

    line = json.loads(log.lines[0])
    assert "\n" not in log.lines[0]
    assert (line["level"], line["event"]) == ("warning", "sign-in failed %s")
    assert "why" not in line


def test_a_library_says_where_and_not_what(log: Kept) -> None:
    logging.getLogger("axes.helpers").error(f"AXES: locked out {NAME} from 203.0.113.5")  # noqa: G004 -- as libraries do

    line = json.loads(log.lines[0])
    assert line["event"].startswith("test_log:test_a_library_says_where_and_not_what:")
    assert "AXES" not in log.lines[0]


def test_of_a_job_its_task_is_written_and_not_its_arguments(log: Kept) -> None:
    extra = {"action": "job_error", "job": {"id": 7, "task_name": "run_trial", "task_kwargs": {"name": NAME}}}
    logging.getLogger("procrastinate.worker").error(f"Job run_trial[7](name={NAME})", extra=extra)  # noqa: G004 -- as it does

    line = json.loads(log.lines[0])
    assert (line["event"], line["job"], line["task"]) == ("job:job_error", 7, "run_trial")
    assert NAME not in log.lines[0]


@given(st.text())
def test_only_code_words_pass(text: str) -> None:
    passed = is_plain(text)

    assert not passed or (text.isascii() and " " not in text and "@" not in text and text == text.lower())


@given(st.from_regex(r"[a-z-]{0,9}[0-9]{9,12}", fullmatch=True), st.integers(min_value=10**9))
def test_nobodys_number_passes(word: str, number: int) -> None:
    assert not is_plain(word) or set(word) <= set("0123456789abcdef")  # a mark of ours is hexadecimal
    assert not is_plain(number)


def test_a_record_without_anything_is_still_a_line() -> None:
    record = logging.LogRecord("somewhere", logging.ERROR, "a.py", 3, None, None, None)

    assert describe_record(record)["event"] == "a:None:3"
