from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import Role
from banyan.apps.core.forms.day import DayField
from banyan.apps.network.models import Facility, Staff
from banyan.apps.network.queries.facility import name_facility
from banyan.apps.network.queries.member import has_posting, is_email_taken
from banyan.apps.network.services.member import make_period


class FacilityField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Facility) -> str:
        return name_facility(obj)


class RoleForm(forms.Form):
    """A role at a facility, from a day on. The last day is worked too."""

    facility = FacilityField(queryset=Facility.objects.none(), label=_("Cơ sở"), empty_label=_("chọn cơ sở"))
    role = forms.ChoiceField(choices=[("", _("chọn vai trò")), *Role.choices], label=_("Vai trò"))
    first_day = DayField(label=_("Từ ngày"), help_text=_("ngày/tháng/năm, gõ 24112026 cũng được"))
    last_day = DayField(label=_("Đến hết ngày"), required=False, help_text=_("để trống nếu chưa biết"))

    def __init__(
        self, *args: Any, facilities: QuerySet[Facility], staff: Staff | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff
        cast("FacilityField", self.fields["facility"]).queryset = facilities
        self.fields["first_day"].initial = timezone.localdate

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Ngày cuối phải sau ngày đầu."))
        elif self.staff and not self.errors:
            self.refuse_overlap(self.staff, cleaned)
        return cleaned

    def refuse_overlap(self, staff: Staff, cleaned: dict[str, Any]) -> None:
        period = make_period(cleaned["first_day"], cleaned["last_day"])
        facility_id = cleaned["facility"].pk
        if has_posting(staff=staff, facility_id=facility_id, role=cleaned["role"], period=period):
            self.add_error("role", _("Người này đã giữ vai trò đó ở cơ sở đó trong khoảng thời gian này."))


class MemberForm(RoleForm):
    """An invitation: who, where, as what, for how long. The password is the invited person's own affair."""

    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, help_text=_("họ trước, như trên giấy tờ")
    )
    email = forms.EmailField(label=_("Email"), help_text=_("dùng để đăng nhập"))
    field_order = ("full_name", "email", "facility", "role", "first_day", "last_day")

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if is_email_taken(email):
            raise ValidationError(_("Email này đã có tài khoản."))
        return email


class NewPasswordForm(forms.Form):
    """A first or a new password, chosen by who will use it."""

    password1 = forms.CharField(
        label=_("Mật khẩu mới"),
        help_text=_("ít nhất 12 ký tự, chữ gì cũng được; bốn, năm từ ghép lại là tốt"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("Mật khẩu mới, gõ lần nữa"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, staff: Staff, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = staff

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        validate_password(password, self.staff)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Hai lần gõ mật khẩu phải giống nhau."))
        return cleaned


class ProofForm(forms.Form):
    """How an administrator made sure that who asks for a new second factor is who she says."""

    proof = forms.CharField(
        label=_("Đã kiểm tra là đúng người bằng cách nào"),
        max_length=200,
        help_text=_("gặp mặt và xem căn cước, hoặc trưởng khoa xác nhận; ghi vào nhật ký"),
    )


class EndForm(forms.Form):
    last_day = DayField(label=_("Đến hết ngày"))
