from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.forms.moment import MomentField
from banyan.apps.people.choices import IdentityCheck, RequestChannel, RequestKind, RequestState

CHOOSE = ("", _("chọn"))
CLOSINGS = [(state.value, state.label) for state in (RequestState.DONE, RequestState.REFUSED)]


class RequestForm(forms.Form):
    """What the person asks, as she came with it."""

    kind = forms.ChoiceField(label=_("Yêu cầu gì"), choices=[CHOOSE, *RequestKind.choices])
    received_at = MomentField(label=_("Nhận lúc"), initial=timezone.now)
    channel = forms.ChoiceField(label=_("Qua đường nào"), choices=[CHOOSE, *RequestChannel.choices])
    identity = forms.ChoiceField(
        label=_("Đã kiểm tra người hỏi bằng"), choices=[CHOOSE, *IdentityCheck.choices]
    )
    asked_by = forms.CharField(
        label=_("Ai hỏi thay"),
        required=False,
        max_length=120,
        help_text=_("để trống nếu chính người bệnh hỏi"),
    )
    words = forms.CharField(label=_("Nội dung yêu cầu"), widget=forms.Textarea(attrs={"rows": 4}))
    third_party = forms.BooleanField(
        label=_("Có bên thứ ba đang giữ bản sao dữ liệu, phải làm cùng"), required=False
    )


class IdentityForm(forms.Form):
    identity = forms.ChoiceField(
        label=_("Đã kiểm tra người hỏi bằng"), choices=[CHOOSE, *IdentityCheck.choices[1:]]
    )


class AnswerForm(forms.Form):
    words = forms.CharField(label=_("Câu trả lời đã gửi"), widget=forms.Textarea(attrs={"rows": 3}))


class ExtendForm(forms.Form):
    reason = forms.CharField(
        label=_("Lý do gia hạn"), max_length=300, help_text=_("chỉ một lần, và phải báo người hỏi")
    )


class CloseForm(forms.Form):
    state = forms.ChoiceField(label=_("Kết quả"), choices=CLOSINGS, widget=forms.RadioSelect)
    words = forms.CharField(label=_("Đã làm gì, hoặc vì sao không"), widget=forms.Textarea(attrs={"rows": 3}))


class RestrictForm(forms.Form):
    reason = forms.CharField(label=_("Lý do hạn chế"), max_length=300)
