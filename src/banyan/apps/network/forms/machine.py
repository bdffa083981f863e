from django import forms
from django.utils.translation import gettext_lazy as _

from banyan.apps.network.forms.member import RoleForm


class MachineForm(RoleForm):
    """A new account for a machine, with its role."""

    full_name = forms.CharField(
        label=_("Tên máy hoặc phần mềm"), max_length=120, help_text=_("ví dụ: HIS Bệnh viện Sông Nhuệ")
    )
    field_order = ("full_name", "facility", "role", "first_day", "last_day")


class KeyForm(forms.Form):
    name = forms.CharField(label=_("Dùng vào việc gì"), max_length=80)
    days = forms.IntegerField(
        label=_("Số ngày hiệu lực"), min_value=1, max_value=366, initial=180, help_text=_("nhiều nhất 366")
    )
