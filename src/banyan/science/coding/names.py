"""The names of codes, in Vietnamese and English.

A name is for reading: nothing is decided by it. So a code that has none of its own borrows the nearest
one that says nothing false, and a code nobody knows is shown as it stands.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from banyan.science.coding.reading import read_rows

SiteForm = Literal["line", "short", "title"]
SiteSystem = Literal["globocan", "ci5"]

# The malignant name says most about a histology, then the uncertain, the in situ and the benign one.
_BEHAVIOURS_BY_WEIGHT = "312069"


# One folding for both: letters of British and American spelling that differ within a word.
_SPELLINGS = (("ae", "e"), ("oe", "e"), ("our", "or"), ("z", "s"))
_NEVER = 9


class Name(NamedTuple):
    """A code and its name in both languages."""

    code: str
    en: str
    vi: str

    def in_language(self, language: str | None) -> str:
        return self.en if language and not language.startswith("vi") else self.vi


class _Texts(NamedTuple):
    """What one code can be found by: its names and whatever else it is called."""

    marked: tuple[str, ...]
    folded: tuple[str, ...]  # each with a blank before it, so that " bao" is the beginning of a word
    together: str
    shortest: int


def topography_name(code: str, language: str | None) -> str:
    """Return the name of a site of ICD-O: ``C50.4``, or a heading, ``C50``.

    A subsite that only ICD-O-4 has takes the name of the subsite or heading it refines.

    Parameters
    ----------
    code
        With its dot.
    language
        ``vi`` or ``en``, as Django writes them; None is Vietnamese.
    """
    names = _names("topography")
    return _first_name(names, (code, code[:5], code[:3]), language) or code


def morphology_name(code: str, language: str | None) -> str:
    """Return the name of a tumour by its morphology: ``8500/3``, and of ICD-O-4 ``85000/3``.

    A code of ICD-O-4 takes the name of the ICD-O-3.2 code that it refines. A behaviour that no edition
    lists with its histology (the pathologist may choose it, rule F of ICD-O) is written behind the name
    of the histology: ``Merkel cell carcinoma [/2: In situ]``.
    """
    names = _names("morphology")
    histology, _, behaviour = code.partition("/")
    parent = histology[:4]
    listed = _first_name(names, (code, f"{parent}/{behaviour}"), language)
    if listed:
        return listed
    nearest = _first_name(names, (f"{parent}/{other}" for other in _BEHAVIOURS_BY_WEIGHT), language)
    if not nearest:
        return code
    return (
        f"{nearest} [/{behaviour}: {choice_name('behaviour', behaviour, language)}]" if behaviour else nearest
    )


def icd10_name(code: str, language: str | None) -> str:
    """Return the name of an ICD-10 code of a tumour: ``C50``, ``C50.4``, ``C504``, ``D05.1``.

    Where ICD-10 divides an organ as ICD-O does, the name is made of the subsite's. Other four-character
    codes without a name of their own take the name of their heading.
    """
    dotted = code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"
    names = _names("icd10")
    own = _first_name(names, (dotted,), language)
    subsite = _names("topography").get(dotted) if dotted[:3] in names else None
    if own or not subsite:
        return own or _first_name(names, (dotted[:3],), language) or code
    name = subsite.in_language(language)
    cancer = Name("", "Cancer of", "Ung thư").in_language(language)
    return f"{cancer} {name[0].lower()}{name[1:]}"


def site_name(
    key: str, language: str | None, form: SiteForm = "line", system: SiteSystem = "globocan"
) -> str:
    """Return the name of a site group.

    Parameters
    ----------
    key
        The key of a site group of `banyan.science.coding.sites`, ``colorectum``, ``all``, or
        ``all-but-skin``.
    form
        ``line`` as it stands in a table, without "cancer"; ``short`` for the axis of a chart; ``title``
        for a heading, "Lung cancer".
    system
        Whose lines are meant: ``globocan`` or ``ci5``.

    Raises
    ------
    KeyError
        If there is no such group.
    """
    groups = _site_names(form)
    own = groups.get((system, key)) or groups.get(("both", key))
    if own is None:
        raise KeyError(key)
    return own.in_language(language)


def choice_name(choices: str, code: str, language: str | None) -> str:
    """Return the name of one choice of a short list, or the code itself where the list does not have it.

    The lists are ``sex``, ``basis`` (ENCR 2022), ``basis_iarc``, ``behaviour``, ``grade``, ``laterality``,
    ``stage``, ``vital_status``, ``edition``, ``finding`` and ``iccc3`` (main groups ``X`` and groups ``Xa``).

    Raises
    ------
    KeyError
        If there is no such list.
    """
    return _first_name(_choices()[choices], (code,), language) or code


def name_table(kind: str) -> list[Name]:
    """Return the codes that can be chosen and their names, in the order to show them.

    Parameters
    ----------
    kind
        ``topography`` (subsites; a heading cannot be chosen), ``morphology``, ``icd10``, or a list of
        `choice_name`.

    Raises
    ------
    KeyError
        If there is no such list.
    """
    if kind == "topography":
        return [name for name in _names(kind).values() if "." in name.code]
    if kind in {"morphology", "icd10"}:
        return list(_names(kind).values())
    return list(_choices()[kind].values())


def find_codes(kind: str, wanted: str, limit: int = 20) -> list[Name]:
    """Return the codes somebody may mean by what he typed, the likeliest first.

    It may be the beginning of a code (``C50``, ``504``, ``85003``), or the beginnings of words of a name in
    either language, with marks or without, in British or American spelling, in the words of the north or the
    south ("carcinôm tế bào gai"), or an abbreviation ("DCIS").

    A name equal to what was typed comes before one that begins with it, one that holds it, and one that holds
    its words in another order or in both languages. Among equals an obsolete code comes last and the malignant
    before the others; then the one with the shortest name, which the common diseases have.

    Parameters
    ----------
    kind
        A list of `name_table`.
    wanted
        What was typed. Nothing finds nothing.
    limit
        How many codes to return at most.
    """
    if re.match(r"\s*(M-?)?C?[0-9]", wanted, re.IGNORECASE):
        start = _strip_code(wanted)
        return [name for name in name_table(kind) if _strip_code(name.code).startswith(start)][:limit]
    queries = _read_query(wanted)
    typed = _settle_marks(wanted)
    fits = ((_fit_best(queries, texts), name, texts) for name, texts in _searched(kind) if queries)
    ranked = [(fit, *_rank_equals(name, texts, typed), name) for fit, name, texts in fits if fit < _NEVER]
    return [found[-1] for found in sorted(ranked)[:limit]]


def _fit_best(queries: list[str], texts: _Texts) -> int:
    return min(_fit(query, texts) for query in queries)


def _fit(query: str, texts: _Texts) -> int:
    """Say how well a folded query fits a code: 0 best, _NEVER not at all."""
    words = [f" {word}" for word in query.split()]
    if not all(word in texts.together for word in words):
        return _NEVER
    if f" {query}" in texts.folded:
        return 0
    if any(text.startswith(f" {query}") for text in texts.folded):
        return 1
    if any(f" {query}" in text for text in texts.folded):
        return 2
    return 3 if any(all(word in text for word in words) for text in texts.folded) else 4


def _rank_equals(name: Name, texts: _Texts, typed: str) -> tuple[bool, bool, bool, int]:
    """Order codes that fit alike; the marks as typed tell "cơ tử cung" from "cổ tử cung"."""
    marked = any(typed in text for text in texts.marked)
    return not marked, name.vi.endswith("cũ)"), not name.code.endswith("/3"), texts.shortest


@cache
def _searched(kind: str) -> tuple[tuple[Name, _Texts], ...]:
    calls = {name.code: [name.vi, name.en] for name in name_table(kind)}
    for row in read_rows("other_names"):
        if row["kind"] == kind:
            calls[row["code"]].append(row["name"])
    for code in [code for code in calls if kind == "topography" and code.endswith(".9")]:
        calls[code] += _names(kind)[code[:3]][1:]  # an organ typed alone means the organ, part not stated
    return tuple((name, _gather_texts(calls[name.code])) for name in name_table(kind))


def _gather_texts(calls: list[str]) -> _Texts:
    folded = tuple(f" {_fold_text(call)}" for call in calls)
    return _Texts(tuple(map(_settle_marks, calls)), folded, "".join(folded), min(map(len, folded)))


def _settle_marks(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _read_query(wanted: str) -> list[str]:
    """Return what was typed and, where it says things another way than the names do, their way."""
    typed = _fold_text(wanted)
    pattern, written = _variants()
    return list(
        dict.fromkeys(query for query in (typed, pattern.sub(lambda m: written[m[0]], typed)) if query)
    )


@cache
def _variants() -> tuple[re.Pattern[str], dict[str, str]]:
    written = {_fold_text(row["variant"]): _fold_text(row["written"]) for row in read_rows("variant_names")}
    longest_first = sorted(written, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})\b"), written


def _fold_text(text: str) -> str:
    letters = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    words = re.findall(r"\w+", "".join(letter for letter in letters if not unicodedata.combining(letter)))
    folded = " ".join(words)
    for british, american in _SPELLINGS:
        folded = folded.replace(british, american)
    return folded


def _strip_code(code: str) -> str:
    return re.sub(r"^M-?|[^0-9A-Z]", "", code.strip().upper()).removeprefix("C")


def _first_name(names: dict[str, Name], codes: Iterable[str], language: str | None) -> str | None:
    return next((names[code].in_language(language) for code in codes if code in names), None)


@cache
def _names(kind: str) -> dict[str, Name]:
    rows = read_rows(f"{kind}_names")
    return {row["code"]: Name(row["code"], row["name_en"], row["name_vi"]) for row in rows}


@cache
def _choices() -> dict[str, dict[str, Name]]:
    lists: dict[str, dict[str, Name]] = {}
    for row in read_rows("choice_names"):
        lists.setdefault(row["list"], {})[row["code"]] = Name(row["code"], row["name_en"], row["name_vi"])
    return lists


@cache
def _site_names(form: SiteForm) -> dict[tuple[str, str], Name]:
    written = "title" if form == "title" else "short"
    names = {
        (row["system"], row["key"]): Name(row["key"], row[f"{written}_en"], row[f"{written}_vi"])
        for row in read_rows("site_names")
    }
    if form == "line":
        names |= {
            (row["system"], row["key"]): Name(row["key"], row["name_en"], row["name_vi"])
            for row in read_rows("site_groups")
        }
    return names
