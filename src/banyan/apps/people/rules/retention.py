"""How long records are kept where a site has not said otherwise. Asked of a lawyer before they count."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.apps.people.choices import RecordClass, RetentionAction

UNSURE = _("đề nghị của Banyan, cần hỏi luật sư")


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How many years one class of record is kept after it is closed, and what a person then decides on."""

    record_class: RecordClass
    years: int
    action: str = RetentionAction.REVIEW
    source: str | Promise = UNSURE


DEFAULTS = (
    Keeping(record_class=RecordClass.DEAD_PERSON, years=30, action=RetentionAction.ANONYMISE),
    Keeping(record_class=RecordClass.CLOSED_REQUEST, years=5),
    Keeping(record_class=RecordClass.CLOSED_BREACH, years=10),
    Keeping(record_class=RecordClass.GLASS_GRANT, years=5),
    Keeping(record_class=RecordClass.SOURCE_FILE, years=5, action=RetentionAction.ERASE),
    Keeping(record_class=RecordClass.ACCESS_LINE, years=10),
)
