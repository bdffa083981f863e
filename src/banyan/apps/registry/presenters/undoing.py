"""What taking an import back would do, in lines."""

from django.utils.translation import gettext as _

from banyan.apps.core.rules.figures import format_figure
from banyan.apps.registry.queries.undoing import Plan


def describe_plan(plan: Plan) -> list[str]:
    """Return a line for each kind of thing that would go or come back."""
    counted = (
        (plan.new_cases, _("rút ca do lô này thêm: %(count)s")),
        (plan.new_people, _("rút hồ sơ người bệnh do lô này thêm: %(count)s")),
        (plan.changed_cases, _("trả ca về giá trị trước khi nhập: %(count)s")),
        (plan.changed_people, _("trả hồ sơ người bệnh về giá trị trước khi nhập: %(count)s")),
        (plan.rows, _("thôi tính dòng nguồn, dòng vẫn còn trong lịch sử: %(count)s")),
    )
    return [words % {"count": format_figure(count)} for count, words in counted if count]
