"""A person's own file: all that is known of her and who has looked, to be printed or handed over as JSON."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.models import Person
from banyan.apps.people.presenters.dossier import Section, tell_all, write_json
from banyan.apps.people.services.scrubbing import list_records
from banyan.apps.people.views.person import describe_frame, find_record


def gather(request: ViewedRequest, number: str, how: str) -> tuple[Person, list[Section]]:
    """Return the person and her file; that it was made is a look too, and stands in it from the next time on."""
    person = find_record(request, number)
    sections = tell_all(list_records(person.pk))
    log_access(
        by=request.viewer,
        action="export",
        subject="person",
        subject_id=person.pk,
        people=[person.pk],
        detail=how,
    )
    return person, sections


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def show_dossier(request: ViewedRequest, number: str) -> HttpResponse:
    person, sections = gather(request, number, "page")
    context = {**describe_frame(request, person), "sections": sections, "made_at": timezone.now()}
    return render(request, "people/dossier.html", context)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def download_dossier(request: ViewedRequest, number: str) -> HttpResponse:
    person, sections = gather(request, number, "json")
    whole = {"number": person.number, "made_at": timezone.now().isoformat(), **write_json(sections)}
    response = JsonResponse(whole, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{person.number}.json"'
    return response
