"""How alike two Vietnamese names are: tones lost, letters that sound alike, words left out or changed about."""

import re
from functools import lru_cache

from banyan.science.linkage.levels import Level
from banyan.science.linkage.names import fold_name, normalise_name, split_name

# Spellings that one ear hears alike, in the north or in the south; of folded words, the longer first.
_SOUNDS = (
    (r"^ngh", "ng"),
    (r"^gh", "g"),
    (r"^gi(?=[aeou])|^r|^z", "d"),
    (r"^tr", "ch"),
    (r"^x", "s"),
    (r"^ph", "f"),
    (r"^k|^qu?", "c"),
    (r"^l", "n"),
    (r"y", "i"),
)
_COMPILED = tuple((re.compile(pattern), plain) for pattern, plain in _SOUNDS)


def compare_names(one: str, other: str) -> Level | None:
    """Return how far two full names agree; None where one is not known. The order of the two does not matter."""
    first, second = normalise_name(one).casefold(), normalise_name(other).casefold()
    if not first or not second:
        return None
    if first == second:
        return Level.SAME
    return compare_folded(fold_name(first), fold_name(second))


def compare_folded(first: str, second: str) -> Level:
    if first == second:
        return Level.FOLDED
    heard = [tuple(map(sound_word, folded.split())) for folded in (first, second)]
    if heard[0] == heard[1]:
        return Level.SPELT
    if is_other_order(first, second) or is_without_middle(first, second):
        return Level.ORDER
    if is_begun(first, second):
        return Level.BEGUN
    return compare_words(first, second)


def compare_words(first: str, second: str) -> Level:
    """Compare part by part. Another given name is another person, however alike the rest is: twins, sisters."""
    one, other = split_name(first), split_name(second)
    if not is_close_word(one.given, other.given):
        return Level.OTHER
    rest = [is_close_word(*pair) for pair in ((one.family, other.family), (one.middle, other.middle))]
    if all(rest):
        return Level.CLOSE
    return Level.PARTLY if any(rest) else Level.OTHER


@lru_cache(maxsize=20_000)
def sound_word(word: str) -> str:
    """Return how a folded word sounds, near enough for two hands that heard it: Lý and Lí, Trinh and Chinh."""
    for pattern, plain in _COMPILED:
        word = pattern.sub(plain, word, count=1)
    return word


def is_other_order(first: str, second: str) -> bool:
    return sorted(first.split()) == sorted(second.split())


def is_without_middle(first: str, second: str) -> bool:
    """Say whether one leaves out middle names that the other has, with family and given name the same."""
    short, long = sorted((first.split(), second.split()), key=len)
    if len(short) < 2 or (short[0], short[-1]) != (long[0], long[-1]):
        return False
    rest = iter(long[1:-1])
    return all(word in rest for word in short[1:-1])


def is_begun(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    return " " in short and long.startswith(short)


def is_close_word(one: str, other: str) -> bool:
    """Say whether two words are one, heard or typed with one slip; of short words a slip makes another name."""
    if sound_word(one) == sound_word(other):
        return True
    return min(len(one), len(other)) > 2 and is_one_edit(one, other)


def is_one_edit(one: str, other: str) -> bool:
    """Say whether one letter was left out, added, mistaken, or changed places with its neighbour."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    start = next((place for place, letter in enumerate(short) if letter != long[place]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    swapped = (
        short[start : start + 2] == long[start : start + 2][::-1] and short[start + 2 :] == long[start + 2 :]
    )
    return swapped or short[start + 1 :] == long[start + 1 :]
