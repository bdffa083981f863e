from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.person import EditPersonForm, IdentifierForm, OtherNameForm, typed_of
from banyan.apps.people.models import Person
from banyan.apps.people.presenters import person as shown
from banyan.apps.people.presenters.history import describe_conflict
from banyan.apps.people.presenters.panels import panels_for
from banyan.apps.people.presenters.residence import list_residences
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.queries.residence import current_wards_of, residences_of
from banyan.apps.people.queries.survivor import survivor_of
from banyan.apps.people.queries.withdrawn import withdrawn_people
from banyan.apps.people.services.editing import EditConflict, ReasonMissing
from banyan.apps.people.services.identity import edit_identity


def find_person(request: ViewedRequest, number: str) -> Person:
    """Return a person in the viewer's scope, or nothing at all."""
    return get_object_or_404(visible_people(request.viewer), number=number)


def find_record(request: ViewedRequest, number: str) -> Person:
    """Return a person in the viewer's scope, or a withdrawn record that the data officer may still show and erase."""
    return withdrawn_people(request.viewer).filter(number=number).first() or find_person(request, number)


def describe_frame(request: ViewedRequest, person: Person) -> dict[str, Any]:
    """Return what every page of a person needs."""
    ward = current_wards_of([person]).get(person.pk, "")
    banner = shown.describe_banner(person, request.viewer, today=timezone.localdate(), ward=ward)
    return {"person": person, "banner": banner, "may_edit": request.viewer.can(Capability.EDIT_PERSONS)}


@require_safe
@requires(Capability.VIEW_PERSONS)
def show_person(request: ViewedRequest, number: str) -> HttpResponse:
    """Show one person: who she is, where she has lived, and what each stage of the way knows of her."""
    person = visible_people(request.viewer).filter(number=number).first()
    if person is None:
        return lead_to_survivor(request, number)
    log_access(by=request.viewer, action="open", subject="person", subject_id=person.pk, people=[person.pk])
    context = {
        **describe_frame(request, person),
        "facts": shown.list_facts(person, request.viewer),
        "questions": shown.list_questions(person),
        "residences": list_residences(residences_of(person)),
        "panels": panels_for(request.viewer, person.pk),
        "name_form": OtherNameForm(prefix="name"),
        "paper_form": IdentifierForm(prefix="paper"),
        "may_merge": request.viewer.can(Capability.MERGE_PERSONS),
        "may_tell_who_looked": request.viewer.can(Capability.RECORD_CONSENT),
    }
    return render(request, "people/person.html", context)


def lead_to_survivor(request: ViewedRequest, number: str) -> HttpResponse:
    """Lead from the number of a record that was merged to the record that holds it now."""
    survivor = survivor_of(number)
    if survivor is None:
        raise Http404
    found = get_object_or_404(visible_people(request.viewer), pk=survivor)
    messages.info(
        request,
        _("Hồ sơ %(old)s đã gộp vào %(new)s.") % {"old": number, "new": found.number},
    )
    return redirect("person", number=found.number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_PERSONS)
def edit_person(request: ViewedRequest, number: str) -> HttpResponse:
    """Change a person; whoever was faster is shown, and nothing typed is lost."""
    person = find_person(request, number)
    if request.method != "POST":
        return show_form(request, person, EditPersonForm(initial=typed_of(person)))
    form = EditPersonForm(request.POST)
    if not form.is_valid():
        return show_form(request, person, form, status=422)
    try:
        edit_identity(
            person=person,
            changes=form.person_facts(),
            version=form.cleaned_data["version"],
            keep_name=form.cleaned_data["keep_name"],
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        )
    except ReasonMissing:
        form.add_error("reason", _("Ghi vì sao đổi: giới, ngày sinh hay tình trạng sống đã khác trước."))
        return show_form(request, person, form, status=422)
    except EditConflict as conflict:
        return show_conflict(request, person, conflict)
    messages.success(request, _("Đã lưu."))
    return redirect("person", number=person.number)


def show_conflict(request: ViewedRequest, person: Person, conflict: EditConflict) -> HttpResponse:
    """Show what the other one changed above what was typed; the next save is over the newer version."""
    person.refresh_from_db()
    typed = {name: request.POST.get(name, "") for name in EditPersonForm.base_fields}
    again = EditPersonForm(initial={**typed, "version": person.version})
    return show_form(
        request, person, again, status=409, conflict=describe_conflict(conflict.changes, request.viewer)
    )


def show_form(
    request: ViewedRequest, person: Person, form: EditPersonForm, *, status: int = 200, **extra: Any
) -> HttpResponse:
    log_access(by=request.viewer, action="edit", subject="person", subject_id=person.pk, people=[person.pk])
    context = {**describe_frame(request, person), "form": form, **extra}
    return render(request, "people/edit.html", context, status=status)
