"""Vietnamese names: kept, folded, split and sorted."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.linkage.names import NameParts, fold_name, normalise_name, sort_key, split_name

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"
SYLLABLES = [
    f"{start}{vowel}{tone}{end}"
    for start in ("", "b", "d", "đ", "h", "ng", "t", "x")
    for vowel in "aăâeêioôơuưy"
    for tone in ("", *TONES)
    for end in ("", "n", "nh")
]

syllables = st.sampled_from(SYLLABLES).map(lambda word: unicodedata.normalize("NFC", word.capitalize()))
full_names = st.lists(syllables, min_size=1, max_size=5).map(" ".join)


def rank_word(word: str) -> tuple[list[int], list[int]]:
    """Rank a word by its letters and then its tones, straight from the alphabet."""
    letters, tones = [], []
    for letter in unicodedata.normalize("NFC", word.lower()):
        marks = unicodedata.normalize("NFD", letter)
        tones += [TONES.index(mark) for mark in marks if mark in TONES]
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))
        letters.append(ALPHABET.index(base))
    return letters, tones


def rank_name(full_name: str) -> tuple[list[tuple[list[int], list[int]]], ...]:
    words = full_name.split()
    parts = (words[-1:], words[1:-1], words[:1] if len(words) > 1 else [])
    return tuple([rank_word(word) for word in part] for part in parts)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Đỗ   Thị\tHằng ", "Đỗ Thị Hằng"),
        ("Đỗ\u00a0Thị\u00a0Hằng", "Đỗ Thị Hằng"),
        ("Nguye\u0302\u0303n Va\u0306n An", "Nguyễn Văn An"),
        ("Nguyễn\u200b Văn An\ufeff", "Nguyễn Văn An"),
        ("\u00d0ặng Minh \u00d0ức", "Đặng Minh Đức"),
        ("NGUYỄN THỊ LAN", "NGUYỄN THỊ LAN"),
        ("Hoà", "Hoà"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_normalise_name_keeps_letters_and_drops_noise(written, kept):
    assert normalise_name(written) == kept


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Đỗ Thị Hằng", "do thi hang"),
        ("\u00d0ỗ Thị Hằng", "do thi hang"),
        ("Hòa", "hoa"),
        ("Hoà", "hoa"),
        ("Lý", "ly"),
        ("Lí", "li"),
        ("H’Hen Niê", "h'hen nie"),
        ("H'Hen Niê", "h'hen nie"),
        ("Y‑Bhơm", "y-bhom"),
        ("André Strauß", "andre strauss"),
        ("Lê Văn 2", "le van 2"),
        ("", ""),
    ],
)
def test_fold_name(written, folded):
    assert fold_name(written) == folded


@pytest.mark.parametrize(
    ("full_name", "parts"),
    [
        ("Nguyễn Thị Thu Hà", NameParts("Nguyễn", "Thị Thu", "Hà")),
        ("Lê An", NameParts("Lê", "", "An")),
        ("Lan", NameParts("", "", "Lan")),
        ("H'Hen Niê", NameParts("H'Hen", "", "Niê")),
        ("  ", NameParts("", "", "")),
    ],
)
def test_split_name_reads_the_family_name_first(full_name, parts):
    assert split_name(full_name) == parts


def test_words_sort_as_in_the_alphabet():
    words = ["Ông", "Đặng", "Ăn", "Oanh", "Ánh", "Dương", "An", "Ân"]

    assert sorted(words, key=sort_key) == ["An", "Ánh", "Ăn", "Ân", "Dương", "Đặng", "Oanh", "Ông"]


def test_tones_sort_level_grave_hook_tilde_acute_dot():
    words = ["mạ", "má", "mã", "mả", "mà", "ma"]

    assert sorted(words, key=sort_key) == ["ma", "mà", "mả", "mã", "má", "mạ"]


def test_letters_decide_before_tones():
    assert sorted(["Hạ", "Han", "Hà", "Hẵn", "Hân"], key=sort_key) == ["Hà", "Hạ", "Han", "Hẵn", "Hân"]


def test_people_sort_by_given_then_middle_then_family_name():
    people = [
        "Trần Văn Bình",
        "Nguyễn Thị Hoa",
        "Trần Văn An",
        "Đỗ Văn An",
        "Lê An",
        "Nguyễn Ánh An",
        "Dương Văn An",
        "Lê Thị Thu An",
        "Lê Thị An",
        "An",
    ]

    assert sorted(people, key=sort_key) == [
        "An",
        "Lê An",
        "Nguyễn Ánh An",
        "Lê Thị An",
        "Lê Thị Thu An",
        "Dương Văn An",
        "Đỗ Văn An",
        "Trần Văn An",
        "Trần Văn Bình",
        "Nguyễn Thị Hoa",
    ]


def test_one_given_name_stands_together_whatever_follows():
    assert sorted(["Vũ Yến Lan", "Bùi An Làn", "Bùi An Lan"], key=sort_key) == [
        "Bùi An Lan",
        "Vũ Yến Lan",
        "Bùi An Làn",
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lê Văn Hòa", "Lê Văn Hoà"),
        ("LÊ VĂN HÒA", "Lê Văn Hòa"),
        ("\u00d0ỗ An", "Đỗ An"),
        ("H’Hen Niê", "HHen Niê"),
    ],
)
def test_spellings_of_one_name_share_a_sort_key(one, other):
    assert sort_key(one) == sort_key(other)


def test_digits_come_before_letters_and_foreign_letters_last():
    assert sorted(["Øyvind", "Zoe", "Ư", "An", "1"], key=sort_key) == ["1", "An", "Ư", "Zoe", "Øyvind"]


def test_the_key_of_nothing_sorts_first():
    assert sort_key("") < sort_key("1") < sort_key("A")


@given(full_names, full_names)
def test_sort_key_order_is_the_order_of_the_alphabet(one, other):
    assert (sort_key(one) < sort_key(other)) == (rank_name(one) < rank_name(other))


@given(full_names)
def test_sort_key_of_a_vietnamese_name_is_ascii(full_name):
    assert sort_key(full_name).isascii()


@given(full_names)
def test_sort_key_reads_composed_and_decomposed_letters_alike(full_name):
    assert sort_key(unicodedata.normalize("NFD", full_name)) == sort_key(full_name)


@given(st.text(max_size=30), st.text(max_size=30))
def test_sort_keys_compare_alike_as_text_and_as_bytes(one, other):
    one_key, other_key = sort_key(one), sort_key(other)

    assert (one_key < other_key) == (one_key.encode("utf-8") < other_key.encode("utf-8"))


@given(st.text(max_size=40))
def test_normalise_name_settles_at_once(name):
    once = normalise_name(name)

    assert normalise_name(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == " ".join(once.split())


@given(st.text(max_size=40))
def test_fold_name_settles_at_once_and_keeps_no_mark(name):
    once = fold_name(name)

    assert fold_name(once) == once
    assert not any(unicodedata.combining(letter) for letter in unicodedata.normalize("NFD", once))


@given(full_names)
def test_split_name_loses_no_word(full_name):
    assert " ".join(part for part in split_name(full_name) if part) == full_name


@given(full_names)
def test_fold_name_of_a_vietnamese_name_is_plain_letters(full_name):
    assert fold_name(full_name).replace(" ", "").isalpha()
    assert fold_name(full_name).isascii()
