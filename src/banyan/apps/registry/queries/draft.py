from django.db.models import QuerySet

from banyan.apps.core.rules import Viewer
from banyan.apps.registry.models import Draft


def own_drafts(viewer: Viewer) -> QuerySet[Draft]:
    """Return what the viewer herself has typed and not saved: a draft is its author's alone."""
    return Draft.objects.filter(staff_id=viewer.staff_id)


def find_draft(viewer: Viewer, form: str, subject_id: int = 0) -> Draft | None:
    return own_drafts(viewer).filter(form=form, subject_id=subject_id).first()
