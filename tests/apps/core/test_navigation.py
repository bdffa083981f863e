import re

import pytest
from django.template.loader import get_template

from banyan.apps.core.choices import Capability, Role
from banyan.apps.core.presenters.navigation import PAGES, Page, choose_tabs, group_links, link_pages
from banyan.apps.core.rules import Viewer

VIEWER = Viewer(
    staff_id=1, name="Hà", role="administrator", facility_id=1, facility_name="R", level=3, whole_city=True
)


def page(url: str, group: str = "Mạng lưới", **more: object) -> Page:
    return Page(group=group, label=url, url=url, capability=Capability.MANAGE_STAFF, order=1, **more)


@pytest.mark.parametrize("path", ["/staff/", "/staff/new/", "/staff/7/"])
def test_this_page_is_the_longest_address_that_fits(path):
    links = [link for _, link in link_pages([page("home"), page("staff"), page("facilities")], path, VIEWER)]

    assert [link.label for link in links if link.here] == ["staff"]


def test_groups_keep_the_order_of_their_first_page():
    pages = [page("staff", "B"), page("history", "A"), page("facilities", "B")]

    groups = group_links(link_pages(pages, "/", VIEWER))

    assert [(group["title"], len(group["links"])) for group in groups] == [("B", 2), ("A", 1)]


def test_tabs_leave_room_for_the_rest():
    links = link_pages(
        [page("staff"), page("facilities"), page("history"), page("access-lines")], "/", VIEWER
    )

    assert choose_tabs(links)[1] is False
    assert len(choose_tabs(links)[0]) == 4

    tabs, more = choose_tabs([*links, *links[:1]])
    assert (len(tabs), more) == (3, True)


def test_count_is_asked_of_the_viewer():
    links = link_pages([page("staff", count=lambda viewer: viewer.staff_id + 36)], "/", VIEWER)

    assert links[0][1].count == 37


def test_every_page_has_an_icon_that_is_drawn_and_a_key_of_its_own():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', get_template("core/icons.html").render()))
    keys = [each.key for each in PAGES if each.key]

    assert {each.icon for each in PAGES} - drawn == set()
    assert len(keys) == len(set(keys))
    assert "h" not in keys  # the way home


def test_help_lists_the_keys_of_the_pages_that_open(client_as):
    page = client_as(Role.ADMINISTRATOR).get("/help/").content.decode()

    assert "<kbd>g</kbd> <kbd>p</kbd></dt><dd>Người làm việc" in page
    assert "Ai đã đổi gì?" not in page
