"""Vietnamese personal names: one spelling to keep, one to search by, one to sort by."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

# The eth and the African d are what old Vietnamese fonts and keyboards left in files where Đ was meant.
_MEANT_AS_D_BAR = str.maketrans({"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"})
_PLAIN_PUNCTUATION = str.maketrans(
    {"đ": "d", "’": "'", "‘": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-"}
)

_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
# A letter with its own place in the alphabet follows every word that has the plain letter there: "{" and "|"
# stand after "z" in ASCII.
_LETTER_RANK = {
    ("a", _BREVE): "a{",
    ("a", _CIRCUMFLEX): "a|",
    ("e", _CIRCUMFLEX): "e{",
    ("o", _CIRCUMFLEX): "o{",
    ("o", _HORN): "o|",
    ("u", _HORN): "u{",
}
_D_BAR_RANK = "d{"
_FOREIGN_LETTER = "z~"
# Level, grave, hook, tilde, acute, dot below.
_TONE_RANK = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}

_WORD_END = " "
_PART_END = "!"


class NameParts(NamedTuple):
    """A full name in the Vietnamese order; a part that is not there is empty."""

    family: str
    middle: str
    given: str


def normalise_name(name: str) -> str:
    """Return the name as it is kept: composed letters, single spaces, no invisible characters.

    The letter eth, which old fonts and cp1252 exports put in place of Đ, becomes Đ.
    Capitals and the place of the tone mark stay as written.
    """
    visible = name if name.isprintable() else "".join(letter for letter in name if _is_visible(letter))
    return unicodedata.normalize("NFC", " ".join(visible.translate(_MEANT_AS_D_BAR).split()))


def fold_name(name: str) -> str:
    """Return the name as it is searched and blocked on: lower case, no marks, đ as d.

    Both places of a tone mark ("Hòa", "Hoà") give the same text. The letters i and y stay apart, because
    "Lý" and "Lí" are one name only sometimes; a comparison that wants them equal says so itself.
    """
    return " ".join(" ".join(_fold_word(word) for word in normalise_name(name).split()).split())


def split_name(full_name: str) -> NameParts:
    """Split a full name written family name first.

    The first word is the family name and the last the given name. A single word is a given name, because
    that is what people are called by and sorted by.
    """
    words = normalise_name(full_name).split()
    if len(words) < 2:
        return NameParts("", "", "".join(words))
    return NameParts(words[0], " ".join(words[1:-1]), words[-1])


def sort_key(full_name: str) -> str:
    """Return a text whose plain byte order is the Vietnamese order of the names.

    People are sorted by given name, then middle name, then family name. Within a word the letters decide
    first, in the order a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y (f j w z in their Latin
    places, other letters last), and the tones only where all letters agree, in the order level, grave,
    hook, tilde, acute, dot below. A tone decides before the next word is looked at, so that people of one
    given name stand together.

    The key is ASCII for every Vietnamese name, so ``COLLATE "C"`` in SQL and ``sorted`` in Python agree.

    Notes
    -----
    The tone order is that of the Unicode CLDR collation for ``vi`` (and so of ICU) and of the dictionaries
    of the Institute of Linguistics in Hanoi.
    """
    family, middle, given = split_name(full_name)
    return "".join(_rank_part(part) for part in (given, middle, family))


def _is_visible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) not in {"Cf", "Cc"}


def _decompose(name: str) -> str:
    """Return lower-case letters, each followed by its marks; a second pass settles what folding composed."""
    lower = unicodedata.normalize("NFD", normalise_name(name).casefold())
    return unicodedata.normalize("NFD", lower.casefold())


@lru_cache(maxsize=20_000)
def _fold_word(word: str) -> str:
    letters = _decompose(word).translate(_PLAIN_PUNCTUATION)
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


def _rank_part(part: str) -> str:
    return "".join(_rank_word(word) for word in part.split()) + _PART_END


@lru_cache(maxsize=20_000)  # a city's names are made of a few thousand words
def _rank_word(word: str) -> str:
    decomposed = _decompose(word)
    letters = "".join(_rank_letter(letter, marks) for letter, marks in _group_marks(decomposed))
    tones = "".join(_TONE_RANK.get(mark, "") for mark in decomposed)
    return letters + _WORD_END + tones + _WORD_END


def _group_marks(letters: str) -> list[tuple[str, str]]:
    grouped: list[tuple[str, str]] = []
    for letter in letters:
        if unicodedata.combining(letter) and grouped:
            base, marks = grouped[-1]
            grouped[-1] = base, marks + letter
        else:
            grouped.append((letter, ""))
    return grouped


def _rank_letter(letter: str, marks: str) -> str:
    if letter == "đ":
        return _D_BAR_RANK
    if letter.isascii():
        plain = letter if letter.isalnum() else ""
        return next((_LETTER_RANK[letter, mark] for mark in marks if (letter, mark) in _LETTER_RANK), plain)
    return _FOREIGN_LETTER + letter if letter.isalnum() else ""
