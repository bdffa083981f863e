"""The addresses for machines: what they tell, to whom, and what they cost."""

import pytest
from django.db import connection
from django.test import Client

SEEN = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
HEALTHY = {"database": True, "migrations": True, "disk": True, "worker": True}


def see_worker(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [seconds_ago])


def test_live_asks_the_database_nothing(client: Client) -> None:
    answer = client.get("/health/live")  # without the mark `django_db` a query would fail

    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert answer.cookies == {}


def test_ready_with_every_part(client: Client, db: None) -> None:
    see_worker(5)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"ready": True, "parts": HEALTHY})


@pytest.mark.asvs("16.5.2")
def test_not_ready_says_which_part_is_missing(client: Client, db: None) -> None:
    see_worker(120)

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "parts": {**HEALTHY, "worker": False}},
    )


def test_ready_asks_few_questions(client: Client, db: None, django_assert_max_num_queries) -> None:
    see_worker(5)

    with django_assert_max_num_queries(3):
        client.get("/health/ready")


def test_a_probe_may_come_by_any_host_name(client: Client) -> None:
    assert client.get("/health/live", headers={"host": "10.0.0.7:8000"}).status_code == 200


def test_a_probe_only_reads(client: Client) -> None:
    assert client.post("/health/live").status_code == 405


def test_metrics_count_by_route_and_never_by_address(client: Client, db: None) -> None:
    client.get("/help/?q=Nguyen+Thi+Hang")
    client.get("/no/such/page/001068004127/")

    text = client.get("/metrics").content.decode()

    assert 'banyan_requests_total{method="GET",route="help",status="200"}' in text
    assert 'banyan_requests_total{method="GET",route="none",status="404"}' in text
    assert "banyan_audit_head 0.0" in text
    assert [word for word in ("Nguyen", "001068004127", "/help/") if word in text] == []


@pytest.mark.asvs("13.4.5")
@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "10.0.0.9"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "203.0.113.5"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=203.0.113.5"},
        {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer another"},
    ],
)
def test_for_others_there_are_no_metrics(client: Client, db: None, monkeypatch, asked) -> None:
    monkeypatch.setenv("BANYAN_METRICS_TOKEN", "a-long-token-of-the-watch")

    assert client.get("/metrics", **asked).status_code == 404


def test_behind_a_proxy_loopback_alone_is_no_reason(client: Client, db: None, settings) -> None:
    settings.HTTPS = True

    assert client.get("/metrics", secure=True).status_code == 404


def test_a_token_opens_the_metrics_from_afar(client: Client, db: None, monkeypatch) -> None:
    monkeypatch.setenv("BANYAN_METRICS_TOKEN", "a-long-token-of-the-watch")
    asked = {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer a-long-token-of-the-watch"}

    assert client.get("/metrics", **asked).status_code == 200


def test_without_a_token_an_empty_bearer_opens_nothing(client: Client, db: None) -> None:
    asked = {"REMOTE_ADDR": "10.0.0.9", "HTTP_AUTHORIZATION": "Bearer "}

    assert client.get("/metrics", **asked).status_code == 404
