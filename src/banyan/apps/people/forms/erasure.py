from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import ErasureState


class AskErasureForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do xóa"), max_length=300, help_text=_("không ghi tên; câu này còn lại sau khi xóa")
    )


class HoldForm(forms.Form):
    reason = forms.CharField(label=_("Nghĩa vụ phải giữ nguyên hồ sơ"), max_length=300)


class DecideErasureForm(forms.Form):
    state = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[
            (ErasureState.DONE, _("duyệt: xóa danh tính ngay, không lấy lại được")),
            (ErasureState.REFUSED, _("không duyệt")),
        ],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=_("Đã đối chiếu gì"), max_length=300)
