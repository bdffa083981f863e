"""Headers, cookies, redirects and methods, on every kind of answer."""

import re
import ssl
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings as live
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail.backends.smtp import EmailBackend
from django.test import Client, override_settings
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.core.views.request import mark_client
from banyan.apps.network.models import OneTimeLink
from banyan.apps.network.services.lockout import find_address
from banyan.apps.registry.models import Batch
from banyan.config.settings import read_secret
from tests.outside.conftest import PASSWORD

NAMES = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "LANGUAGE_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SESSION_COOKIE_HTTPONLY",
    "CSRF_COOKIE_HTTPONLY",
    "SECURE_SSL_REDIRECT",
    "SECURE_REDIRECT_EXEMPT",
    "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS",
    "SECURE_PROXY_SSL_HEADER",
    "DEBUG",
    "DEMO",
)


def answers(client: Client) -> dict[str, object]:
    """One answer of each kind that a browser may be given."""
    return {
        "page": client.get("/help/"),
        "signed-in page": client.get("/cases/"),
        "redirect": client.get("/"),
        "nothing there": client.get("/no-such-page/"),
        "refused method": client.put("/cases/"),
        "file": client.get("/codes/topography-vi-1.json"),
        "machine": client.get("/api/v1/me"),
        "probe": client.get("/health/live"),
    }


@pytest.fixture
def seen(sign_in):
    return answers(sign_in())


@pytest.mark.asvs("3.4.3", "3.4.6")
def test_every_page_says_what_it_may_load_and_who_may_frame_it(seen):
    wanted = {
        "default-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "form-action": "'self'",
    }
    closed = {name: value for name, value in wanted.items() if value == "'none'"}
    for kind, answer in seen.items():
        policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
        asked = closed if kind == "probe" else wanted  # a probe loads nothing, and default-src says so
        assert {name: policy.get(name) for name in asked} == asked, kind


@pytest.mark.asvs("3.4.3", "3.4.6")
def test_files_that_pages_load_get_their_policy_too():
    order = live.MIDDLEWARE

    assert order.index("csp.middleware.CSPMiddleware") < order.index(
        "whitenoise.middleware.WhiteNoiseMiddleware"
    )


@pytest.mark.asvs("3.4.4", "3.4.5", "3.4.2")
def test_no_answer_is_sniffed_sent_on_or_read_by_another_site(seen):
    for kind, answer in seen.items():
        assert answer["X-Content-Type-Options"] == "nosniff", kind
        assert "Access-Control-Allow-Origin" not in answer.headers, kind
        assert answer["Referrer-Policy"] == "same-origin", kind
    for kind in seen.keys() - {"probe"}:
        assert seen[kind]["Cross-Origin-Opener-Policy"] == "same-origin", kind
        assert seen[kind]["Cross-Origin-Resource-Policy"] == "same-origin", kind
        assert seen[kind]["Permissions-Policy"].startswith("camera=()"), kind


@pytest.mark.asvs("4.1.1")
def test_each_answer_with_a_body_names_its_kind_and_its_letters(seen):
    for kind, answer in seen.items():
        if answer.content:
            assert re.fullmatch(
                r"text/\w+; charset=utf-8|application/(problem\+)?json", answer["Content-Type"]
            ), kind


@pytest.mark.asvs("3.2.1", "4.1.1", "5.4.1")
def test_a_file_is_never_shown_as_a_page(sign_in):
    answer = sign_in(Role.AUDITOR).get(reverse("access-export"))

    assert answer["Content-Disposition"] == 'attachment; filename="access.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


@pytest.mark.asvs("3.3.1", "3.3.2", "3.3.3", "3.3.4")
def test_cookies_of_a_site_belong_to_this_host_alone(site, db):
    known = site(*NAMES)

    assert [known[name][:7] for name in NAMES[:3]] == ["__Host-"] * 3
    assert all(known[name] for name in NAMES[3:7])
    with override_settings(HTTPS=True, SESSION_COOKIE_SECURE=True, CSRF_COOKIE_SECURE=True):
        client = Client()
        client.get(reverse("account_login"), secure=True)
        client.get("/language/en/", secure=True)
        client.get("/theme/dark/", secure=True)
    flags = {
        name: (bool(cookie["secure"]), bool(cookie["httponly"]), cookie["samesite"], cookie["domain"])
        for name, cookie in client.cookies.items()
    }
    assert len(flags) == 3
    assert flags == dict.fromkeys(flags, (True, True, "Lax", ""))


