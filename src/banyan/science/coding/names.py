"""The names of codes, in Vietnamese and English.

A name is for reading: nothing is decided by it. So a code that has none of its own borrows the nearest
one that says nothing false, and a code nobody knows is shown as it stands.
"""

from collections.abc import Iterable
from functools import cache
from typing import Literal, NamedTuple

from banyan.science.coding.reading import read_rows

SiteForm = Literal["line", "short", "title"]
SiteSystem = Literal["globocan", "ci5"]

# The malignant name says most about a histology, then the uncertain, the in situ and the benign one.
_BEHAVIOURS_BY_WEIGHT = "312069"


class Name(NamedTuple):
    """A code and its name in both languages."""

    code: str
    en: str
    vi: str

    def in_language(self, language: str | None) -> str:
        return self.en if language and not language.startswith("vi") else self.vi


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
