"""A case from paper: who it is first, then the tumour."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.choices import DraftForm
from banyan.apps.registry.forms.case import FOLLOW_UP, IDENTITY, NewCaseForm
from banyan.apps.registry.presenters.alike import describe_known, describe_one
from banyan.apps.registry.presenters.case import list_plain_rows
from banyan.apps.registry.presenters.codes import list_short, lists_version
from banyan.apps.registry.presenters.entry import describe_draft
from banyan.apps.registry.queries.alike import Known, find_chosen, find_known
from banyan.apps.registry.queries.draft import find_draft
from banyan.apps.registry.services.draft import drop_draft
from banyan.apps.registry.services.entry import add_case as add_case_of

TUMOUR = (
    "topography",
    "laterality",
    "morphology",
    "grade",
    "basis",
    "incidence_date",
    "stage",
    "t",
    "n",
    "m",
)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.EDIT_CASES)
def add_case(request: ViewedRequest) -> HttpResponse:
    """Type a case from paper, of a person who is in the register or of a new one."""
    if request.method != "POST":
        return open_paper(request)
    if "use_person" in request.POST:
        return change_chosen(request, request.POST["use_person"])
    if "leave_person" in request.POST:
        return change_chosen(request, "")
    form = NewCaseForm(request.POST)
    return save_or_ask(request, form) if form.is_valid() else show_paper(request, form)


def open_paper(request: ViewedRequest) -> HttpResponse:
    draft = find_draft(request.viewer, DraftForm.NEW_CASE)
    if draft and "draft" in request.GET:
        form = NewCaseForm(initial=draft.fields)
        return show_paper(request, form, revision=draft.revision, resumed=describe_draft(draft))
    # what the page before knows is not asked again: the kind of paper, the person
    known = {name: value for name in ("kind", "person") if (value := request.GET.get(name))}
    form = NewCaseForm(initial=known or None)
    return show_paper(request, form, offer=describe_draft(draft))


def change_chosen(request: ViewedRequest, number: str) -> HttpResponse:
    """Take a person of the register for the one on the paper, or go back to what was typed. Nothing is saved."""
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in NewCaseForm.base_fields}
    return show_paper(request, NewCaseForm(initial=typed | {"person": number}))


def save_or_ask(request: ViewedRequest, form: NewCaseForm) -> HttpResponse:
    """Save; or ask once whether it is one of those who are in the register."""
    chosen = find_chosen(request.viewer, form.cleaned_data["person"])
    if not chosen:
        known = [one for one in find_known(request.viewer, form.identity_facts()) if one.grade != "possible"]
        if known and not is_new_person(request, form, known):
            log_known(request, known)
            return show_paper(request, form, asked=describe_known(known))
    tumour = add_case_of(
        person=chosen.person if chosen else None,
        person_facts={} if chosen else form.person_facts(),
        tumour_facts=form.tumour_facts(),
        kind=form.cleaned_data["kind"],
        reason=form.cleaned_data["new_reason"],
        by=request.viewer,
    )
    drop_draft(form=DraftForm.NEW_CASE, subject_id=0, by=request.viewer)
    messages.success(request, _("Đã thêm ca %(number)s.") % {"number": tumour.number})
    if "another" in request.POST:
        return redirect(f"{reverse('case-new')}?{urlencode({'kind': form.cleaned_data['kind']})}")
    return redirect("case", number=tumour.number)


def is_new_person(request: ViewedRequest, form: NewCaseForm, known: list[Known]) -> bool:
    """Return whether she said so; with a citizen number that another has, only together with a reason."""
    if "new_person" not in request.POST:
        return False
    if any(one.same_number for one in known) and not form.cleaned_data["new_reason"]:
        form.add_error("new_reason", _("Số căn cước này đã có người khác. Ghi vì sao vẫn là người mới."))
        return False
    return True


@require_POST
@requires(Capability.EDIT_CASES)
def show_alike(request: ViewedRequest) -> HttpResponse:
    """Give the persons who may be the one typed so far. Asked by POST: identity numbers stay out of addresses."""
    known = find_known(request.viewer, NewCaseForm(request.POST).identity_facts())
    log_known(request, known)
    return render(request, "registry/alike.html", {"known": describe_known(known)})


def log_known(request: ViewedRequest, known: list[Known]) -> None:
    if known:
        people = [one.person.pk for one in known]
        log_access(by=request.viewer, action="alike", subject="person", people=people)


def show_paper(request: ViewedRequest, form: NewCaseForm, **extra: Any) -> HttpResponse:
    number = form["person"].value() or ""
    chosen = find_chosen(request.viewer, number)
    if number and not chosen:
        raise Http404
    if chosen:
        log_access(
            by=request.viewer,
            action="open",
            subject="person",
            subject_id=chosen.person.pk,
            people=[chosen.person.pk],
        )
    if not form.is_bound and not extra.get("offer"):
        form.fields["ward_code" if chosen else "full_name"].widget.attrs["autofocus"] = True
    context = {
        "form": form,
        "chosen": describe_one(chosen) if chosen else None,
        "kind_field": form["kind"],
        "identity": list_plain_rows(form, IDENTITY),
        "follow_up": list_plain_rows(form, ("ward_code", *(() if chosen else FOLLOW_UP))),
        "tumour_rows": list_plain_rows(form, TUMOUR),
        "lists_version": lists_version(),
        "short_lists": list_short(get_language()),
        "revision": request.POST.get("draft_revision") or 0,
        **extra,
    }
    return render(request, "registry/new_case.html", context)
