import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils import translation


def render(text: str, **context: object) -> str:
    with translation.override("vi"):
        return Template(text).render(Context(context))


def test_numbers_in_a_template():
    assert (
        render("{{ rate|figure:1 }} {{ share|percent:1 }}", rate=1234.56, share=91.1) == "1.234,6 91,1\u00a0%"
    )
    assert render("{% interval 33.7 35.1 1 %}") == "33,7–35,1"
    assert render("{{ year }} {{ year|plain }}", year=2026) == "2.026 2026"


def test_badge_says_shape_word_and_colour():
    shown = render('{% badge "urgent" words %}', words="Gấp <quá hạn>")

    assert 'class="st st-urgent tag"' in shown
    assert '<use href="#s-urgent">' in shown
    assert "Gấp &lt;quá hạn&gt;" in shown


def test_badge_refuses_a_status_that_the_language_does_not_have():
    with pytest.raises(TemplateSyntaxError, match="no status 'danger'"):
        render('{% badge "danger" "x" %}')


def test_level_is_drawn_and_named():
    assert 'aria-label="cấp cơ bản"' in render("{% level 2 %}")


def test_bar_keeps_within_its_frame():
    shown = render("{% bar 140 'đầy' target=15 missed=True %}")

    assert 'width="100.0"' in shown
    assert 'x1="15.0"' in shown
    assert 'class="bar missed"' in shown


def test_interval_bar_uses_attributes_only():
    shown = render("{% interval_bar 10 20 40 0 100 %}")

    assert 'x1="20.0" x2="80.0"' in shown
    assert "style" not in shown
