"""A working day: registrars, nurses, doctors and epidemiologists at their pages. Run by `run.py`.

Each colleague is signed in, asks on average one page in two seconds, and follows what a page shows: a list leads to a
record, a record to its form, a form back to a save. Figures are asked for in some dozens of states, as a team does.
"""

import itertools
import json
import os
import random
import re
import time
from html.parser import HTMLParser
from http.cookiejar import Cookie
from pathlib import Path
from urllib.parse import urlencode

from locust import FastHttpUser, task

SESSIONS = json.loads(Path(os.environ["BANYAN_VAR"], "sessions.json").read_text())
PACE = float(os.environ.get("BANYAN_PACE", "0.5"))  # pages a second of each colleague
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ"]
GIVEN = ["Hoa", "Lan", "Minh", "Hùng", "Dũng", "Hạnh", "Tuấn", "Ngọc", "Bình", "Sơn"]
SITES = ["all", "breast", "lung", "liver", "stomach", "colon", "cervix", "thyroid"]
CASE = re.compile(r'href="/cases/([A-Z0-9]+-\d{4}-\d+)/"')
PERSON = re.compile(r'href="/people/(NB-\d+)/"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
CONFLICT = 409
queues = {
    role: itertools.cycle([one["session"] for one in SESSIONS if one["role"] == role])
    for role in {one["role"] for one in SESSIONS}
}


class FormReader(HTMLParser):
    """The fields of the forms of a page, as a browser would send them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        kind, name = known.get("type", ""), known.get("name", "")
        if tag == "input" and name and (kind not in {"radio", "checkbox", "submit"} or "checked" in known):
            self.fields[name] = known.get("value", "")
        elif tag in {"select", "textarea"}:
            self.inside = name
        elif tag == "option" and self.inside and "selected" in known:
            self.fields[self.inside] = known.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.inside and data.strip():
            self.fields[self.inside] = data


def make_cookie(name: str, value: str) -> Cookie:
    return Cookie(
        0, name, value, None, False, "127.0.0.1", True, False, "/", True, False, None, False, None, None, {}
    )


def draw_name() -> str:
    return f"{random.choice(FAMILY)} {random.choice(['Văn', 'Thị', 'Thu', 'Đức'])} {random.choice(GIVEN)}"


class Colleague(FastHttpUser):
    """One person at work; what a page showed is where she goes next."""

    abstract = True
    role = ""

    def wait_time(self) -> float:
        """Leave the next step to chance, at the pace on average, whatever the last one took.

        Locust's constant_throughput keeps colleagues in step who began in the same second: forty ask at one instant,
        and then nobody for a second. People do not.
        """
        self.due += random.expovariate(PACE)
        return max(self.due - time.monotonic(), 0)

    def on_start(self) -> None:
        self.due = time.monotonic()
        time.sleep(random.expovariate(PACE))
        self.client.cookiejar.set_cookie(make_cookie("banyan_session", next(queues[self.role])))
        self.cases: list[str] = []
        self.people: list[str] = []

    def see(self, address: str, name: str = "", **query: object) -> str:
        """Open a page and keep what it leads to."""
        with self.client.get(
            f"{address}?{urlencode(query)}", name=name or address, catch_response=True
        ) as answer:
            if "/accounts/login/" in (answer.url or ""):  # a load of people signed out measures nothing
                answer.failure("signed out")
        self.cases = (CASE.findall(answer.text) or self.cases)[-50:]
        self.people = (PERSON.findall(answer.text) or self.people)[-50:]
        return answer.text

    def send(self, address: str, name: str, fields: dict[str, str], **head: str) -> int:
        """Send a form as a browser would, with its token."""
        with self.client.post(
            address,
            data=fields,
            name=name,
            headers={"Referer": self.host + address, **head},
            catch_response=True,
        ) as answer:
            if answer.status_code == CONFLICT:  # a colleague was first: the page shows both, and she decides
                answer.success()
        return answer.status_code

    def look_up(self, text: str) -> None:
        """Look for people by name: by POST, and the answer leads to an address without the name."""
        token = TOKEN.search(self.see("/people/"))
        page = self.client.post(
            "/people/",
            data={"csrfmiddlewaretoken": token[1] if token else "", "q": text},
            name="/people/ POST",
            headers={"Referer": self.host + "/people/"},
        )
        self.people = (PERSON.findall(page.text) or self.people)[-50:]

    @task(2)
    def come_home(self) -> None:
        self.see("/")


class Registrar(Colleague):
    """Works at the list, opens cases, corrects one in four, adds some from paper, looks people up."""

    role = "registrar"
    weight = 40

    @task(6)
    def see_worklist(self) -> None:
        self.see("/cases/waiting/", page=random.choice([1, 1, 1, 2, 3]))

    @task(6)
    def see_cases(self) -> None:
        self.see(
            "/cases/", site=random.choice(["", *SITES[1:]]), year=random.choice(["", "2022", "2023", "2024"])
        )

    @task(6)
    def find(self) -> None:
        self.look_up(draw_name())

    @task(18)
    def open_case(self) -> None:
        if not self.cases:
            return self.see_cases()
        number = random.choice(self.cases)
        page = self.see(f"/cases/{number}/", "/cases/<number>/")
        if random.random() < 0.25 and (fields := FormReader(page).fields).get("csrfmiddlewaretoken"):
            self.correct(number, fields)
        return None

    def correct(self, number: str, fields: dict[str, str]) -> None:
        changed = {**fields, "grade": random.choice("1239"), "reason": "đối chiếu hồ sơ (tải thử)"}
        self.send(
            f"/cases/{number}/draft/", "/cases/<number>/draft/ POST", changed, Accept="application/json"
        )
        self.send(f"/cases/{number}/", "/cases/<number>/ POST", changed)

    @task(2)
    def see_history(self) -> None:
        if self.cases:
            self.see(f"/cases/{random.choice(self.cases)}/history/", "/cases/<number>/history/")

    @task(4)
    def type_paper(self) -> None:
        fields = FormReader(self.see("/cases/new/")).fields
        name = draw_name()
        for typed in (name[:9], name):
            self.send(
                "/cases/new/alike/",
                "/cases/new/alike/",
                {**fields, "full_name": typed, "sex": "2"},
                **{"HX-Request": "true"},
            )
        paper = {
            **fields,
            "full_name": f"{name} {random.randint(0, 99999)}",
            "sex": "2",
            "birth_date": "1961",
            "topography": "C50.4",
            "morphology": "8500/3",
            "basis": "7.1",
            "incidence_date": "14/08/2024",
            "grade": "2",
            "stage": "II",
            "kind": fields.get("kind") or "discharge",
        }
        self.send("/cases/new/", "/cases/new/ POST", paper)


class Nurse(Colleague):
    """Finds people of her ward, opens their pages."""

    role = "nurse"
    weight = 24

    @task(8)
    def find(self) -> None:
        if random.random() < 0.5:
            self.see("/people/")
        else:
            self.look_up(draw_name())

    @task(12)
    def open_person(self) -> None:
        if self.people:
            self.see(f"/people/{random.choice(self.people)}/", "/people/<number>/")
        else:
            self.find()

    @task(2)
    def see_who_looked(self) -> None:
        if self.people:
            self.see(f"/people/{random.choice(self.people)}/seen/", "/people/<number>/seen/")

    @task(3)
    def type_name(self) -> None:
        self.client.get(
            f"/people/alike/?{urlencode({'full_name': draw_name()})}",
            name="/people/alike/",
            headers={"HX-Request": "true"},
        )


class Doctor(Nurse):
    """The same pages, at a hospital."""

    role = "doctor"
    weight = 24


class Epidemiologist(Colleague):
    """Asks for figures, the same few dozen as her colleagues, and takes a table home now and then."""

    role = "epidemiologist"
    weight = 12

    def ask(self, page: str) -> None:
        first, last = random.choice([(2015, 2019), (2020, 2024)])
        site = random.choice(SITES)
        sex = "2" if site == "cervix" else random.choice("02")
        self.see(f"/figures/{page}/", site=site, sex=sex, first=first, last=last)

    @task(6)
    def see_incidence(self) -> None:
        self.ask("incidence")

    @task(3)
    def see_survival(self) -> None:
        self.ask("survival")

    @task(3)
    def see_stage(self) -> None:
        self.ask("stage")

    @task(2)
    def see_quality(self) -> None:
        self.ask("quality")
