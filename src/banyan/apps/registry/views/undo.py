from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.forms.batch import UndoForm
from banyan.apps.registry.presenters.undoing import describe_plan
from banyan.apps.registry.services.queueing import UNDOING
from banyan.apps.registry.services.undoing import plan_undoing, say_blocked
from banyan.apps.registry.views.batch import find_batch, log_rows, start_job


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.IMPORT_CASES)
def undo(request: ViewedRequest, batch_id: int) -> HttpResponse:
    """Show what taking an accepted import back would do, and do it for a reason; only the registry itself may."""
    batch = find_batch(request, batch_id)
    if not request.viewer.whole_city:
        raise Http404
    if batch.state != BatchState.ACCEPTED:
        return redirect("batch", batch_id=batch.pk)
    plan = plan_undoing(batch=batch)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and not plan.blocked and form.is_valid():
        subject = _("Rút lại %(name)s") % {"name": batch.name}
        return start_job(request, batch, UNDOING, subject, plan.touched, reason=form.cleaned_data["reason"])
    log_rows(request, batch)
    context = {
        "batch": batch,
        "form": form,
        "lines": describe_plan(plan),
        "plan": plan,
        "blocked": say_blocked(plan) if plan.blocked else "",
    }
    status = 409 if plan.blocked and request.method == "POST" else 422 if form.errors else 200
    return render(request, "registry/undo.html", context, status=status)
