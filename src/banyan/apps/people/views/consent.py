from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.choices import Purpose
from banyan.apps.people.forms.consent import ConsentForm
from banyan.apps.people.models import Person
from banyan.apps.people.presenters.consent import describe_purposes
from banyan.apps.people.queries.consent import consents_of, current_text, newest_decision
from banyan.apps.people.rules.consent import BY_LAW
from banyan.apps.people.services.consent import NotAsked, record_consent
from banyan.apps.people.views.person import describe_frame, find_person


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.RECORD_CONSENT)
def show_consents(request: ViewedRequest, number: str) -> HttpResponse:
    """Show each purpose with what she said of it; take down her word on one of them."""
    person = find_person(request, number)
    if request.method != "POST":
        log_look(request, person)
        return show_page(request, person)
    purpose = request.POST.get("purpose", "")
    if purpose not in Purpose.values or purpose in BY_LAW:
        raise Http404
    form = ConsentForm(request.POST, purpose=purpose, before=newest_decision(person.pk, purpose))
    if not form.is_valid():
        log_look(request, person)
        return show_page(request, person, form, purpose)
    try:
        record_consent(
            person=person,
            purpose=purpose,
            text_version=current_text(purpose).version,
            by=request.viewer,
            **form.cleaned_data,
        )
    except NotAsked:
        messages.error(request, _("Vừa có người ghi trước; xem lại rồi ghi tiếp nếu còn cần."))
    else:
        messages.success(request, _("Đã ghi lời của người bệnh."))
    return redirect("person-consent", number=person.number)


def log_look(request: ViewedRequest, person: Person) -> None:
    log_access(
        by=request.viewer, action="consent", subject="person", subject_id=person.pk, people=[person.pk]
    )


def show_page(
    request: ViewedRequest, person: Person, form: ConsentForm | None = None, purpose: str = ""
) -> HttpResponse:
    states = consents_of(person.pk)
    answers: dict[str, forms.Form] = {
        state.purpose: ConsentForm(purpose=state.purpose, before=state.decision)
        for state in states
        if state.purpose not in BY_LAW
    }
    if form:
        answers[Purpose(purpose)] = form
    context = {
        **describe_frame(request, person),
        "purposes": describe_purposes(states, answers),
        "bound": form,
        "open": purpose,
    }
    return render(request, "people/consents.html", context, status=422 if form else 200)
