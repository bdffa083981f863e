"""Drafts: kept while somebody types, gone once it is saved, thrown away or forgotten."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from banyan.apps.core.rules import Viewer
from banyan.apps.registry.models import Draft
from banyan.apps.registry.queries.draft import own_drafts

DAYS_KEPT = 14
LONGEST = 500


class NewerDraft(Exception):
    """Another page of the same form has kept something that this one has not seen."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        super().__init__(f"revision {draft.revision}")


@transaction.atomic
def keep_draft(
    *,
    form: str,
    subject_id: int,
    typed: Mapping[str, str],
    names: Iterable[str],
    revision: int,
    by: Viewer,
) -> Draft:
    """Keep the fields `names` of what was typed, over the `revision` that the page knows (0: none).

    Raises NewerDraft where that is not the newest: two pages never write over each other.
    """
    draft, is_new = Draft.objects.select_for_update().get_or_create(
        staff_id=by.staff_id, form=form, subject_id=subject_id
    )
    if not is_new and draft.revision != revision:
        raise NewerDraft(draft)
    draft.fields = {name: typed[name][:LONGEST] for name in names if typed.get(name)}
    draft.revision = 1 if is_new else revision + 1
    draft.save()
    return draft


def drop_draft(*, form: str, subject_id: int, by: Viewer) -> None:
    own_drafts(by).filter(form=form, subject_id=subject_id).delete()


def forget_drafts(*, now: datetime) -> int:
    """Delete what nobody came back to; return how many."""
    return Draft.objects.filter(updated_at__lt=now - timedelta(days=DAYS_KEPT)).delete()[0]
