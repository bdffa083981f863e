"""Vietnamese that was spoilt before it came: old fonts, UTF-8 read as Windows text, letters lost to question marks."""

import re
from collections.abc import Iterable
from types import MappingProxyType

from banyan.science.files.faults import Reason

# the commonest words of names, as the two old fonts keep them; none is a word of Vietnamese or English as it stands
_TCVN3 = (
    "NguyÔn NGUYÔN TrÇn TRÇN Lª Ph¹m PH¹M Hoµng HOµNG Huúnh Vâ §Æng §ÆNG Bïi BïI §ç Ng« D­¬ng §inh §µo §oµn "
    "ThÞ THÞ V¨n V¡N §øc H÷u Quèc Ngäc L­u Tr­¬ng TrÞnh H»ng H­¬ng Th¶o Tïng Dòng C­êng "
    "Phóc Hïng TuÊn Th¾ng HiÒn HuÖ LiÔu Ph­¬ng N÷"
)
_VNI = (
    "Nguyeãn NGUYEÃN Traàn TRAÀN Leâ LEÂ Phaïm PHAÏM Hoaøng HOAØNG Huyønh Ñaëng ÑAËNG Buøi Ñoã ÑOÃ Ngoâ NGOÂ "
    "Döông DÖÔNG Ñinh Ñaøo Ñoaøn Vaên VAÊN Ñöùc Höõu Quoác Ngoïc Tröông Trònh Haèng Höông Thaûo Duõng Cöôøng "
    "Phuùc Tuaán Thaéng Hieàn Hueä Phöông"
)
_FONTS = MappingProxyType(
    dict.fromkeys(_TCVN3.split(), "TCVN3 (ABC, .VnTime)") | dict.fromkeys(_VNI.split(), "VNI")
)
# the bytes of á ạ ư đ ễ … in UTF-8, each shown as the Windows letter that has its number
_TWICE = re.compile(
    r"á[º»][\x80-\xbf–-›€Š-žŸƒˆ˜Œœ]|Æ[°¯]|Ä[\x90\x91\u2018ƒ\x83\x82‚¨©]|Ã[\x80-\xbfƒ‚„…†‡ˆ‰Š]|Å©|Å¨|Æ¡"
)
_WORD = re.compile(r"[^\s,;|\t\"]+")
LOST = "\ufffd"
_EATEN = re.compile(r"[^\W\d_]\?|\?[^\W\d_]")


def find_misreading(texts: Iterable[str]) -> Reason | None:
    """Return why these texts are not the Vietnamese that somebody wrote, or None.

    A spoilt word in two different texts, or in the only one, is enough.
    """
    texts = list(texts)
    enough = 1 if len(texts) == 1 else 2
    found: dict[str, dict[str, str]] = {}
    for text in texts:
        if text.isascii():
            continue
        for word in _WORD.findall(text):
            font = "twice" if _TWICE.search(word) else "lost" if LOST in word else _FONTS.get(word)
            if font:
                found.setdefault(font, {})[text] = word
    worst = max(found, key=lambda font: len(found[font]), default="")
    if not worst or len(found[worst]) < enough:
        return None
    return _explain(worst, min(found[worst].values()))


def _explain(kind: str, word: str) -> Reason:
    if kind == "twice":
        return Reason(
            f"the text went through a wrong encoding (‘{word}’); export it again as UTF-8",
            f"chữ đã bị đổi sai bảng mã (‘{word}’); hãy xuất lại dạng UTF-8",
        )
    if kind == "lost":
        return Reason(
            f"letters were lost before the file came (‘{word}’); export it again as UTF-8",
            f"chữ đã mất trước khi gửi (‘{word}’); hãy xuất lại dạng UTF-8",
        )
    return Reason(
        f"the names are written for the old font {kind} (‘{word}’); convert them to Unicode first",
        f"tên viết theo phông chữ cũ {kind} (‘{word}’); hãy chuyển sang Unicode rồi gửi lại",
    )


def find_spoilt_name(name: str) -> Reason | None:
    """Return why one name is not as it was written, or None: an old font, a wrong encoding, a lost letter."""
    if _EATEN.search(name):
        return Reason(
            f"‘{name}’ has question marks where letters were lost; export the file as UTF-8",
            f"‘{name}’ có dấu hỏi ở chỗ mất chữ; hãy xuất tệp dạng UTF-8",
        )
    return find_misreading([name])
