from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules.figures import format_moment
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.glass import GlassForm, JudgeForm
from banyan.apps.people.presenters.glass import describe_grant, describe_grants
from banyan.apps.people.queries.glass import active_grants, reviewable_grants, unjudged_grants
from banyan.apps.people.rules.terms import read_term
from banyan.apps.people.services.glass import OwnGrant, TooManyAttempts, end_grant, judge_grant, open_record

PER_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.VIEW_PERSONS)
def break_glass(request: ViewedRequest) -> HttpResponse:
    """Open one record by its exact number, with a reason; who may not break glass opens restricted ones of her scope."""
    form = GlassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        try:
            grant = open_record(
                number=facts["number"], reason=facts["reason"], words=facts["words"], by=request.viewer
            )
        except TooManyAttempts:
            form.add_error(None, _("Đã thử quá nhiều lần trong một giờ. Gọi người phụ trách dữ liệu."))
            return show_form(request, form, status=429)
        if grant:
            until = format_moment(grant.until)
            messages.success(
                request, _("Hồ sơ mở đến %(until)s. Nơi đang chăm sóc đã được báo.") % {"until": until}
            )
            return redirect("person", number=grant.person.number)
        form.add_error("number", _("Không có hồ sơ nào mang đúng số này."))
    return show_form(request, form, status=422 if form.is_bound else 200)


def show_form(request: ViewedRequest, form: GlassForm, *, status: int) -> HttpResponse:
    grants = active_grants(request.viewer).select_related("person", "staff", "facility", "judged_by")
    if people := [grant.person_id for grant in grants]:
        log_access(by=request.viewer, action="list", subject="grant", people=people)
    context = {
        "form": form,
        "may_break": request.viewer.can(Capability.BREAK_GLASS),
        "hours": read_term("glass"),
        "grants": describe_grants(grants, request.viewer, timezone.localdate()),
    }
    return render(request, "people/glass.html", context, status=status)


@require_POST
@requires(Capability.VIEW_PERSONS)
def close_again(request: ViewedRequest, grant_id: int) -> HttpResponse:
    """Close a record before its hours are over."""
    grant = get_object_or_404(active_grants(request.viewer), pk=grant_id)
    end_grant(grant=grant, by=request.viewer)
    messages.success(request, _("Đã đóng hồ sơ."))
    return redirect("glass")


@require_safe
@requires(Capability.REVIEW_ACCESS)
def list_grants(request: ViewedRequest) -> HttpResponse:
    """Show what waits for a judgement, then what was judged."""
    today = timezone.localdate()
    waiting = list(unjudged_grants(request.viewer))
    judged = reviewable_grants(request.viewer).exclude(verdict="").order_by("-judged_at")
    page = Paginator(judged, PER_PAGE).get_page(request.GET.get("page"))
    shown = [*waiting, *page]
    log_access(by=request.viewer, action="list", subject="grant", people=[grant.person_id for grant in shown])
    context = {
        "waiting": describe_grants(waiting, request.viewer, today),
        "page": page,
        "judged": describe_grants(page, request.viewer, today),
    }
    return render(request, "people/grants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.REVIEW_ACCESS)
def judge(request: ViewedRequest, grant_id: int) -> HttpResponse:
    """Say of one opening whether it was justified, and why."""
    grant = get_object_or_404(reviewable_grants(request.viewer), pk=grant_id)
    form = JudgeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            judge_grant(grant=grant, by=request.viewer, **form.cleaned_data)
        except OwnGrant:
            messages.error(request, _("Lần mở này của chính bạn, hoặc đã có người duyệt."))
        else:
            messages.success(request, _("Đã ghi kết luận."))
        return redirect("grants")
    log_access(
        by=request.viewer, action="open", subject="grant", subject_id=grant.pk, people=[grant.person_id]
    )
    context = {"grant": describe_grant(grant, request.viewer, timezone.localdate()), "form": form}
    return render(request, "people/grant.html", context, status=422 if form.is_bound else 200)
