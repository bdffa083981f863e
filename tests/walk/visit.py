"""One request, all that came back, and what it left in the access log."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote

from django.db import transaction
from django.http import HttpResponse
from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.test import Client
from django.urls import reverse

from banyan.apps.core.choices import Capability, Role
from banyan.apps.core.models import AccessLine
from tests.walk.routes import Route
from tests.walk.world import Actor, Known, World

TOKEN = re.compile(rf'(csrfmiddlewaretoken" value=")[A-Za-z0-9]{{{CSRF_TOKEN_LENGTH}}}|(nonce-)[\w+/=]+')
ADDRESS = re.compile(r'\b(?:href|action|src|hx-get|hx-post)="([^"]*)"')


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What one request brought. `text` is all that a reader of the answer could find in it, files opened."""

    who: str
    method: str
    path: str
    status: int
    headers: dict[str, str]
    text: str
    lines: list[AccessLine]

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.path} → {self.status}"

    @cached_property
    def plain(self) -> str:
        """The answer without what may differ between two requests: tokens, and the address that was asked for."""
        text = TOKEN.sub("", self.text)
        for address in (self.path, quote(self.path), quote(self.path, safe="")):
            text = text.replace(address, "…")
        return text


def ask(actor: Actor, route: Route, parts: dict[str, Any], method: str = "GET") -> Visit:
    """Ask as a member of staff; whatever the request changes is taken back."""
    data = route.data if method == "POST" else route.query
    return send(
        actor.client, f"{actor.role} at {actor.place}", method, reverse(route.name, kwargs=parts), data
    )


def send(client: Client, who: str, method: str, path: str, data: Any = None) -> Visit:
    client.raise_request_exception = False
    last = AccessLine.objects.values_list("pk", flat=True).first() or 0
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with transaction.atomic():
        response = (
            client.generic(method, path)
            if method not in {"GET", "HEAD", "POST"}
            else getattr(client, method.lower())(path, data)
        )
        visit = Visit(
            who=who,
            method=method,
            path=path,
            status=response.status_code,
            headers=dict(response.items()),
            text=read_all(response),
            lines=list(AccessLine.objects.filter(pk__gt=last)),
        )
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    return visit


def read_all(response: HttpResponse) -> str:
    """Return the text of an answer; of a workbook or an archive, that of all its parts."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(content)) as archive:
            content = b"\n".join(archive.read(name) for name in archive.namelist())
    return content.decode("utf-8", "replace")


def may_open(actor: Actor, route: Route) -> bool:
    if not route.opens:
        return True
    can = actor.viewer.can
    return (
        can(route.opens)
        and (not route.also or any(map(can, route.also)))
        and (actor.viewer.whole_city or not route.whole_city)
    )


def find_faults(visit: Visit, actor: Actor, world: World) -> Iterator[str]:
    """Give a sentence for each rule that an answer breaks, whatever it is an answer to."""
    if visit.status >= 500 and not visit.path.startswith("/health/"):
        yield f"{visit}: broke"
    if "no-store" not in visit.headers.get("Cache-Control", "") and visit.status != 405:
        cached = visit.headers.get("Cache-Control", "")
        if not cached.startswith("private, max-age"):
            yield f"{visit}: a browser may keep the page (Cache-Control: {cached!r})"
    yield from find_leaks(visit, actor, world)
    yield from find_unwritten(visit, world)


def find_leaks(visit: Visit, actor: Actor, world: World) -> Iterator[str]:
    """Find what the role may not receive, and what no address may carry."""
    addresses = [unquote(found) for found in ADDRESS.findall(visit.text)]
    addresses.append(unquote(visit.headers.get("Location", "")))
    for person in world.people:
        secret = [*person.identifiers, person.texts[0]]
        if any(text in address for address in addresses for text in secret):
            yield f"{visit}: an address on the page carries a name or a number of a person"
        if not actor.viewer.can(Capability.VIEW_IDENTIFIERS) and any(
            number in visit.text for number in person.identifiers
        ):
            yield f"{visit}: the role receives a whole identifier of person {person.pk}"
        if actor.role == Role.EPIDEMIOLOGIST and names(visit, (*person.texts, *person.born)):
            yield f"{visit}: an epidemiologist can tell who person {person.pk} is"


def names(visit: Visit, texts: tuple[str, ...]) -> bool:
    return any(text in visit.plain for text in texts)


def find_unwritten(visit: Visit, world: World) -> Iterator[str]:
    """Find persons who stand on the page and in no line of the access log that the request left."""
    shown = {person.pk for person in world.people if names(visit, person.texts)}
    written = {pk for line in visit.lines for pk in people_in(line, world.people)}
    if missing := shown - written:
        yield f"{visit}: shows {len(missing)} persons and no line of the access log says so"
    if any(name in visit.text for name in world.strangers) and not visit.lines:
        yield f"{visit}: shows a person of a file and leaves no line in the access log"


def people_in(line: AccessLine, people: list[Known]) -> set[int]:
    found = set(line.people)
    if line.subject == "person":
        found.add(line.subject_id)
    if line.subject == "tumour":
        found.update(person.pk for person in people if line.subject_id in person.tumours)
    return found
