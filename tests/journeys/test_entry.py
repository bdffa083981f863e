"""A registrar's keyboard: a case from paper, two people at one case, a browser that dies in the middle."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

PASSWORD = "banyan-thanh-pho-mau"


@pytest.fixture(scope="module")
def signed_in() -> dict[str, object]:
    """What the browsers of those who signed in once hold: nobody waits for a password twice."""
    return {}


@pytest.fixture
def open_page(browser: Browser, city: str, signed_in: dict) -> Iterator[Callable[..., Page]]:
    """A browser of her own for each person, signed in; closed at the end."""
    contexts = []

    def enter(account: str = "registrar", **options: object) -> Page:
        state = signed_in.get(account)
        context = browser.new_context(
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            base_url=city,
            storage_state=state,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        if state is None:
            sign_in(page, account)
            signed_in[account] = context.storage_state()
        return page

    yield enter
    for context in contexts:
        context.close()


def sign_in(page: Page, account: str) -> None:
    page.goto("/accounts/login/")
    page.fill("input[name=login]", f"{account}@banyan.demo")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/login" not in url)


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.pressed += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += key.count("+") + 1

    def line(self, text: str) -> None:
        """Type into the field that has the focus, and go on to the next."""
        self.type(text)
        self.press("Enter")


def start_paper(page: Page) -> None:
    """Open an empty paper form, whatever draft an earlier test left."""
    page.goto("/cases/new/")
    if page.locator("button[name=discard]").count():
        page.click("button[name=discard]")
    expect(page.locator("[name=full_name]")).to_be_focused()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.name || document.activeElement.id")


def test_a_case_from_paper_is_typed_by_keyboard_alone(open_page, accessible) -> None:
    page = open_page()
    start_paper(page)
    accessible(page)
    keys = Keys(page)

    # who it is: name, sex, birth, citizen number, insurance
    keys.line("Đào Thị Thử Phím")
    keys.line("2")
    keys.line("12031968")
    keys.line("001168990011")
    keys.line("")
    # paper, ward, vital status, last contact, death
    for _step in range(5):
        keys.press("Enter")
    # the tumour, typed without waiting for any list
    keys.line("c50,4")
    keys.line("1")
    keys.line("85003")
    keys.line("2")
    keys.line("71")
    keys.line("082024")
    keys.line("2")
    for category in ("2", "1", "0"):
        keys.line(category)
    keys.press("Control+s")

    page.wait_for_url(re.compile(r"/cases/HN-2024-\d+/$"))
    shown = {
        name: page.input_value(f"[name={name}]")
        for name in ("full_name", "sex", "birth_date", "topography", "morphology", "basis", "grade", "stage")
    }
    assert shown == {
        "full_name": "Đào Thị Thử Phím",
        "sex": "2",
        "birth_date": "12/03/1968",
        "topography": "C50.4",
        "morphology": "8500/3",
        "basis": "7.1",
        "grade": "2",
        "stage": "II",
    }
    assert page.input_value("[name=incidence_date]") == "08/2024"
    # at 120 keys a minute, a slow hand, that is under a minute; three are allowed
    assert keys.pressed < 120
    accessible(page)


@pytest.mark.parametrize("typed", ["c50.4", "C504", "c50,4", "504"])
def test_the_exact_code_wins_however_fast_it_is_typed(open_page, typed) -> None:
    page = open_page()
    start_paper(page)
    field = page.locator("[name=topography]")
    field.focus()

    page.keyboard.type(typed, delay=0)
    page.keyboard.press("Enter")

    expect(field).to_have_value("C50.4")
    assert focused(page) == "laterality"


def test_the_list_of_codes_is_a_combobox(open_page, accessible) -> None:
    page = open_page()
    start_paper(page)
    field = page.locator("[name=topography]")
    field.focus()
    page.keyboard.type("da day")
    options = page.locator("#id_topography_codes [role=option]")
    expect(options.first).to_be_visible()
    accessible(page)
    assert field.get_attribute("aria-expanded") == "true"

    # arrows and Home, End move the mark, not the caret; Escape gives back what stood there
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "id_topography_codes_1"
    page.keyboard.press("End")
    assert field.get_attribute("aria-activedescendant") == f"id_topography_codes_{options.count() - 1}"
    page.keyboard.press("Home")
    assert field.get_attribute("aria-activedescendant") == "id_topography_codes_0"
    page.keyboard.press("Escape")
    expect(field).to_have_value("")
    assert field.get_attribute("aria-expanded") == "false"

    # a heading means its unspecified subsite; its words stand beside it and are tied to it
    page.keyboard.type("c50")
    page.keyboard.press("Enter")
    expect(field).to_have_value("C50.9")
    echo = page.locator("#id_topography_echo")
    assert echo.inner_text().startswith("Vú")
    assert "id_topography_echo" in field.get_attribute("aria-describedby").split()


def test_unknown_is_one_key_and_dates_say_how_they_were_read(open_page) -> None:
    page = open_page()
    start_paper(page)
    said = {}
    for text in ("24112026", "24/11/2026", "112026", "2026", "9", "31112026"):
        page.fill("[name=birth_date]", text)
        page.locator("[name=birth_date]").blur()
        said[text] = page.locator("#id_birth_date_echo").inner_text()
    assert said == {
        "24112026": "24/11/2026, đủ ngày",
        "24/11/2026": "đủ ngày",
        "112026": "11/2026, biết tháng",
        "2026": "biết năm",
        "9": "không rõ",
        "31112026": "chưa thành ngày",
    }

    page.locator("[name=topography]").focus()
    for _field in range(5):
        page.keyboard.press("F9")
    names = ("topography", "laterality", "morphology", "grade", "basis")
    assert [page.input_value(f"[name={name}]") for name in names] == ["C80.9", "9", "8000/3", "9", "9"]
    assert focused(page) == "incidence_date"


def test_errors_take_the_focus_and_lead_to_their_fields(open_page, accessible) -> None:
    page = open_page()
    start_paper(page)
    page.fill("[name=full_name]", "Lê Văn Sai")
    page.fill("[name=topography]", "C99.9")
    page.fill("[name=incidence_date]", "31112024")
    page.keyboard.press("Control+Enter")

    summary = page.locator(".msg.e")
    expect(summary).to_be_focused()
    accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "sex"
    page.keyboard.press("Alt+e")
    assert focused(page) == "topography"
    field = page.locator("[name=topography]")
    assert "id_topography_error" in field.get_attribute("aria-describedby").split()
    assert "C99.9" in page.locator("#id_topography_error").inner_text()
    assert page.input_value("[name=incidence_date]") == "31112024"
    assert page.input_value("[name=full_name]") == "Lê Văn Sai"


def open_first_case(page: Page, site: str) -> str:
    page.goto(f"/cases/?q=&site={site}&sort=oldest")
    number = page.locator("main table a").first.inner_text()
    page.goto(f"/cases/{number}/")
    return number


def save(page: Page, key: str = "Control+s") -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


def test_two_people_at_one_case_lose_nothing(open_page, accessible) -> None:
    # given two registrars in the same case
    first, second = open_page(), open_page("hospital")
    second.goto("/cases/?q=&sort=oldest")
    number = second.locator("main table a").first.inner_text()
    first.goto(f"/cases/{number}/")
    second.goto(f"/cases/{number}/")
    grade = "3" if first.input_value("[name=grade]") != "3" else "4"
    other = "2" if first.input_value("[name=grade]") != "2" else "1"
    stage = "IV" if first.input_value("[name=stage]") != "IV" else "III"
    node = "3a" if first.input_value("[name=n]") != "3a" else "2"

    # when the first saves grade and stage, and the second another grade and the side
    first.fill("[name=grade]", grade)
    first.fill("[name=stage]", stage)
    first.fill("[name=reason]", "1")
    save(first)
    second.fill("[name=grade]", other)
    second.fill("[name=n]", node)
    second.fill("[name=reason]", "Hội chẩn lại ngày 12/10")
    save(second)

    # then she sees both, with who and when; what only the other changed is proposed, the clash is hers to decide
    meet = second.locator(".meet")
    expect(meet).to_be_focused()
    accessible(second)
    assert second.locator("[name=decide_stage]:checked").get_attribute("value") == "theirs"
    assert second.locator("[name=decide_grade]:checked").count() == 0
    assert "Trần Thu Hà" in meet.inner_text()
    assert "vì: Có kết quả mới" in meet.inner_text()
    assert second.input_value("[name=grade]") == other
    assert second.input_value("[name=n]") == node

    # when she saves with the clash open, it is asked again; decided by keyboard, it is saved
    save(second)
    expect(second.locator(".meet .wrong a")).to_have_text(["Độ mô học"])
    second.locator("[name=decide_grade]").first.focus()
    second.keyboard.press("Space")
    save(second)
    expect(second.locator(".said.success, .said").first).to_be_visible()
    kept = [second.input_value(f"[name={name}]") for name in ("grade", "stage", "n")]
    assert kept == [other, stage, node]

    # and the history has both saves with their reasons
    second.goto(f"/cases/{number}/history/")
    history = second.locator("main").inner_text()
    assert "vì: Có kết quả mới" in history
    assert "vì: Hội chẩn lại ngày 12/10" in history


def test_a_coded_value_changes_only_with_a_reason(open_page, accessible) -> None:
    page = open_page()
    open_first_case(page, "lung")
    side = "2" if page.input_value("[name=laterality]") == "1" else "1"
    page.fill("[name=laterality]", side)
    save(page)
    expect(page.locator(".msg.e")).to_be_focused()
    accessible(page)

    # one key from the summary's field, and it is told in words
    page.keyboard.press("Alt+r")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    assert page.locator("#id_reason_echo").inner_text() == "Gõ nhầm, sửa theo giấy"
    save(page)
    assert page.input_value("[name=laterality]") == side


@pytest.mark.asvs("14.3.3")
def test_what_was_typed_outlives_the_browser(open_page, accessible) -> None:
    # given a case half typed
    page = open_page()
    start_paper(page)
    page.keyboard.type("Vũ Văn Nửa Chừng")
    page.fill("[name=topography]", "c34.1")
    expect(page.locator("#draft-state")).to_contain_text("Đã giữ nháp lúc")

    # when the browser dies
    page.context.close()

    # then a new one offers it, and it is there
    again = open_page()
    again.goto("/cases/new/")
    offer = again.locator("a[href='?draft=open']")
    expect(offer).to_be_focused()
    accessible(again)
    again.keyboard.press("Enter")
    again.wait_for_url("**/cases/new/?draft=open")
    assert again.input_value("[name=full_name]") == "Vũ Văn Nửa Chừng"
    assert again.input_value("[name=topography]").lower() == "c34.1"
    kept = again.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "Nửa" not in kept
    assert "34.1" not in kept

    # and thrown away it is gone
    again.locator("button[name=discard]").click()
    again.goto("/cases/new/")
    assert again.locator("a[href='?draft=open']").count() == 0


def test_a_page_without_its_server_keeps_what_was_typed_and_says_so(open_page) -> None:
    page = open_page()
    number = open_first_case(page, "stomach")
    page.context.set_offline(True)
    page.fill("[name=grade]", "4")
    state = page.locator("#draft-state[data-state=lost]")
    expect(state).to_be_visible()

    # sending does not leave the page
    page.keyboard.press("Control+s")
    expect(state).to_be_visible()
    assert page.url.endswith(f"/cases/{number}/")
    assert page.input_value("[name=grade]") == "4"

    # when the connection is back, it is kept
    page.context.set_offline(False)
    expect(page.locator("#draft-state[data-state=kept]")).to_be_visible(timeout=20_000)


def test_an_expired_session_loses_nothing(open_page) -> None:
    page = open_page()
    number = open_first_case(page, "colorectum")
    page.fill("[name=t]", "4b")
    expect(page.locator("#draft-state[data-state=kept]")).to_be_visible()

    # the session ends while she goes on typing
    page.context.clear_cookies()
    page.fill("[name=n]", "2c")
    expect(page.locator("#draft-state[data-state=ended] a")).to_be_visible()

    # she signs in again in another tab; the first goes on by itself
    tab = page.context.new_page()
    sign_in(tab, "registrar")
    expect(page.locator("#draft-state[data-state=kept]")).to_be_visible(timeout=20_000)
    tab.goto(f"/cases/{number}/?draft=open")
    assert [tab.input_value("[name=t]"), tab.input_value("[name=n]")] == ["4b", "2c"]


def test_a_known_person_is_taken_and_not_typed_twice(open_page, accessible) -> None:
    # given a person whom the register knows
    page = open_page()
    open_first_case(page, "breast")
    name, born, sex = (page.input_value(f"[name={field}]") for field in ("full_name", "birth_date", "sex"))

    # when her name and birth are typed again
    start_paper(page)
    page.keyboard.type(name)
    page.select_option("[name=sex]", sex)
    page.fill("[name=birth_date]", born)
    page.fill("[name=topography]", "c18.7")
    take = page.locator("button[name=use_person]").first
    expect(take).to_be_visible()
    accessible(page)

    # then she is taken by a key; what was typed of the tumour stays, and there is a way back
    page.keyboard.press("Alt+p")
    expect(take).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert name in page.locator(".known-one").inner_text()
    accessible(page)
    assert page.input_value("[name=topography]").upper() == "C18.7"
    with page.expect_navigation():
        page.click("button[name=leave_person]")
    assert page.input_value("[name=full_name]") == name


def test_nothing_sticks_over_the_field_one_types_in(open_page) -> None:
    page = open_page()
    page.set_viewport_size({"width": 1280, "height": 640})
    open_first_case(page, "lung")
    names = page.locator("#editor input:not([type=hidden]), #editor select").evaluate_all(
        "fields => fields.map(field => field.name)"
    )
    covered = []
    for name in names:
        page.locator(f"#editor [name={name}]").first.focus()
        is_free = page.evaluate(
            """() => { const field = document.activeElement, box = field.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + 4, box.y + box.height / 2);
            return field === top || field.closest('.in').contains(top); }"""
        )
        if not is_free:
            covered.append(name)
    assert covered == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_entry_pages_fit_a_phone(open_page, accessible, language) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"/language/{language}/?next=/cases/new/")
    widths = []
    start_paper_or_stay = page.url
    assert start_paper_or_stay.endswith("/cases/new/")
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    accessible(page)
    open_first_case(page, "lung")
    widths.append(page.evaluate("document.documentElement.scrollWidth"))
    accessible(page)
    assert widths == [390, 390]
