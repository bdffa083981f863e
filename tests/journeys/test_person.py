"""A registrar looks for somebody, adds her, finds her twice in the register, makes one of the two, and takes it back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

NAME, PLAIN = "Quách Thị Uyển Nhi", "quach thi uyen nhi"
PHONE = {"width": 390, "height": 844}


class Registrar:
    """What she does and sees, in her own words."""

    def __init__(self, page: Page, city: str, accessible: Callable[[Page], None]) -> None:
        self.page, self.city, self.accessible = page, city, accessible

    def stands_on(self, path: str) -> None:
        self.page.wait_for_url(re.compile(path))
        self.accessible(self.page)

    def looks_for(self, text: str) -> None:
        self.page.goto(f"{self.city}/people/")
        self.page.fill("main input[name=q]", text)
        self.page.press("main input[name=q]", "Enter")
        self.stands_on(r"/people/\?kept=")
        assert text not in self.page.url

    def types(self, **fields: str) -> None:
        for name, text in fields.items():
            control = self.page.locator(f"main [name={name}]")
            if control.evaluate("node => node.tagName") == "SELECT":
                control.select_option(text)
            else:
                control.fill(text)

    def adds(self, **fields: str) -> None:
        self.types(**fields)
        self.page.click("main form button.btn-1")

    def number(self) -> str:
        self.page.wait_for_url(re.compile(r"/people/NB-\d+/$"))
        return self.page.url.rstrip("/").rpartition("/")[2]

    def sees_no_sideways_scroll(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"


@pytest.fixture
def registrar(sign_in: Callable[[str], Page], city: str, accessible: Callable[[Page], None]) -> Registrar:
    return Registrar(sign_in("registrar"), city, accessible)


def test_one_person_twice_in_the_register_becomes_one_and_two_again(registrar: Registrar) -> None:
    page = registrar.page

    # given somebody whom nobody knows
    registrar.looks_for(NAME)
    page.click("main a.btn-1[href*='/people/new/']")
    registrar.stands_on(r"/people/new/")

    # when she is added, what was looked for need not be typed again
    assert page.input_value("main [name=full_name]") == NAME
    registrar.adds(birth="12031968", sex="2", citizen_id="001168994127")
    first = registrar.number()
    registrar.accessible(page)

    # when somebody else types her a little wrong, she is shown while it is typed
    page.goto(f"{registrar.city}/people/new/")
    registrar.types(full_name=PLAIN, birth="12/03/1968")
    expect(page.locator(f"#alike [data-person='{first}']")).to_be_visible()
    assert page.locator("#alike").get_attribute("aria-live") == "polite"
    registrar.accessible(page)

    # and is asked about once more before a second record is made
    registrar.adds(sex="2")
    expect(page.locator("main button[name=new]")).to_be_visible()
    registrar.accessible(page)
    page.click("main button[name=new]")
    second = registrar.number()
    assert second != first

    # when the two are put side by side, each fact is chosen with the keyboard
    page.fill("#other", first)
    page.press("#other", "Enter")
    registrar.stands_on(rf"/people/{second}/merge/{first}/")
    page.focus("[name=full_name][value=kept]")
    page.keyboard.press("ArrowRight")
    assert page.locator("[name=full_name][value=gone]").is_checked()
    registrar.types(reason="Cùng một thẻ căn cước")
    page.press("main [name=reason]", "Enter")
    assert registrar.number() == second
    assert NAME in page.locator("main h1").inner_text()

    # then the old number leads to the record that holds all
    page.goto(f"{registrar.city}/people/{first}/")
    assert registrar.number() == second

    # when it was a mistake, both are there again as they were
    page.goto(f"{registrar.city}/people/{second}/history/")
    registrar.accessible(page)
    page.click("main a[href*='/undo/']")
    registrar.stands_on(r"/people/merges/\d+/undo/")
    registrar.adds(reason="Hai chị em")
    assert registrar.number() == first
    page.goto(f"{registrar.city}/people/{second}/")
    assert page.locator("main h1").inner_text().strip() == PLAIN


def test_a_number_that_does_not_fit_is_asked_and_stands_with_a_reason(registrar: Registrar) -> None:
    page = registrar.page
    page.goto(f"{registrar.city}/people/new/")

    registrar.adds(full_name="Quách Văn Bản", birth="1971", sex="1", citizen_id="001171004321")
    expect(page.locator("main [name=identity_reason]")).to_be_visible()
    registrar.accessible(page)
    registrar.adds(identity_reason="Thẻ in sai, đã có giấy xác nhận")

    registrar.number()
    assert "Thẻ in sai" in page.locator("main").inner_text()


def test_every_page_of_a_person_fits_a_phone_and_speaks_english(registrar: Registrar) -> None:
    page = registrar.page
    registrar.looks_for("nguyen thi")
    page.locator("main table a").first.click()
    number = registrar.number()
    page.click("nav.lang a[lang=en]")
    page.set_viewport_size(PHONE)

    paths = ("", "edit/", "history/", "residences/new/")
    for path in (
        *(f"/people/{number}/{path}" for path in paths),
        "/people/",
        "/people/new/",
        "/people/duplicates/",
    ):
        assert page.goto(registrar.city + path).status == 200
        assert page.locator("html").get_attribute("lang") == "en"
        registrar.sees_no_sideways_scroll()
        registrar.accessible(page)
    page.goto(f"{registrar.city}/people/")
    page.click("nav.lang a[lang=vi]")


def test_likely_pairs_are_found_by_a_job_and_decided_once(registrar: Registrar) -> None:
    page = registrar.page
    for name in ("Quách Thị Đôi", "Quach Thi Doi"):
        page.goto(f"{registrar.city}/people/new/")
        registrar.adds(full_name=name, birth="05051955", sex="2")
        if page.locator("main button[name=new]").count():
            page.click("main button[name=new]")
        number = registrar.number()

    page.goto(f"{registrar.city}/people/duplicates/")
    page.click("form[action$='/find/'] button")
    page.wait_for_url(re.compile(r"/(jobs/[0-9a-f-]+|people/duplicates)/$"))
    page.wait_for_url(re.compile(r"/people/duplicates/$"), timeout=120_000)
    registrar.accessible(page)
    row = page.locator("[data-pair]", has_text=number)
    row.locator("button").click()

    expect(page.locator("[data-pair]", has_text=number)).to_have_count(0)


def test_a_patient_is_told_who_looked(
    sign_in: Callable[[str], Page], city: str, accessible: Callable[[Page], None]
) -> None:
    page = sign_in("officer")
    page.goto(f"{city}/people/")
    page.locator("main table a").first.click()
    page.wait_for_url(re.compile(r"/people/NB-\d+/$"))
    name = page.locator("main h1").inner_text()

    page.click("main a[href$='/seen/']")
    accessible(page)

    assert name in page.locator(".person").inner_text()
    assert page.locator("main tbody tr").count() >= 3
