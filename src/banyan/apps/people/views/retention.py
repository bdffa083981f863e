from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.choices import RetentionAction
from banyan.apps.people.forms.retention import RetentionForm
from banyan.apps.people.models import RetentionRun
from banyan.apps.people.queries.retention import list_due
from banyan.apps.people.rules.terms import lacks_new_year, read_holidays, read_terms
from banyan.apps.people.services.retention import set_rule


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MANAGE_RIGHTS)
def show_retention(request: ViewedRequest) -> HttpResponse:
    """Show how long each class of record is kept and how many are due; set a rule. Nothing is erased from here."""
    form = RetentionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        set_rule(by=request.viewer, **form.cleaned_data)
        messages.success(request, _("Đã đặt thời hạn."))
        return redirect("retention")
    due = [
        {"due": each, "action": RetentionAction(each.keeping.action).label}
        for each in list_due(timezone.localdate())
    ]
    context = {"form": form, "due": due, "runs": RetentionRun.objects.all()[:10]}
    return render(request, "people/retention.html", context, status=422 if form.is_bound else 200)


@require_safe
@requires(Capability.MANAGE_RIGHTS)
def show_terms(request: ViewedRequest) -> HttpResponse:
    """Show every number of days and hours that counts here, and where it comes from."""
    year = timezone.localdate().year
    context = {
        "terms": read_terms().values(),
        "holidays": sorted(day for day in read_holidays() if day.year >= year),
        "missing_years": [each for each in (year, year + 1) if lacks_new_year(each)],
    }
    return render(request, "people/terms.html", context)
