from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, signed_in
from banyan.apps.network.presenters.device import describe_sign_in
from banyan.apps.network.queries.session import sign_ins_of
from banyan.apps.network.services.session import end_sign_ins
from banyan.apps.network.views.guard import confirm_first


@require_safe
@signed_in
def list_devices(request: ViewedRequest) -> HttpResponse:
    """List where one is signed in oneself."""
    here = request.session.session_key
    sign_ins = [describe_sign_in(row, here) for row in sign_ins_of(request.viewer.staff_id)]
    return render(request, "network/devices.html", {"sign_ins": sign_ins})


@require_POST
@signed_in
@confirm_first
def end_device(request: ViewedRequest, sign_in_id: int) -> HttpResponse:
    own = sign_ins_of(request.viewer.staff_id).exclude(session_key=request.session.session_key)
    if not own.filter(pk=sign_in_id).exists():
        raise Http404
    return end_own(request, only=sign_in_id)


@require_POST
@signed_in
@confirm_first
def end_other_devices(request: ViewedRequest) -> HttpResponse:
    return end_own(request, only=None)


def end_own(request: ViewedRequest, only: int | None) -> HttpResponse:
    staff_id = request.viewer.staff_id
    ended = end_sign_ins(staff_id=staff_id, keep=request.session.session_key, only=only)
    log_access(
        by=request.viewer, action="end-sign-ins", subject="staff", subject_id=staff_id, detail=str(ended)
    )
    messages.success(request, _("Đã đăng xuất ở máy khác."))
    return redirect("devices")
