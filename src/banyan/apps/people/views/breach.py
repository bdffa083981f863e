from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.breach import BreachForm, MeasuresForm, PeopleToldForm, ToldForm
from banyan.apps.people.models import Breach
from banyan.apps.people.presenters.breach import describe_breaches, export_breach, list_report
from banyan.apps.people.queries.breach import visible_breaches
from banyan.apps.people.services.breach import (
    NotYet,
    change_breach,
    close_breach,
    report_breach,
    tell_authority,
    tell_people,
)

FORMS = {"measures": MeasuresForm, "authority": ToldForm, "people": PeopleToldForm}


def find_breach(request: ViewedRequest, number: str) -> Breach:
    return get_object_or_404(visible_breaches(request.viewer), number=number)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def list_breaches(request: ViewedRequest) -> HttpResponse:
    """Show the register of breaches with the hours that are left."""
    breaches = describe_breaches(visible_breaches(request.viewer), timezone.now())
    return render(request, "people/breaches.html", {"breaches": breaches})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_RIGHTS)
def report(request: ViewedRequest) -> HttpResponse:
    form = BreachForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        breach = report_breach(by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Đã mở sổ sự cố %(number)s.") % {"number": breach.number})
        return redirect("breach", number=breach.number)
    return render(request, "people/new_breach.html", {"form": form}, status=422 if form.is_bound else 200)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def show_breach(request: ViewedRequest, number: str) -> HttpResponse:
    return show_page(request, find_breach(request, number))


def show_page(
    request: ViewedRequest, breach: Breach, step: str = "", bound: forms.Form | None = None
) -> HttpResponse:
    known = {name: getattr(breach, name) for name in MeasuresForm.base_fields}
    blank = {"measures": MeasuresForm(initial=known), "authority": ToldForm(), "people": PeopleToldForm()}
    context = {
        "breach": breach,
        "line": describe_breaches([breach], timezone.now())[0],
        "report": list_report(breach),
        "forms": blank | ({step: bound} if bound else {}),
        "bound": bound,
    }
    return render(request, "people/breach.html", context, status=422 if bound else 200)


@require_POST
@requires(Capability.MANAGE_RIGHTS)
def take_step(request: ViewedRequest, number: str, step: str) -> HttpResponse:
    """Write down what became known, whom one told and when, or the end."""
    breach = find_breach(request, number)
    if step == "close":
        return try_step(request, breach, step, {})
    if step not in FORMS:
        raise Http404
    form = FORMS[step](request.POST)
    if not form.is_valid():
        return show_page(request, breach, step, form)
    return try_step(request, breach, step, form.cleaned_data)


def try_step(request: ViewedRequest, breach: Breach, step: str, facts: dict[str, object]) -> HttpResponse:
    take = {
        "measures": lambda: change_breach(breach=breach, changes=facts, by=request.viewer),
        "authority": lambda: tell_authority(breach=breach, by=request.viewer, **facts),  # type: ignore[arg-type]
        "people": lambda: tell_people(breach=breach, by=request.viewer, **facts),  # type: ignore[arg-type]
        "close": lambda: close_breach(breach=breach, by=request.viewer),
    }
    try:
        take[step]()
    except NotYet:
        messages.error(
            request,
            _(
                "Chưa được: báo muộn phải có lý do; khép lại cần đã báo cơ quan chức năng và đã ghi biện pháp."
            ),
        )
    else:
        messages.success(request, _("Đã ghi."))
    return redirect("breach", number=breach.number)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def download(request: ViewedRequest, number: str) -> HttpResponse:
    """Give the report as a file for the authority."""
    breach = find_breach(request, number)
    log_access(by=request.viewer, action="export", subject="breach", subject_id=breach.pk)
    response = JsonResponse(export_breach(breach), json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{breach.number}.json"'
    return response
