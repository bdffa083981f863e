"""What is written as text is, letter for letter, what Django's own templates write."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.apps.core.forms.renderer import WRITERS, TextRenderer

VALUES = st.one_of(
    st.none(), st.text(max_size=20), st.integers(), st.booleans(), st.just(mark_safe("<b>&amp;"))
)
NAMES = st.text("abcxyz-", min_size=1, max_size=6)
CHOICES = [("", "—"), ("1", "Nam & nữ"), ("<2>", _("Sáng")), ("Nhóm ‘a’", [("3", "ba"), (4, "bốn")])]
WIDGETS = [
    forms.TextInput,
    forms.HiddenInput,
    forms.NumberInput,
    forms.EmailInput,
    forms.URLInput,
    forms.PasswordInput,
    forms.DateInput,
    forms.SearchInput,
    forms.TelInput,
    forms.Textarea,
    lambda attrs: forms.Select(attrs, choices=CHOICES),
    lambda attrs: forms.SelectMultiple(attrs, choices=CHOICES),
]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(WIDGETS), NAMES, VALUES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_field_is_written_as_by_django(make, name, value, attributes) -> None:
    widget = make(attributes)

    ours, theirs = (widget.render(name, value, renderer=way()) for way in (TextRenderer, DjangoTemplates))

    assert ours == theirs


@pytest.mark.parametrize(
    "widget", [forms.RadioSelect(choices=CHOICES), forms.CheckboxInput(), forms.FileInput()]
)
def test_what_has_no_writer_goes_through_its_template(widget: forms.Widget) -> None:
    assert widget.template_name not in WRITERS
    assert widget.render("a", "1", renderer=TextRenderer()) == widget.render(
        "a", "1", renderer=DjangoTemplates()
    )
