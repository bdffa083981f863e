"""Which passwords are taken, and which not: the long and unlike, never the many signs."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.choices import Role
from banyan.apps.network.rules.password import CONTEXT_WORDS, is_breached, is_guessable

GOOD = "muong-tre-xanh-ven-song"


@pytest.fixture
def staff(make_staff, centre):
    return make_staff(Role.AUDITOR, centre, "Trần Thu Hà")


def codes(password: str, user=None) -> set[str]:
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return {error.code for error in refused.error_list}
    return set()


@pytest.mark.asvs("6.2.1")
def test_twelve_characters_at_least(staff):
    assert "password_too_short" in codes("q7#zR!vK2mX", staff)
    assert codes("q7#zR!vK2mXw", staff) == set()


@pytest.mark.asvs("6.2.5", "6.2.9", "6.2.8")
@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "CHỈ TOÀN CHỮ HOA VÀ DẤU CÁCH",
        "mưa rào trên mái tôn cũ",
        "9" + "37160524" * 8 + "x" * 64,
        "🌳 cây đa đầu đình 🌳",
    ],
)
def test_any_signs_will_do_and_length_has_no_end(staff, password):
    assert codes(password, staff) == set()
    staff.set_password(password)
    assert staff.check_password(password)
    assert not staff.check_password(password[:-1])
    assert not staff.check_password(
        password.swapcase() if password.swapcase() != password else password + " "
    )


@pytest.mark.asvs("6.2.4")
@pytest.mark.parametrize("password", ["passwordpassword", "123456789012", "qwertyuiopas", "iloveyouforever"])
def test_common_passwords_are_refused(staff, password):
    assert codes(password, staff) != set()


@pytest.mark.asvs("6.2.11", "6.1.2")
@pytest.mark.parametrize(
    "password",
    [
        *("Mật khẩu 123456", "matkhau@2026!", "banyanbanyan1", "Banyan-2026-2026", "benhvien@12345"),
        *("ungthu123456789", "anhyeuem123456", "tranthuha2026", "TrầnThuHà@123", "trungtamghinhan1"),
    ],
)
def test_words_of_the_house_and_of_the_person_are_refused(staff, password):
    assert "guessable" in codes(password, staff) or "password_too_similar" in codes(password, staff)


def test_own_email_is_refused(staff):
    assert codes(staff.email, staff) != set()


@given(st.text(min_size=1, max_size=300))
def test_no_text_breaks_the_judgement(password):
    assert is_guessable(password) in {True, False}


@pytest.fixture(scope="module")
def breached(tmp_path_factory):
    words = ["muong-tre-xanh-ven-song", *(f"word number {number}" for number in range(500))]
    lines = sorted(
        f"{hashlib.sha1(word.encode(), usedforsecurity=False).hexdigest().upper()}:{number + 1}"
        for number, word in enumerate(words)
    )
    path = tmp_path_factory.mktemp("breached") / "hashes.txt"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode())
    return path, words


@pytest.mark.asvs("6.2.12")
def test_each_line_of_the_file_is_found_and_nothing_else(breached):
    path, words = breached

    assert all(is_breached(word, path) for word in words)
    assert not any(is_breached(f"other {word}", path) for word in words)


def test_file_with_one_line_or_none(tmp_path):
    path = tmp_path / "hashes.txt"
    path.write_text("")
    assert not is_breached("anything", path)

    path.write_text(hashlib.sha1(b"anything", usedforsecurity=False).hexdigest().upper())
    assert is_breached("anything", path)
    assert not is_breached("nothing", path)


@pytest.mark.asvs("6.2.12")
def test_breached_password_is_refused_where_the_site_has_the_file(staff, breached, settings):
    assert codes(GOOD, staff) == set()

    settings.BREACHED_PASSWORDS = str(breached[0])

    assert codes(GOOD, staff) == {"breached"}


@pytest.mark.asvs("6.2.2", "6.2.3")
def test_change_asks_for_the_present_password(staff, come_in):
    client = come_in(staff)
    new = {"password1": GOOD, "password2": GOOD}

    client.post("/accounts/password/change/", {**new, "oldpassword": "not-this-one-at-all"})
    staff.refresh_from_db()
    assert not staff.check_password(GOOD)

    client.post("/accounts/password/change/", {**new, "oldpassword": "correct-horse-battery"})
    staff.refresh_from_db()
    assert staff.check_password(GOOD)


@pytest.mark.asvs("6.2.6", "6.2.7")
def test_password_fields_are_masked_and_may_be_pasted_into(db):
    page = Client().get("/accounts/login/").content.decode()

    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert "core/reveal.js" in page


@pytest.mark.asvs("6.4.2")
def test_there_is_no_hint_and_no_secret_question(db):
    assert Client().get("/accounts/password/reset/").status_code == 404


@pytest.mark.asvs("11.4.2")
def test_argon2_keeps_them():
    from banyan.config.settings import PASSWORD_HASHERS

    assert PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


@pytest.mark.asvs("6.1.2")
def test_words_of_the_house_are_all_documented():
    text = (Path(__file__).parents[3] / "docs/explanation/sign-in.md").read_text(encoding="utf-8")
    listed = text.split("(ASVS 6.1.2): ")[1].split(". A password")[0]

    assert listed.replace("\n", " ").split(", ") == list(CONTEXT_WORDS)
