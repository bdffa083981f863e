"""The last resort: the right sentence for each fault, from a page that needs nothing that may be broken."""

import errno

import psycopg
import pytest
from django.db import InterfaceError, OperationalError
from django.test import RequestFactory
from django.utils import translation

from banyan.apps.core.views.fault import explain, show_fault


def behind(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


def fail(error: Exception) -> None:
    raise error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "full"),
        (OSError(errno.EFBIG, "File too large"), "full"),
        (behind(OperationalError(), psycopg.errors.DiskFull()), "full"),
        (behind(OperationalError(), psycopg.errors.DeadlockDetected()), "busy"),
        (behind(OperationalError(), psycopg.errors.SerializationFailure()), "busy"),
        (behind(OperationalError(), psycopg.errors.AdminShutdown()), "away"),
        (behind(OperationalError(), psycopg.OperationalError("connection refused")), "away"),
        (behind(ValueError(), behind(OperationalError(), psycopg.errors.CannotConnectNow())), "away"),
        (InterfaceError("connection already closed"), "away"),
        (behind(RuntimeError(), ValueError()), ""),
        (OSError(errno.ENOENT, "No such file"), ""),
        (None, ""),
    ],
)
def test_each_fault_has_its_sentence(error: Exception | None, why: str) -> None:
    assert explain(error) == why


@pytest.mark.asvs("16.5.2", "16.5.3")
@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), 503, "Máy chủ hết chỗ chứa"),
        (behind(OperationalError(), psycopg.errors.DeadlockDetected()), 503, "Hai người cùng ghi một lúc"),
        (OperationalError("the connection is closed"), 503, "Cơ sở dữ liệu đang tạm nghỉ"),
        (ValueError("Nguyễn Thị Hằng"), 500, "Máy chủ gặp lỗi"),
    ],
)
def test_the_page_needs_no_database(error: Exception, status: int, sentence: str) -> None:
    request = RequestFactory().get("/cases/")  # no mark `django_db`: a query would fail here

    try:
        fail(error)
    except Exception:  # noqa: BLE001 -- as Django's own handler has it
        page = show_fault(request)

    assert page.status_code == status
    assert f"<h1>{sentence}</h1>" in page.content.decode()
    assert "Hằng" not in page.content.decode()


def test_it_speaks_the_language_that_was_chosen() -> None:
    with translation.override("en"):
        page = show_fault(RequestFactory().get("/"))

    assert "<h1>The server met a fault</h1>" in page.content.decode()
