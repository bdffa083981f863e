from typing import Any

from django import template

from banyan.apps.people.presenters.glass import describe_marks

register = template.Library()


@register.inclusion_tag("people/marks.html", takes_context=True)
def person_marks(context: dict[str, Any], person_id: int) -> dict[str, Any]:
    """Say above a person's page that her record is open for some hours only, or restricted."""
    viewer = context["request"].viewer
    return {"marks": describe_marks(viewer, person_id)} if viewer and person_id else {}