@pytest.mark.asvs("3.4.1", "4.1.2", "12.2.1")
def test_a_site_speaks_https_alone_and_leads_pages_there_but_no_machine(site, db):
    known = site(*NAMES)
    assert known["SECURE_HSTS_SECONDS"] >= 31_536_000
    assert known["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True

    with override_settings(HTTPS=True, **{name: known[name] for name in NAMES if name.startswith("SECURE_")}):
        client = Client()
        led = client.get("/help/")
        shown = client.get("/help/", secure=True)
        machine = client.get("/api/v1/me", headers={"Authorization": "Bearer bny_none.none"})
        probe = client.get("/health/live", secure=True)

    assert (led.status_code, led["Location"]) == (301, "https://testserver/help/")
    assert shown["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert probe["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert machine.status_code == 403


@pytest.mark.asvs("13.4.2", "15.2.3")
def test_a_site_runs_without_debug_and_without_the_demonstration(site):
    known = site(*NAMES)

    assert (known["DEBUG"], known["DEMO"]) == (False, False)


@pytest.mark.asvs("3.7.2", "1.2.2")
@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_address_leads_to_another_host(client, sign_in, elsewhere):
    sign_in()
    assert client.get("/language/en/", {"next": elsewhere})["Location"] == "/"
    assert client.get("/theme/dark/", {"next": elsewhere})["Location"] == "/"
    account = {"login": f"{Role.REGISTRAR}@centre.example", "password": PASSWORD, "next": elsewhere}
    assert client.post(reverse("account_login"), account)["Location"] == "/"


@pytest.mark.asvs("13.4.1", "13.4.3")
@pytest.mark.parametrize(
    "path", ["/.git/config", "/.git/", "/static/", "/static/core/", "/files/", "/media/"]
)
def test_neither_the_source_nor_a_list_of_files_is_given(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.asvs("14.3.1")
def test_signing_out_tells_the_browser_to_keep_nothing(sign_in):
    answer = sign_in().post(reverse("account_logout"))

    assert answer["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_a_visitor_cannot_say_which_address_she_comes_from(rf):
    asked = rf.get(
        "/", headers={"X-Forwarded-For": "9.9.9.9", "X-Real-IP": "9.9.9.9"}, REMOTE_ADDR="10.0.0.7"
    )

    assert find_address(asked) == "10.0.0.7"


@pytest.mark.asvs("4.1.3", "15.3.4")
def test_behind_a_proxy_its_word_counts_and_not_what_a_visitor_wrote_before_it(
    rf, client, db, settings, caplog
):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    caplog.set_level("INFO", logger="banyan.request")

    asked = rf.get("/", headers={"X-Forwarded-For": "9.9.9.9, 10.1.2.3"}, REMOTE_ADDR="127.0.0.1")
    client.get("/help/", headers={"X-Forwarded-For": "9.9.9.9, 10.1.2.3"})

    assert find_address(asked) == "10.1.2.3"
    assert [record.client for record in caplog.records if record.name == "banyan.request"] == [
        mark_client("10.1.2.3")
    ]


@pytest.mark.asvs("4.1.3")
def test_a_host_name_that_is_not_ours_is_refused(client, db):
    with override_settings(ALLOWED_HOSTS=["banyan.example"]):
        answer = client.get("/help/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


@pytest.mark.asvs("15.3.7")
def test_a_form_takes_no_field_from_the_address(sign_in):
    client = sign_in(Role.ADMINISTRATOR)

    address = reverse("member-new") + "?email=x@centre.example&role=nurse"
    answer = client.post(address, {"full_name": "Lê Vân"})

    assert answer.status_code == 422
    assert answer.context["form"].data.get("email") is None


@pytest.mark.asvs("14.3.3")
def test_what_is_signed_cannot_be_changed(client, db):
    sealed = signing.dumps({"a": 1})

    with pytest.raises(signing.BadSignature):
        signing.loads(sealed[:-2] + ("aa" if not sealed.endswith("aa") else "bb"))
    assert live.MESSAGE_STORAGE.endswith("SessionStorage")


@pytest.mark.asvs("16.5.1", "13.4.2")
def test_a_page_that_is_not_there_says_no_word_of_the_code(client, db):
    page = client.get("/no-such-page/?q=<b>x</b>").content.decode()

    assert not re.search(r"Traceback|urlconf|settings\.py|<b>x</b>", page, re.IGNORECASE)


@pytest.mark.asvs("1.3.11", "1.3.3")
@pytest.mark.parametrize(
    ("email", "status"),
    [("a@b.example\r\nBcc: x@evil.example", 422), ("a@b.example\nSubject: x", 422), ("a\0@b.example", 400)],
)
def test_an_address_with_a_line_break_is_refused(sign_in, email, status):
    typed = {"email": email, "full_name": "Lê Vân", "role": "nurse", "first_day": "01/01/2026"}

    answer = sign_in(Role.ADMINISTRATOR).post(reverse("member-new"), typed)

    assert answer.status_code == status
    assert not OneTimeLink.objects.exists()


@pytest.mark.asvs("12.3.2")
def test_the_mail_client_checks_chain_and_name():
    context = EmailBackend(use_tls=True).ssl_context

    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.asvs("2.3.1")
def test_a_batch_is_not_accepted_before_it_was_tried(sign_in, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = sign_in()
    file = SimpleUploadedFile("a.csv", "Họ và tên;Vị trí\nLê Vân;C50.4\n".encode("utf-8-sig"))
    sent = client.post(reverse("batch-new"), {"files": file, "origin": "a", "kind": "discharge"})
    number = int(re.search(r"/batches/(\d+)/", sent["Location"])[1])

    assert client.post(reverse("batch-accept", args=[number])).status_code == 404
    assert Batch.objects.get(pk=number).state == "received"


def test_processes_that_start_at_once_sign_with_one_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANYAN_SECRET_KEY", raising=False)

    with ThreadPoolExecutor(16) as started:
        made = set(started.map(read_secret, [tmp_path] * 64))

    assert (len(made), [file.name for file in tmp_path.iterdir()]) == (1, ["secret_key"])


@pytest.mark.asvs("13.3.2")
def test_the_signing_key_and_files_are_readable_by_one_account_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("BANYAN_SECRET_KEY", raising=False)

    made = read_secret(tmp_path)

    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert (len(made) > 80, read_secret(tmp_path)) == (True, made)
    assert (live.FILE_UPLOAD_PERMISSIONS, live.FILE_UPLOAD_DIRECTORY_PERMISSIONS) == (0o600, 0o700)


@pytest.mark.asvs("5.3.1")
def test_uploaded_files_lie_outside_what_is_served(site):
    known = site("MEDIA_ROOT", "STATIC_ROOT", "STATICFILES_DIRS")
    stored = Path(known["MEDIA_ROOT"])

    served = [Path(known["STATIC_ROOT"]), *map(Path, known["STATICFILES_DIRS"])]
    assert not any(stored.is_relative_to(folder) or folder.is_relative_to(stored) for folder in served)
