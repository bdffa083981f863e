import pytest

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Facility


@pytest.fixture
def admin(client_as, centre):
    return client_as(Role.ADMINISTRATOR, centre)


def add_stations(first: int, last: int) -> None:
    Facility.objects.bulk_create(
        Facility(
            code=f"S{number:03}",
            name_vi=f"Trạm y tế phường Đống Đa {number}",
            name_en=f"Dong Da {number} Station",
            level=1,
            kind="station",
        )
        for number in range(first, last)
    )


def rows(page: bytes) -> int:
    return page.decode().split("<tbody>")[1].count("<tr>")


def test_list_is_paged_and_keeps_the_search(admin):
    add_stations(0, 60)

    first = admin.get("/facilities/?q=dong+da")

    assert rows(first.content) == 50
    assert 'href="?q=dong+da&amp;page=2"' in first.content.decode()
    assert rows(admin.get("/facilities/?q=dong+da&page=2").content) == 10


@pytest.mark.parametrize("text", ["song nhue", "Sông Nhuệ", "nhuệ SÔNG", "h-1"])
def test_search_with_and_without_accents(admin, hospital, text):
    assert rows(admin.get("/facilities/", {"q": text}).content) == 1


def test_search_without_a_match_says_so(admin):
    assert "Không có cơ sở nào khớp" in admin.get("/facilities/?q=zzz").content.decode()


def test_level_narrows(admin, hospital):
    add_stations(0, 3)

    assert rows(admin.get("/facilities/?level=2").content) == 1
    assert rows(admin.get("/facilities/?level=9").content) == 5


def test_staff_are_counted_once_each(admin, hospital, make_staff):
    for _ in range(3):
        make_staff(Role.REGISTRAR, hospital)

    page = admin.get("/facilities/?level=2").content.decode()

    assert '<td class="n">3</td>' in page


def test_list_costs_the_same_queries_with_few_and_with_many(django_assert_num_queries, admin):
    add_stations(0, 3)
    with django_assert_num_queries(5):  # session, account, postings, count, page
        admin.get("/facilities/")
    add_stations(3, 40)
    with django_assert_num_queries(5):
        admin.get("/facilities/")


def test_specialised_level_first_then_vietnamese_order(admin, hospital):
    for number, name in enumerate(
        ("Trạm Đống Đa", "Trạm Dương Nội", "Trạm Ba Đình", "Trạm Ô Diên", "Trạm Oanh")
    ):
        Facility.objects.create(code=f"S{number}", name_vi=name, name_en=name, level=1, kind="station")

    page = admin.get("/facilities/").content.decode()

    wanted = ["Trung tâm", "Sông Nhuệ", "Ba Đình", "Dương Nội", "Đống Đa", "Oanh", "Ô Diên"]
    places = [page.split("<tbody>")[1].index(name) for name in wanted]
    assert places == sorted(places)
