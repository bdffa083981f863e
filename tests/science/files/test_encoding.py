"""Encodings that registries of the region have used."""

import unicodedata

import pytest

from banyan.science.files import FileFault, read_table
from banyan.science.files.encoding import find_encoding, is_utf8

TONES = "\u0300\u0301\u0303\u0309\u0323"


def encode_windows_1258(text: str) -> bytes:
    """Windows-1258 holds letters with their circumflex, breve or horn, and the tone as a mark of its own."""
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        parts = unicodedata.normalize("NFD", letter)
        tone = "".join(mark for mark in parts if mark in TONES)
        rest = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES))
        letters.append(rest + tone)
    return "".join(letters).encode("cp1258")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (
            encode_windows_1258("tên,phường\nNguyễn Thị Hằng,Ba Đình\nĐỗ Văn Bình,Cầu Giấy\n"),
            "Nguyễn Thị Hằng",
        ),
        (
            "tên,phường\nJosé Pérez,Málaga\nNuño Ibáñez,León\n".replace("ê", "e")
            .replace("ườ", "uo")
            .encode("cp1252"),
            "José Pérez",
        ),
        ("姓名,地区\n张伟,北京市\n王芳,肺癌登记处\n".encode("gb18030"), "张伟"),
    ],
)
def test_older_encoding_is_found_and_composed(write, data, name):
    table = read_table(write(data))

    assert table.frame.row(0)[0] == name


def test_byte_that_is_not_utf8_late_in_the_file_is_found(write):
    table = read_table(write(b"a,b\n" + b"1,2\n" * 100_000 + "é1,Málaga\n".encode("cp1252")))

    assert table.encoding == "cp1252"
    assert table.frame.row(-1) == ("é1", "Málaga")


def test_utf8_letter_may_stand_across_chunks():
    letters = "Đ".encode()

    assert is_utf8(iter([b"a" + letters[:1], letters[1:]]))
    assert not is_utf8(iter([b"a", letters[:1]]))


def test_control_characters_are_no_text():
    with pytest.raises(FileFault, match="this is no table"):
        find_encoding("x", b"\x01\x02\x03\x04" * 40)
