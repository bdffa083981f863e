import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation
from django.utils.http import urlencode

STATE = "/help/?site=breast&sex=2&years=2020-2024&area=Ho%C3%A0n+Ki%E1%BA%BFm"


def choose(client: Client, language: str, wanted: str):
    return client.get(f"/language/{language}/?{urlencode({'next': wanted})}")


def test_first_visit_is_vietnamese_whatever_the_browser_says(client):
    page = client.get("/help/", headers={"accept-language": "en-US,en"})

    assert page.headers["Content-Language"] == "vi"
    assert '<html lang="vi"' in page.content.decode()


def test_switch_keeps_the_whole_query_string(client):
    answer = choose(client, "en", STATE)

    assert answer.status_code == 302
    assert answer.headers["Location"] == STATE
    assert '<html lang="en"' in client.get(STATE).content.decode()


def test_page_links_to_itself_in_the_other_language(client):
    page = client.get(STATE).content.decode()

    assert f"/language/en/?{urlencode({'next': STATE})}" in page


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/x", "javascript:alert(1)", "https:evil.example", "\\\\evil"],
)
def test_switch_never_leaves_for_another_host(client, wanted):
    assert choose(client, "en", wanted).headers["Location"] == "/"


def test_switch_refuses_a_language_that_is_not_ours(client):
    assert choose(client, "fr", "/").status_code == 404


@pytest.mark.parametrize(("theme", "shown"), [("dark", "dark"), ("light", "light"), ("auto", "light")])
def test_theme_is_kept_and_drawn_by_the_server(client, theme, shown):
    answer = client.get(f"/theme/{theme}/?{urlencode({'next': STATE})}")

    assert answer.headers["Location"] == STATE
    assert f'data-bs-theme="{shown}"' in client.get(STATE).content.decode()


def test_theme_follows_the_device_only_when_asked(client):
    assert 'data-theme="auto"' in client.get("/help/").content.decode()

    client.get("/theme/light/")

    assert 'data-theme="auto"' not in client.get("/help/").content.decode()


def test_theme_refuses_what_is_not_there(client):
    assert client.get("/theme/pink/").status_code == 404


def test_refused_form_switches_back_to_the_page_it_was_sent_from(client, db):
    sent_from = "http://testserver/accounts/login/?next=/help/"

    page = client.post("/accounts/login/", {"login": "", "password": ""}, headers={"referer": sent_from})

    assert f"/language/en/?{urlencode({'next': sent_from})}" in page.content.decode()
    assert choose(client, "en", sent_from).headers["Location"] == sent_from


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        (forms.CharField(), "", "Chưa ghi ô này."),
        (forms.IntegerField(), "hai", "Ghi một số nguyên."),
        (forms.IntegerField(max_value=120), "121", "Không được lớn hơn 120."),
        (forms.ChoiceField(choices=[("1", "nam")]), "3", "“3” không có trong danh sách."),
        (forms.EmailField(), "ha@", "Địa chỉ email chưa đúng dạng, ví dụ ten@benhvien.vn."),
    ],
)
def test_refusals_of_a_form_are_plain_vietnamese(field, typed, sentence):
    with translation.override("vi"), pytest.raises(ValidationError) as refused:
        field.clean(typed)

    with translation.override("vi"):
        assert refused.value.messages == [sentence]
