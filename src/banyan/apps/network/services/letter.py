"""A letter with a one-time link, where the site has a mail server."""

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

from banyan.apps.network.choices import LinkPurpose
from banyan.apps.network.models import Staff
from banyan.apps.network.services.security import report


def can_write() -> bool:
    return not settings.EMAIL_BACKEND.endswith("dummy.EmailBackend")


def send_link(*, staff: Staff, purpose: str, address: str) -> bool:
    """Send the link to its reader; say whether the mail server took it. The hand-over never waits for it."""
    if not can_write():
        return False
    subject, first = {
        LinkPurpose.INVITE: (_("Tài khoản Banyan của bạn"), _("Bạn được mời vào Banyan.")),
        LinkPurpose.RESET: (
            _("Đặt lại mật khẩu Banyan"),
            _("Quản trị viên đã mở lại việc đặt mật khẩu cho bạn."),
        ),
    }[LinkPurpose(purpose)]
    hours = int(settings.LINK_LIFE.total_seconds() // 3600)
    rest = _("Mở liên kết này trong %(hours)s giờ và đặt mật khẩu. Liên kết dùng một lần.") % {"hours": hours}
    text = "\n\n".join([first, rest, address, _("Không phải của bạn? Xóa thư này và báo cho quản trị viên.")])
    try:
        return bool(send_mail(subject, text, None, [staff.email]))
    except (smtplib.SMTPException, OSError):
        report("letter-failed", staff_id=staff.pk)
        return False
