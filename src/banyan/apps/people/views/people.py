from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.kept import asked_text, keep_text, kept_text
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.person import AlikeForm, NewPersonForm, PersonFilterForm
from banyan.apps.people.presenters.alike import AlikeView, list_alike
from banyan.apps.people.presenters.person import list_people
from banyan.apps.people.queries.duplicates import find_alike
from banyan.apps.people.queries.list import COUNTED, find_people, read_people
from banyan.apps.people.queries.residence import current_wards_of
from banyan.apps.people.services.person import add_person
from banyan.apps.people.services.residence import add_residence

PER_PAGE = 50
NUMBERS = ("citizen_id", "insurance_number")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.VIEW_PERSONS)
def show_people(request: ViewedRequest) -> HttpResponse:
    """Show the people that a filter asks for, in Vietnamese order. What is looked for comes by POST and stays here."""
    if request.method == "POST":
        return keep_question(request)
    text = asked_text(request.session, request.GET.dict())
    form = PersonFilterForm({**request.GET.dict(), "q": text})
    found = find_people(request.viewer, form.wanted())
    page = Paginator(found[:COUNTED], PER_PAGE).get_page(request.GET.get("page"))
    shown = read_people(page.object_list)
    log_access(
        by=request.viewer,
        action="search" if text else "list",
        subject="person",
        people=[person.pk for person in shown],
    )
    context = {
        "form": form,
        "page": page,
        "people": list_people(shown, current_wards_of(shown), request.viewer),
        "more_than": COUNTED if len(found) > COUNTED else 0,
        "asked": bool(text or form.in_address()),
        "kept": request.GET.get("kept", "") if text else "",
    }
    return render(request, "people/people.html", context)


def keep_question(request: ViewedRequest) -> HttpResponse:
    """Keep the names and numbers, and lead to an address that holds none of them."""
    form = PersonFilterForm(request.POST)
    address = form.in_address()
    if text := request.POST.get("q", "").strip():
        address["kept"] = keep_text(request.session, text)
    return redirect(f"{reverse('people')}?{urlencode(address)}" if address else "people")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_PERSONS)
def add_new(request: ViewedRequest) -> HttpResponse:
    """Add a person, after a look at those who may be the same one."""
    if request.method != "POST":
        return show_new(request, NewPersonForm(initial=carry_over(request)), [])
    form = NewPersonForm(request.POST)
    if not form.is_valid():
        return show_new(request, form, [], status=422)
    alike = [] if "new" in request.POST else look_alike(request)
    if any(one.status != "info" for one in alike):
        return show_new(request, form, alike, status=409)
    with transaction.atomic():
        person = add_person(by=request.viewer, **form.person_facts())
        add_residence(
            person=person,
            ward=form.cleaned_data["ward_code"],
            address=form.cleaned_data["address"],
            by=request.viewer,
        )
    messages.success(request, _("Đã thêm %(number)s.") % {"number": person.number})
    return redirect("person", number=person.number)


def carry_over(request: ViewedRequest) -> dict[str, str]:
    """Return what was looked for as the beginning of the form: a name as the name, digits as the number."""
    text = kept_text(request.session, request.GET.get("kept", ""))
    digits = "".join(letter for letter in text if letter.isdigit())
    if not text:
        return {}
    if not digits:
        return {"full_name": text}
    return {"citizen_id": digits} if len(digits) in {9, 12} else {"insurance_number": text}


def show_new(
    request: ViewedRequest, form: NewPersonForm, alike: list[AlikeView], status: int = 200
) -> HttpResponse:
    return render(request, "people/new.html", {"form": form, "alike": alike}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.VIEW_PERSONS)
def show_alike(request: ViewedRequest) -> HttpResponse:
    """Give the fragment of who may be the one being typed. Numbers count only by POST: an address never holds one."""
    return render(request, "people/alike.html", {"alike": look_alike(request), "asked": True})


def look_alike(request: ViewedRequest) -> list[AlikeView]:
    posted = request.method == "POST"
    data = (
        request.POST.dict()
        if posted
        else {name: value for name, value in request.GET.dict().items() if name not in NUMBERS}
    )
    found = find_alike(request.viewer, **AlikeForm(data).typed())
    if found:
        log_access(
            by=request.viewer,
            action="search",
            subject="person",
            people=[alike.person.pk for alike in found],
        )
    wards = current_wards_of([alike.person for alike in found])
    return list_alike(found, wards, request.viewer)
