"""Answers kept in this process for the next reader of the same question at the same version of the register."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

Kept = TypeVar("Kept")


_of_register: "list[Memory[Any]]" = []


class Memory(Generic[Kept]):
    """Keep the answers asked for last. Two readers at once may both work one out; both get the same.

    What is worked out from the register goes with it when it is read anew: an answer may hold on to its rows, and
    nobody asks for it again. `outlives` says that these answers do not.
    """

    def __init__(self, size: int, *, outlives: bool = False) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()
        if not outlives:
            _of_register.append(self)

    def recall(self, key: Hashable, work_out: Callable[[], Kept]) -> Kept:
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
        answer = work_out()
        with self._lock:
            self._answers[key] = answer
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
        return answer

    def forget(self) -> None:
        with self._lock:
            self._answers.clear()


def forget_answers() -> None:
    """Forget whatever was worked out from a register that is past."""
    for memory in _of_register:
        memory.forget()
