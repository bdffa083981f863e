"""Which passwords are refused: the guessable, and those already in the hands of thieves."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from zxcvbn import zxcvbn

from banyan.science.linkage.names import fold_name

OWN_PART = 8  # characters that must remain when the known words are taken out
STRONG_ENOUGH = 3  # of 4: more than ten thousand million guesses
READ = 72  # zxcvbn reads no further, and its time grows with the square of the length
# What anybody who knows this house would try first, in plain small letters (docs/explanation/sign-in.md)
CONTEXT_WORDS = (
    *("banyan", "registry", "cancer", "oncology", "hospital", "clinic", "doctor", "nurse", "admin"),
    *("ungthu", "ghinhanungthu", "ghinhan", "benhvien", "tramyte", "yte", "soyte", "boyte", "bacsi"),
    *("dieuduong", "canbo", "quantri", "quantrivien", "benhnhan", "nguoibenh", "hoso", "ungbuou", "khoau"),
    *("matkhau", "matma", "dangnhap", "taikhoan", "hanoi", "thudo", "saigon", "hochiminh", "vietnam"),
    *("danang", "haiphong", "cantho", "hue", "anhyeuem", "emyeuanh", "yeuem", "iloveyou", "hanhphuc"),
    *("giadinh", "conyeu", "xinchao", "khongbiet", "khongco", "mothaiba", "abcxyz", "thang", "nam"),
)


def is_guessable(password: str, words: Iterable[str] = ()) -> bool:
    """Say whether few guesses would find it, by one who knows the person, the house and Vietnamese."""
    known = [*CONTEXT_WORDS, *split_words(words)]
    plain = fold_name(password)
    shapes = {password[:READ], plain[:READ], plain.replace(" ", "")[:READ]} - {""}
    if len(take_out(plain.replace(" ", ""), known)) < min(OWN_PART, len(plain)):
        return True
    return any(zxcvbn(shape, user_inputs=known)["score"] < STRONG_ENOUGH for shape in shapes)


def take_out(text: str, words: Iterable[str]) -> str:
    """Return what remains of a text without the known words, the longest taken first."""
    for word in sorted(words, key=len, reverse=True):
        if len(word) > 3:
            text = text.replace(word, "")
    return text


def split_words(words: Iterable[str]) -> list[str]:
    """Return each text and its parts, folded: "Trần Thu Hà" gives tranthuha, tran, thu, ha."""
    found: dict[str, None] = {}
    for text in words:
        parts = [part for part in re.split(r"[\W_]+", fold_name(text)) if part]
        found.update(dict.fromkeys(["".join(parts), *parts]))
    return [word for word in found if len(word) > 1]


def is_breached(password: str, path: Path) -> bool:
    """Look a password up in a file of SHA-1 digests, one a line (`HASH:count`), sorted: some thirty reads of any size.

    The file is the one that Have I Been Pwned gives for download. Raises OSError where it cannot be read.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with path.open("rb") as file:
        low, high = 0, file.seek(0, 2)
        while low < high:
            middle = (low + high) // 2
            start, line = read_line_at(file, middle)
            found = line[:40].upper()
            if found == wanted:
                return True
            if line and found < wanted:
                low = start + len(line)
            else:
                high = middle
    return False


def read_line_at(file: BinaryIO, position: int) -> tuple[int, bytes]:
    """Return the first line that begins at `position` or after it, and where it begins."""
    if position:
        file.seek(position - 1)
        file.readline()
    else:
        file.seek(0)
    start = file.tell()
    return start, file.readline()
