"""Answers kept in this process for the next reader of the same question at the same version of the register."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class Memory(Generic[Kept]):
    """Keep the answers asked for last. Two readers at once may both work one out; both get the same."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

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
