"""The shared parts drawn from their presenters."""

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from banyan.apps.core.presenters.parts import (
    Answer,
    DataTable,
    FigureCard,
    PersonBanner,
    QualityMeasure,
    QualityStrip,
    TimelineEvent,
)


class CaseForm(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="họ trước")
    sex = forms.ChoiceField(label="Giới", choices=[("1", "nam"), ("2", "nữ")], widget=forms.RadioSelect)
    dead = forms.BooleanField(label="Đã mất", required=False)


def draw(name: str, **context: object) -> str:
    return render_to_string(f"core/{name}.html", context)


def test_field_points_at_its_hint_and_its_error():
    field = CaseForm({"name": ""})["name"]

    shown = draw("field", field=field)

    assert 'aria-describedby="id_name_helptext id_name_error"' in shown
    assert 'id="id_name_helptext"' in shown
    assert 'id="id_name_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert '<label for="id_name">' in shown


def test_field_of_choices_is_a_group_with_a_legend():
    shown = draw("field", field=CaseForm()["sex"])

    assert "<fieldset" in shown
    assert "<legend>Giới</legend>" in shown


def test_field_of_a_tick_has_its_words_beside_it():
    assert '<label for="id_dead">Đã mất</label>' in draw("field", field=CaseForm()["dead"])


def test_error_summary_takes_focus_and_leads_to_the_field():
    shown = draw("error_summary", form=CaseForm({"name": ""}))

    assert "autofocus" in shown
    assert 'href="#id_name"' in shown
    assert "Còn 2 ô phải sửa" in shown


def test_error_summary_of_a_good_form_is_nothing():
    assert draw("error_summary", form=CaseForm()).strip() == ""


def test_figure_card_in_the_order_of_the_design():
    card = FigureCard(
        slug="trend",
        topic="Xu hướng",
        finding="Tăng 3,8 % mỗi năm",
        label="Xu hướng mới mắc",
        svg=mark_safe("<svg></svg>"),
        key=[(mark_safe("<svg></svg>"), "Từng năm")],
        table=DataTable(title="Bảng số", columns=[("Năm", False), ("Ca", True)], rows=[("2024", "1.770")]),
        trust=["* tạm tính"],
        downloads=[("SVG", "/a.svg"), ("CSV", "/a.csv")],
        method_address="/how/",
    )

    shown = draw("figure_card", card=card)

    order = [
        "Xu hướng",
        "<h2>Tăng",
        'role="img"',
        'class="key"',
        "<details",
        'class="trust"',
        "/a.svg",
        "/how/",
    ]
    places = [shown.index(part) for part in order]
    assert places == sorted(places)
    assert '<td class="n">1.770</td>' in shown
    assert '<th scope="row">2024</th>' in shown


def test_answer_draws_its_interval_on_a_fixed_scale():
    answer = Answer(
        label="Chuẩn hóa", value="34,4", interval="33,7–35,1", ends=(33.7, 34.4, 35.1), scale=(0, 100)
    )

    shown = draw("answer", answers=[answer])

    assert 'x1="67.4" x2="70.2"' in shown
    assert "KTC 95\u00a0%" in shown


def test_missed_target_is_shape_and_word():
    measure = QualityMeasure(
        label="Không rõ giai đoạn", value="18,4 %", target="≤ 15", share=18.4, target_share=15, missed=True
    )

    shown = draw("quality_strip", strip=QualityStrip(grade="B", words="Chất lượng: khá", measures=[measure]))

    assert 'aria-label="chưa đạt đích"' in shown
    assert 'class="bar missed"' in shown


def test_person_banner_and_timeline():
    banner = PersonBanner(
        name="Nguyễn Thị Hằng",
        facts=[("Căn cước", "•••••••• 4127", True)],
        alerts=[("warn", "Có thể trùng")],
    )
    event = TimelineEvent(date="26/11/2026", words="Hội chẩn", level=3, done=False)

    assert "Có thể trùng" in draw("person_banner", banner=banner)
    assert "<li>" in draw("timeline", events=[event])
