from datetime import date

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from banyan.apps.core.forms.day import DayField


class Form(forms.Form):
    day = DayField(label="Ngày")


def refuse(text: str, language: str) -> str:
    with translation.override(language):
        return str(Form({"day": text}).errors["day"][0])


@pytest.mark.parametrize(
    ("typed", "vietnamese", "english"),
    [
        ("31/11/2026", "Tháng 11 không có ngày 31.", "Month 11 has no day 31."),
        ("31112026", "Tháng 11 không có ngày 31.", "Month 11 has no day 31."),
        ("04/13/2026", "Không có tháng 13. Ngày đứng trước, tháng đứng sau.", "There is no month 13. The day comes first, the month second."),
        ("29/2/2025", "Năm 2025 không có ngày 29/2.", "2025 has no 29 February."),
        ("0/4/2026", "Tháng 4 không có ngày 0.", "Month 4 has no day 0."),
        ("hôm qua", "Ghi ngày, tháng rồi năm, ví dụ 24/11/2026.", "Give the day, the month, then the year, such as 24/11/2026."),
        ("1/1/26", "Ghi ngày, tháng rồi năm, ví dụ 24/11/2026.", "Give the day, the month, then the year, such as 24/11/2026."),
    ],
)  # fmt: skip
def test_refusal_says_what_cannot_be(typed, vietnamese, english):
    assert refuse(typed, "vi") == vietnamese
    assert refuse(typed, "en") == english


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["/", "-", ".", ""]))
def test_every_day_reads_back_as_it_was_written(day, mark):
    form = Form({"day": mark.join((f"{day:%d}", f"{day:%m}", f"{day.year:04d}"))})

    assert form.is_valid()
    assert form.cleaned_data["day"] == day


@given(st.text(max_size=12))
def test_any_text_is_a_day_or_a_sentence(text):
    form = Form({"day": text})

    assert form.is_valid() or len(form.errors["day"]) == 1
