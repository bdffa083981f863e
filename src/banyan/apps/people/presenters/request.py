from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from banyan.apps.core.rules.figures import format_moment
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.people.choices import IdentityCheck, RequestChannel, RequestKind, RequestState
from banyan.apps.people.models import RequestStep, RightsRequest
from banyan.apps.people.presenters.deadline import Deadline, describe_clock
from banyan.apps.people.queries.request import read_clock


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """One request in the list."""

    number: str
    person: str
    kind: str
    received: str
    where: str
    state: str
    deadline: Deadline
    extended: bool


def describe_requests(requests: Iterable[RightsRequest], today: date) -> list[RequestLine]:
    return [describe_request(request, today) for request in requests]


def describe_request(request: RightsRequest, today: date) -> RequestLine:
    return RequestLine(
        number=request.number,
        person=request.person.number,
        kind=str(RequestKind(request.kind).label),
        received=format_moment(request.received_at),
        where=name_facility(request.facility),
        state=str(RequestState(request.state).label),
        deadline=describe_clock(read_clock(request, today)),
        extended=request.extended_at is not None,
    )


def list_facts(request: RightsRequest) -> dict[str, str]:
    return {
        "channel": str(RequestChannel(request.channel).label),
        "identity": str(IdentityCheck(request.identity).label),
    }


def describe_steps(steps: Iterable[RequestStep]) -> list[dict[str, str]]:
    return [
        {
            "at": format_moment(step.at),
            "who": step.staff.full_name,
            "state": str(RequestState(step.state).label),
            "words": step.words,
        }
        for step in steps
    ]
