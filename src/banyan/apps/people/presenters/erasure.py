from collections.abc import Iterable
from dataclasses import dataclass

from banyan.apps.core.rules import Viewer
from banyan.apps.core.rules.figures import format_moment
from banyan.apps.people.choices import ErasureState
from banyan.apps.people.models import Erasure

STATUS = {
    ErasureState.ASKED: "warn",
    ErasureState.DONE: "ok",
    ErasureState.REFUSED: "quiet",
    ErasureState.JOINED: "quiet",
}


@dataclass(frozen=True, kw_only=True)
class ErasureView:
    pk: int
    number: str
    asked: str
    reason: str
    status: str
    state: str
    decided: str
    words: str
    removed: int
    may_decide: bool


def describe_erasures(erasures: Iterable[Erasure], viewer: Viewer) -> list[ErasureView]:
    return [describe_erasure(erasure, viewer) for erasure in erasures]


def describe_erasure(erasure: Erasure, viewer: Viewer) -> ErasureView:
    state = ErasureState(erasure.state)
    decided = erasure.decided_by
    return ErasureView(
        pk=erasure.pk,
        number=erasure.person.number,
        asked=f"{erasure.asked_by.full_name}, {format_moment(erasure.asked_at)}",
        reason=erasure.reason,
        status=STATUS[state],
        state=str(state.label),
        decided=f"{decided.full_name}, {format_moment(erasure.decided_at)}" if decided else "",
        words=erasure.decided_words,
        removed=sum(erasure.removed.values()),
        may_decide=state == ErasureState.ASKED and erasure.asked_by_id != viewer.staff_id,
    )
