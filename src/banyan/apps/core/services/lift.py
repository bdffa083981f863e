from django.db import connection

from banyan.apps.core.models import GuardLift
from banyan.apps.core.rules import Viewer


def lift_guards(*, by: Viewer, subject: str, subject_id: int, reason: str) -> GuardLift:
    """Open kept rows (history, sources as they came) to this transaction alone; the line written here stays for ever.

    Call it inside the transaction that will change them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        (transaction,) = cursor.fetchone()
    return GuardLift.objects.create(
        transaction=transaction,
        staff_id=by.staff_id,
        subject=subject,
        subject_id=subject_id,
        reason=reason[:300],
    )
