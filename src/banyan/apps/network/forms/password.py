"""What Django asks of a new password, beside its length."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from banyan.apps.network.models import Staff
from banyan.apps.network.queries.member import postings_of
from banyan.apps.network.rules.password import is_breached, is_guessable


class GuessableValidator:
    """Refuses what someone who knows the person, the facility or Vietnamese would soon guess."""

    def validate(self, password: str, user: Any = None) -> None:
        if is_guessable(password, know_about(user)):
            raise ValidationError(
                _("Mật khẩu này dễ đoán. Ghép bốn, năm từ không liên quan đến bạn hay nơi làm việc."),
                code="guessable",
            )

    def get_help_text(self) -> str:
        return _("Không dễ đoán từ tên bạn, nơi làm việc hay những câu ai cũng dùng.")


class BreachedValidator:
    """Refuses what stands in the site's own file of stolen passwords (BANYAN_BREACHED_PASSWORDS)."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ARG002 -- Django's signature
        if settings.BREACHED_PASSWORDS and is_breached(password, Path(settings.BREACHED_PASSWORDS)):
            raise ValidationError(
                _("Mật khẩu này đã bị lộ trong một vụ mất dữ liệu nơi khác. Chọn mật khẩu khác."),
                code="breached",
            )

    def get_help_text(self) -> str:
        return _("Chưa từng bị lộ ở nơi khác.")


def know_about(user: Any) -> list[str]:
    """Return the texts that an acquaintance knows: name, address, places of work."""
    if not isinstance(user, Staff):
        return []
    words = [user.full_name, user.email]
    if user.pk:
        for posting in postings_of(user):
            words += [posting.facility.name_vi, posting.facility.name_en, posting.facility.code]
    return words
