"""Which role opens which page: the others learn nothing, not even that it exists."""

import pytest

from banyan.apps.core.choices import Role

STAFF_PAGES = ["/staff/", "/staff/new/", "/facilities/", "/machines/", "/machines/new/"]
AUDIT_PAGES = ["/history/", "/access/"]
OPENS = {
    Role.ADMINISTRATOR: STAFF_PAGES,
    Role.AUDITOR: AUDIT_PAGES,
    Role.OFFICER: AUDIT_PAGES,
    Role.NURSE: [],
    Role.DOCTOR: [],
    Role.REGISTRAR: [],
    Role.EPIDEMIOLOGIST: [],
}


@pytest.mark.parametrize("role", Role.values)
def test_pages_by_role(client_as, centre, role):
    client = client_as(role, centre)

    answers = {address: client.get(address).status_code for address in STAFF_PAGES + AUDIT_PAGES}

    assert answers == {
        address: 200 if address in OPENS[role] else 404 for address in STAFF_PAGES + AUDIT_PAGES
    }


@pytest.mark.parametrize("address", STAFF_PAGES + AUDIT_PAGES)
def test_stranger_signs_in_first(client, db, address):
    assert client.get(address).headers["Location"] == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(("role", "shown"), [(Role.ADMINISTRATOR, 3), (Role.AUDITOR, 2)])
def test_navigation_lists_what_the_role_opens(client_as, centre, role, shown, language):
    client = client_as(role, centre)
    client.cookies["banyan_language"] = language

    page = client.get(OPENS[role][0]).content.decode()

    listed = page.split('id="pages"')[1].split("</nav>")[0]
    assert listed.count("<li>") == shown
    assert listed.count('aria-current="page"') == 1
