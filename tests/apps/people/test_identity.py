"""What a number says beside what the record says."""

import pytest

from banyan.apps.people.rules.identity import question_citizen_id, read_paper_number
from banyan.science.coding import CodeError


@pytest.mark.asvs("2.2.3")
@pytest.mark.parametrize(
    ("number", "sex", "year", "questions"),
    [
        ("001168004127", "2", 1968, []),
        ("001168004127", "9", None, []),
        ("001168004127", "1", 1968, ["chữ số thứ tư (1)"]),
        ("001168004127", "2", 1986, ["sinh năm 1968, hồ sơ ghi 1986"]),
        ("001368004127", "2", 2068, []),
        ("099168004127", "2", 1968, ["Không tỉnh nào có mã 099"]),
        ("138168004127", "2", 1968, []),
        ("011234567", "1", 1950, []),
        ("003068004127", "2", 1969, ["mã 003", "cấp cho nam", "sinh năm 1968"]),
    ],
)
def test_each_difference_is_asked_in_a_sentence_that_helps(number, sex, year, questions):
    asked = [question.in_language("vi") for question in question_citizen_id(number, sex, year)]

    assert len(asked) == len(questions)
    assert all(part in sentence for part, sentence in zip(questions, asked, strict=True))


def test_the_numbers_of_other_papers_are_read_by_their_kind():
    assert read_paper_number(" 011 234 567 ", "old-card") == "011234567"
    assert read_paper_number("b-1234567", "passport") == "B1234567"


@pytest.mark.parametrize(
    ("text", "kind"), [("01123456", "old-card"), ("A1", "passport"), ("", "other"), ("B12/34567", "passport")]
)
def test_a_number_of_another_form_is_refused(text, kind):
    with pytest.raises(CodeError):
        read_paper_number(text, kind)
