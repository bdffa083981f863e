from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.presenters.alert import describe_alerts
from banyan.apps.core.queries.alert import unread_alerts, visible_alerts
from banyan.apps.core.services.access import log_access
from banyan.apps.core.services.alert import read_alert
from banyan.apps.core.views.access import ViewedRequest, requires

PER_PAGE = 50


@require_safe
@requires(Capability.RECORD_CONSENT)
def list_alerts(request: ViewedRequest) -> HttpResponse:
    """Show what the viewer's facility must know of, the unread first."""
    unread = list(unread_alerts(request.viewer)[:PER_PAGE])
    read = visible_alerts(request.viewer).filter(read_at__isnull=False)
    page = Paginator(read, PER_PAGE).get_page(request.GET.get("page"))
    people = [alert.facts["person"] for alert in (*unread, *page) if "person" in alert.facts]
    log_access(by=request.viewer, action="list", subject="alert", people=people)
    context = {"unread": describe_alerts(unread), "page": page, "read": describe_alerts(page)}
    return render(request, "core/alerts.html", context)


@require_POST
@requires(Capability.RECORD_CONSENT)
def mark_read(request: ViewedRequest, alert_id: int) -> HttpResponse:
    read_alert(alert=get_object_or_404(visible_alerts(request.viewer), pk=alert_id), by=request.viewer)
    return redirect("alerts")
