"""What hangs on a person: other names, other papers, where she has lived."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.person import IdentifierForm, OtherNameForm
from banyan.apps.people.forms.residence import CorrectResidenceForm, ResidenceForm, typed_of
from banyan.apps.people.models import Person
from banyan.apps.people.services.identity import add_identifier, add_name
from banyan.apps.people.services.residence import add_residence, correct_residence, place_ward
from banyan.apps.people.views.person import describe_frame, find_person
from banyan.science.coding import CodeError


@require_POST
@requires(Capability.EDIT_PERSONS)
def add_other_name(request: ViewedRequest, number: str) -> HttpResponse:
    person = find_person(request, number)
    form = OtherNameForm(request.POST, prefix="name")
    if form.is_valid():
        add_name(person=person, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Đã thêm tên."))
    else:
        messages.error(request, _("Ghi họ và tên rồi mới thêm được."))
    return redirect("person", number=number)


@require_POST
@requires(Capability.EDIT_PERSONS)
def add_paper(request: ViewedRequest, number: str) -> HttpResponse:
    person = find_person(request, number)
    form = IdentifierForm(request.POST, prefix="paper")
    if form.is_valid():
        add_identifier(person=person, by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Đã thêm giấy tờ."))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("person", number=number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_PERSONS)
def add_place(request: ViewedRequest, number: str) -> HttpResponse:
    """Write down where the person lives from some day on; the place before ends there."""
    person = find_person(request, number)
    form = ResidenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        start, precision = facts["start"]
        try:
            add_residence(
                person=person,
                ward=facts["ward"],
                address=facts["address"],
                start=start,
                start_precision=precision,
                chosen=facts["chosen"],
                by=request.viewer,
            )
        except CodeError as error:
            form.add_error("ward", error.sentence.in_language(get_language() or "vi"))
        else:
            messages.success(request, _("Đã ghi nơi ở."))
            return redirect("person", number=number)
    return show_place(request, person, form, title=_("Thêm nơi ở"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_PERSONS)
def correct_place(request: ViewedRequest, number: str, residence_id: int) -> HttpResponse:
    """Correct what was written of one place; the history keeps what it was."""
    person = find_person(request, number)
    residence = get_object_or_404(person.residences, pk=residence_id)
    form = CorrectResidenceForm(request.POST or None, initial=typed_of(residence))
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            placed = place_ward(facts["ward"], facts["chosen"])
        except CodeError as error:
            form.add_error("ward", error.sentence.in_language(get_language() or "vi"))
        else:
            start, precision = facts["start"]
            correct_residence(
                residence=residence,
                reason=facts["reason"],
                by=request.viewer,
                address=facts["address"],
                start=start,
                start_precision=precision,
                end=facts["end"].date,
                **placed,
            )
            messages.success(request, _("Đã sửa nơi ở."))
            return redirect("person", number=number)
    return show_place(request, person, form, title=_("Sửa nơi ở"))


def show_place(request: ViewedRequest, person: Person, form: Any, *, title: str) -> HttpResponse:
    log_access(by=request.viewer, action="edit", subject="person", subject_id=person.pk, people=[person.pk])
    context = {**describe_frame(request, person), "form": form, "title": title}
    return render(request, "people/residence.html", context, status=422 if form.errors else 200)
