"""The forms that take a code. A wrong code counts like a wrong password (receivers), and a closed account stays closed."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django.utils.translation import gettext_lazy as _

from banyan.apps.network.services.lockout import is_locked_out


class LockedOut:
    user: Any

    def clean_code(self) -> str:
        request = context.request
        if is_locked_out(request, self.user.email):
            request.axes_locked_out = True  # axes' middleware then answers for the page
            raise get_adapter().validation_error("too_many_login_attempts")
        return str(super().clean_code())  # type: ignore[misc]


class CodeForm(LockedOut, AuthenticateForm):
    pass


class ConfirmationForm(LockedOut, ReauthenticateForm):
    pass


class NamedKey:
    """A key of WebAuthn, by a name that tells it from the other ones."""

    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Tên khóa")
        self.fields["name"].help_text = _("để phân biệt, ví dụ: điện thoại, khóa trong ngăn bàn")


class NewKeyForm(NamedKey, AddWebAuthnForm):
    pass


class RenamedKeyForm(NamedKey, EditWebAuthnForm):
    pass
