"""Where letters go: the address of one server, read once."""

import pytest

from banyan.config.mail import NOWHERE, read_mail


def test_no_address_is_no_letter(monkeypatch):
    monkeypatch.delenv("BANYAN_EMAIL_URL", raising=False)

    assert read_mail() == {"EMAIL_BACKEND": NOWHERE}


@pytest.mark.parametrize(
    ("scheme", "port", "tls", "ssl"),
    [("smtp", 25, False, False), ("smtp+tls", 587, True, False), ("smtps", 465, False, True)],
)
def test_address_is_taken_apart(monkeypatch, scheme, port, tls, ssl):
    monkeypatch.setenv("BANYAN_EMAIL_URL", f"{scheme}://lan%40x:a%2Fb@mail.example?from=banyan@x.example")

    read = read_mail()

    assert (read["EMAIL_PORT"], read["EMAIL_USE_TLS"], read["EMAIL_USE_SSL"]) == (port, tls, ssl)
    assert (read["EMAIL_HOST"], read["EMAIL_HOST_USER"], read["EMAIL_HOST_PASSWORD"]) == (
        "mail.example",
        "lan@x",
        "a/b",
    )
    assert read["DEFAULT_FROM_EMAIL"] == "banyan@x.example"


@pytest.mark.parametrize("address", ["mail.example:25", "http://mail.example", "smtp://"])
def test_nonsense_stops_the_start(monkeypatch, address):
    monkeypatch.setenv("BANYAN_EMAIL_URL", address)

    with pytest.raises(ValueError, match="BANYAN_EMAIL_URL must read"):
        read_mail()
