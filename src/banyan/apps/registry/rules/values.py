"""Single values as hospitals and registries write them, read into the codes that are kept."""

import re

from django.utils import translation

from banyan.apps.people.choices import VitalStatus
from banyan.apps.registry.choices import EditReason
from banyan.apps.registry.rules.entry import UNKNOWN
from banyan.science.coding import Basis, BasisScheme, CodeError, Edition, Morphology, Topography
from banyan.science.files import find_spoilt_name
from banyan.science.linkage.names import fold_name, normalise_name

LONGEST_NAME = 120
ALIVE = ("1", "alive", "song", "con song", "0")
DEAD = ("2", "dead", "chet", "da mat", "tu vong", "da chet")
LOST = ("3", "9", "lost", "unknown", "mat tin", "khong ro")
EMIGRATED = ("4", "emigrated", "chuyen di", "da chuyen di")
STATUSES = {
    word: status.value
    for status, words in (
        (VitalStatus.DEAD, DEAD),
        (VitalStatus.LOST, LOST),
        (VitalStatus.EMIGRATED, EMIGRATED),
        (VitalStatus.ALIVE, ALIVE),
    )
    for word in words
}
SIDE_WORDS = {
    "phai": "1",
    "p": "1",
    "right": "1",
    "r": "1",
    "trai": "2",
    "left": "2",
    "l": "2",
    "hai ben": "4",
}


def read_name(text: str) -> str:
    """Return a name as it is kept; one whose letters were spoilt or lost on the way is refused."""
    name = normalise_name(text)
    reason = find_spoilt_name(name)
    if reason:
        raise CodeError(*(clause[:1].upper() + clause[1:] + "." for clause in (reason.vi, reason.en)))
    if not any(letter.isalpha() for letter in name) or len(name) > LONGEST_NAME:
        raise CodeError(f"‘{text[:60]}’ không phải họ tên.", f"‘{text[:60]}’ is not a name.")
    return name


def read_basis(text: str, scheme: str) -> str:
    return Basis.parse(text.replace(",", ".").removesuffix(".0"), BasisScheme(scheme)).code


def read_choice(text: str, codes: str, vi: str, en: str) -> str:
    code = text.strip().removesuffix(".0").lstrip("Gg")
    if len(code) != 1 or code not in codes:
        raise CodeError(f"‘{text}’ không phải mã {vi}.", f"‘{text}’ is not a code of {en}.")
    return code


ROMAN = {"1": "I", "2": "II", "3": "III", "4": "IV"}


def read_stage(text: str) -> str:
    """Return a stage in Roman figures, as it is written on paper; 9 is unknown."""
    bare = text.strip().upper().removesuffix(".0")
    for word in ("GIAI ĐOẠN", "STAGE", "GĐ"):
        bare = bare.removeprefix(word).strip()
    stage = ROMAN.get(bare[:1], bare[:1]) + bare[1:] if bare[:1].isdigit() else bare
    if stage in {"9", "X", "UNK"}:
        return "9"
    if not stage or len(stage) > 4 or stage.strip("IV0ABCDES123"):
        raise CodeError(
            f"‘{text}’ không phải giai đoạn (0, I đến IV, 9).", f"‘{text}’ is not a stage (0, I to IV, 9)."
        )
    return stage


CATEGORY = re.compile(r"[A-Za-z0-9()+./-]{0,6}")


def read_category(text: str) -> str:
    """Return a T, N or M category without its letter; its prefix (p, c, y) stays."""
    bare = re.sub(r"(\.0)+$", "", "".join(text.split()))
    if not CATEGORY.fullmatch(bare):
        raise CodeError(f"‘{text[:40]}’ không phải T, N hay M.", f"‘{text[:40]}’ is not a T, N or M.")
    return bare


def read_vital_status(text: str) -> str:
    status = STATUSES.get(fold_name(text).removesuffix(".0"))
    if status is None:
        raise CodeError(f"‘{text}’ không phải tình trạng sống.", f"‘{text}’ is not a vital status.")
    return status


def read_age(text: str) -> str:
    age = text.removesuffix(".0")
    if age in {"999", "99"}:
        return "" if age == "999" else age
    if not (age.isascii() and age.isdigit() and len(age) <= 3) or int(age) > 120:
        raise CodeError(
            f"Tuổi ‘{text}’ không phải số năm từ 0 đến 120.",
            f"Age ‘{text}’ is not a number of years from 0 to 120.",
        )
    return str(int(age))


def read_ward(text: str) -> str:
    """Return a ward code with the zeros that a spreadsheet drops."""
    code = text.removesuffix(".0")
    return code.zfill(5) if code.isascii() and code.isdigit() and len(code) <= 5 else code[:8]


def read_topography(text: str, edition: Edition) -> str:
    """Return a site as a registrar types it: c504, 50.4, C50,4; 9 is an unknown primary."""
    bare = UNKNOWN["topography"] if text.strip() == "9" else text.replace(",", ".")
    return Topography.parse(bare, edition).code


def read_morphology(text: str, edition: Edition) -> Morphology:
    """Return a morphology as a registrar types it: 8500/3, 85003, 8500 3; 9 is a tumour of unknown kind."""
    bare = UNKNOWN["morphology"] if text.strip() == "9" else "/".join(text.replace("/", " ").split())
    return Morphology.parse(bare, edition=edition)


def read_edit_reason(text: str) -> str:
    """Return why a value was changed, in words: one of the usual reasons by its digit, or what was typed."""
    reason = text.strip()
    if reason not in EditReason.values:
        return reason
    with translation.override("vi"):
        return str(EditReason(reason).label)
