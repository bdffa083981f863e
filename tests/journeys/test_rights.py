"""A doctor breaks the glass and others hear of it; a patient's word and her request are taken down; in a real browser."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

REASON = "Hôn mê, không có người nhà đi cùng."


class Somebody:
    """One member of staff in a browser of her own."""

    def __init__(self, page: Page, city: str, accessible: Callable[[Page], None]) -> None:
        self.page, self.city, self.accessible = page, city, accessible

    def opens(self, path: str) -> None:
        assert self.page.goto(self.city + path).status == 200
        self.accessible(self.page)

    def speaks(self, language: str) -> None:
        self.page.context.add_cookies([{"name": "banyan_language", "value": language, "url": self.city}])

    def may_open(self, path: str) -> bool:
        return self.page.goto(self.city + path).status == 200

    def person_numbers(self) -> list[str]:
        self.opens("/people/")
        return self.page.locator("main a[href*='/people/NB-']").evaluate_all(
            "links => links.map(link => link.getAttribute('href').split('/')[2])"
        )


@pytest.fixture
def enter(
    browser: Browser, city: str, accessible: Callable[[Page], None], let_in: Callable[..., None]
) -> Iterator[Callable[[str], Somebody]]:
    contexts = []

    def sign_in(account: str) -> Somebody:
        context = browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh")
        contexts.append(context)
        page = context.new_page()
        let_in(page, account, "/help/")
        return Somebody(page, city, accessible)

    yield sign_in
    for context in contexts:
        context.close()


@pytest.fixture
def stranger(enter: Callable[[str], Somebody]) -> tuple[Somebody, str]:
    """A doctor, and the number of somebody whom she does not care for."""
    numbers = enter("officer").person_numbers()
    doctor = enter("doctor")
    return doctor, next(number for number in numbers if not doctor.may_open(f"/people/{number}/"))


def test_breaking_the_glass_is_seen_and_judged(stranger, enter):
    doctor, number = stranger
    doctor.opens("/glass/")
    doctor.page.fill("input[name=number]", number)
    doctor.page.select_option("select[name=reason]", "emergency")
    doctor.page.fill("textarea[name=words]", REASON)
    doctor.page.check("input[name=sure]")
    doctor.page.click("main form button.btn-1")
    expect(doctor.page.locator("p.glass")).to_be_visible()
    doctor.accessible(doctor.page)

    officer = enter("officer")
    officer.opens("/alerts/")
    expect(officer.page.locator("main li.msg").first).to_contain_text(number)
    officer.opens("/grants/")
    officer.page.locator("main tr", has_text=number).locator("a.btn").first.click()
    officer.accessible(officer.page)
    officer.page.check("input[value=justified]")
    officer.page.fill("textarea[name=words]", "Đúng quy trình cấp cứu.")
    officer.page.click("main form button.btn-1")
    expect(officer.page.locator("main .st-ok").first).to_be_visible()


def test_a_refused_form_leads_to_what_is_missing(enter):
    doctor = enter("doctor")
    doctor.opens("/glass/")

    doctor.page.click("main form button.btn-1")

    expect(doctor.page.locator("section.msg.e")).to_be_focused()
    doctor.accessible(doctor.page)


def test_a_word_of_the_patient_is_written_by_keyboard(enter):
    nurse = enter("nurse")
    number = nurse.person_numbers()[0]
    nurse.opens(f"/people/{number}/consent/")
    expect(nurse.page.locator("input:checked")).to_have_count(0)

    nurse.page.locator("summary", has_text="thử nghiệm").press("Enter")
    nurse.page.locator("input[name=trials-decision][value=given]").press("Space")
    nurse.page.locator("select[name=trials-way]").select_option("paper")
    nurse.page.locator("input[name=trials-evidence]").press("Enter")

    expect(nurse.page.locator("section[aria-labelledby=purpose-trials] .st-ok").first).to_contain_text(
        "đồng ý"
    )
    nurse.accessible(nurse.page)


OF_ALL = ("/requests/", "/breaches/", "/breaches/new/", "/erasures/", "/retention/", "/terms/", "/access/")
OF_ONE = ("", "consent/", "requests/new/", "file/", "erasure/")


@pytest.mark.parametrize("language", ["vi", "en"])
# on a phone test_every_page.py opens those that are the same for whoever may see them
@pytest.mark.parametrize(("width", "of_all"), [(1280, OF_ALL), (390, ())])
def test_the_officer_s_pages_are_for_everybody(enter, language, width, of_all):
    officer = enter("officer")
    officer.speaks(language)
    officer.page.set_viewport_size({"width": width, "height": 844})
    number = officer.person_numbers()[0]

    for path in (*of_all, *(f"/people/{number}/{path}" for path in OF_ONE)):
        officer.opens(path)
        assert officer.page.evaluate("document.documentElement.scrollWidth") <= width, path
