from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import GlassReason, GlassVerdict


class GlassForm(forms.Form):
    """An exact number, why it must be now, and the word of who asks."""

    number = forms.CharField(
        label=_("Số hồ sơ, số căn cước hoặc số thẻ bảo hiểm"),
        max_length=40,
        help_text=_("gõ đủ cả số; không tìm theo tên"),
        widget=forms.TextInput(attrs={"class": "num", "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=_("Lý do"), choices=[("", _("chọn lý do")), *GlassReason.choices])
    words = forms.CharField(
        label=_("Ghi rõ hoàn cảnh"),
        min_length=10,
        max_length=300,
        help_text=_("người duyệt sẽ đọc câu này; không ghi tên người bệnh"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    sure = forms.BooleanField(
        label=_(
            "Tôi cần hồ sơ này để chăm sóc người bệnh, và biết rằng lần mở này được báo và được duyệt lại"
        )
    )


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Kết luận"), choices=GlassVerdict, widget=forms.RadioSelect)
    words = forms.CharField(label=_("Nhận xét"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
