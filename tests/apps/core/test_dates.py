"""03/04/2026 is the third of April: typed, stored, shown, in both languages."""

from datetime import date

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

BOTH = pytest.mark.parametrize("language", ["vi", "en"])


class DayForm(forms.Form):
    day = forms.DateField()


def read(text: str) -> date | None:
    form = DayForm({"day": text})
    return form.cleaned_data["day"] if form.is_valid() else None


@BOTH
@pytest.mark.parametrize(
    "typed", ["03/04/2026", "3/4/2026", "03-04-2026", "03.04.2026", "03042026", "2026-04-03"]
)
def test_form_reads_the_day_first(language, typed):
    with translation.override(language):
        assert read(typed) == date(2026, 4, 3)


@BOTH
@pytest.mark.parametrize("typed", ["04/13/2026", "31/11/2026", "13/31/2026", "2026/04/03"])
def test_form_refuses_what_is_not_a_day_first_date(language, typed):
    with translation.override(language):
        assert read(typed) is None


@BOTH
def test_form_shows_the_day_first(language):
    with translation.override(language):
        assert 'value="03/04/2026"' in str(DayForm(initial={"day": date(2026, 4, 3)})["day"])


@BOTH
@pytest.mark.parametrize(
    "shown", ["{{ day }}", "{{ day|date }}", '{{ day|date:"SHORT_DATE_FORMAT" }}', "{{ day|partial_date }}"]
)
def test_template_shows_the_day_first(language, shown):
    with translation.override(language):
        assert Template(shown).render(Context({"day": date(2026, 4, 3)})) == "03/04/2026"


def test_template_shows_what_is_known_of_a_date():
    known = Template("{{ day|partial_date:precision }}")

    assert known.render(Context({"day": date(2026, 10, 1), "precision": "month"})) == "10/2026"
    assert known.render(Context({"day": date(2026, 1, 1), "precision": "year"})) == "2026"
