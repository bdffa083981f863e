from typing import Any

from django import template

from banyan.apps.core.rules.figures import format_moment
from banyan.apps.people.queries.glass import active_grants
from banyan.apps.people.queries.restriction import is_restricted

register = template.Library()


@register.inclusion_tag("people/marks.html", takes_context=True)
def person_marks(context: dict[str, Any], person_id: int) -> dict[str, Any]:
    """Say above a person's page that her record is open for some hours only, or restricted."""
    viewer = context["request"].viewer
    grant = active_grants(viewer).filter(person_id=person_id).order_by("-until").first()
    return {
        "marks": {
            "open_until": format_moment(grant.until) if grant else "",
            "restricted": is_restricted(person_id),
        }
    }
