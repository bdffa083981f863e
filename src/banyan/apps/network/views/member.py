from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.forms.member import EndForm, MemberForm, PasswordForm, RoleForm
from banyan.apps.network.models import Staff
from banyan.apps.network.presenters.member import list_postings
from banyan.apps.network.queries.facility import manageable_facilities
from banyan.apps.network.queries.member import (
    holds_account_alone,
    manageable_postings,
    manageable_staff,
    order_by_name,
    postings_of,
    with_postings,
)
from banyan.apps.network.services.member import add_member, end_posting, give_role, set_active, set_password

ROWS = 50


@requires(Capability.MANAGE_STAFF)
def list_members(request: ViewedRequest) -> HttpResponse:
    keys = order_by_name(manageable_staff(request.viewer), request.GET.get("q", ""))
    page = Paginator(keys, ROWS).get_page(request.GET.get("page"))
    today = timezone.localdate()
    members = [(staff, list_postings(held, today)) for staff, held in with_postings(page.object_list)]
    return render(request, "network/members.html", {"page": page, "members": members})


@requires(Capability.MANAGE_STAFF)
def open_member(request: ViewedRequest, staff_id: int) -> HttpResponse:
    return show_member(request, find_staff(request, staff_id))


def find_staff(request: ViewedRequest, staff_id: int) -> Staff:
    return get_object_or_404(manageable_staff(request.viewer), pk=staff_id)


def show_member(
    request: ViewedRequest,
    staff: Staff,
    role_form: RoleForm | None = None,
    password_form: PasswordForm | None = None,
) -> HttpResponse:
    postings = list(postings_of(staff))
    endable = frozenset(manageable_postings(request.viewer).filter(staff=staff).values_list("pk", flat=True))
    bound = role_form or password_form
    context = {
        "staff": staff,
        "postings": list_postings(postings, timezone.localdate(), endable),
        "today": timezone.localdate(),
        "role_form": role_form or RoleForm(facilities=manageable_facilities(request.viewer)),
        "password_form": password_form or PasswordForm(staff=staff),
        "holds_account": holds_account_alone(request.viewer, staff),
        "is_self": staff.pk == request.viewer.staff_id,
        "bound": bound,
    }
    return render(request, "network/member.html", context, status=422 if bound else 200)


@requires(Capability.MANAGE_STAFF)
def create_member(request: ViewedRequest) -> HttpResponse:
    form = MemberForm(request.POST or None, facilities=manageable_facilities(request.viewer))
    if not form.is_valid():
        return render(
            request, "network/new_member.html", {"form": form}, status=422 if form.is_bound else 200
        )
    staff = add_member(**form.cleaned_data, by=request.viewer)
    messages.success(request, _("Đã lập tài khoản cho %(name)s.") % {"name": staff.full_name})
    return redirect("member", staff_id=staff.pk)


@require_POST
@requires(Capability.MANAGE_STAFF)
def add_role(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_staff(request, staff_id)
    form = RoleForm(request.POST, facilities=manageable_facilities(request.viewer), staff=staff)
    if not form.is_valid():
        return show_member(request, staff, role_form=form)
    give_role(staff=staff, **form.cleaned_data, by=request.viewer)
    messages.success(request, _("Đã giao vai trò."))
    return redirect("member", staff_id=staff.pk)


@require_POST
@requires(Capability.MANAGE_STAFF)
def end_role(request: ViewedRequest, posting_id: int) -> HttpResponse:
    posting = get_object_or_404(manageable_postings(request.viewer), pk=posting_id)
    form = EndForm(request.POST)
    if form.is_valid():
        end_posting(posting=posting, last_day=form.cleaned_data["last_day"], by=request.viewer)
        messages.success(request, _("Đã ghi ngày kết thúc vai trò."))
    else:
        messages.error(request, str(form.errors["last_day"][0]))
    return redirect("member", staff_id=posting.staff_id)


@require_POST
@requires(Capability.MANAGE_STAFF)
def change_password(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_held_account(request, staff_id)
    form = PasswordForm(request.POST, staff=staff)
    if not form.is_valid():
        return show_member(request, staff, password_form=form)
    set_password(staff=staff, password=form.cleaned_data["password"], by=request.viewer)
    messages.success(request, _("Đã đặt mật khẩu mới."))
    return redirect("member", staff_id=staff.pk)


@require_POST
@requires(Capability.MANAGE_STAFF)
def change_lock(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_held_account(request, staff_id)
    set_active(staff=staff, is_active=not staff.is_active, by=request.viewer)
    messages.success(request, _("Đã mở tài khoản.") if staff.is_active else _("Đã khóa tài khoản."))
    return redirect("member", staff_id=staff.pk)


def find_held_account(request: ViewedRequest, staff_id: int) -> Staff:
    """Return an account that this administrator alone answers for, never her own."""
    staff = find_staff(request, staff_id)
    if staff.pk == request.viewer.staff_id or not holds_account_alone(request.viewer, staff):
        raise Http404
    return staff
