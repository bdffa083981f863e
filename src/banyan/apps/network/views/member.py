from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.choices import LinkPurpose, StaffKind
from banyan.apps.network.forms.member import EndForm, MemberForm, ProofForm, RoleForm
from banyan.apps.network.models import Staff
from banyan.apps.network.presenters.member import list_postings
from banyan.apps.network.queries.facility import manageable_facilities
from banyan.apps.network.queries.link import manageable_links
from banyan.apps.network.queries.member import (
    holds_account_alone,
    manageable_postings,
    manageable_staff,
    order_by_name,
    postings_of,
    with_postings,
)
from banyan.apps.network.queries.session import sign_ins_of
from banyan.apps.network.services.letter import send_link
from banyan.apps.network.services.link import revoke_link
from banyan.apps.network.services.member import (
    end_member_sign_ins,
    end_posting,
    give_role,
    invite_member,
    reset_member,
    reset_second_factor,
    set_active,
)
from banyan.apps.network.services.second_factor import has_second_factor
from banyan.apps.network.views.guard import confirm_first

ROWS = 50


@require_safe
@requires(Capability.MANAGE_STAFF)
def list_members(request: ViewedRequest) -> HttpResponse:
    keys = order_by_name(manageable_staff(request.viewer), request.GET.get("q", ""))
    page = Paginator(keys, ROWS).get_page(request.GET.get("page"))
    today = timezone.localdate()
    members = [(staff, list_postings(held, today)) for staff, held in with_postings(page.object_list)]
    links = manageable_links(request.viewer) if page.number == 1 else []
    return render(request, "network/members.html", {"page": page, "members": members, "links": links})


@require_safe
@requires(Capability.MANAGE_STAFF)
def open_member(request: ViewedRequest, staff_id: int) -> HttpResponse:
    return show_member(request, find_staff(request, staff_id))


def find_staff(request: ViewedRequest, staff_id: int) -> Staff:
    return get_object_or_404(manageable_staff(request.viewer), pk=staff_id)


def show_member(
    request: ViewedRequest,
    staff: Staff,
    role_form: RoleForm | None = None,
    proof_form: ProofForm | None = None,
) -> HttpResponse:
    postings = list(postings_of(staff))
    endable = frozenset(manageable_postings(request.viewer).filter(staff=staff).values_list("pk", flat=True))
    bound = role_form or proof_form
    context = {
        "staff": staff,
        "postings": list_postings(postings, timezone.localdate(), endable),
        "today": timezone.localdate(),
        "role_form": role_form or RoleForm(facilities=manageable_facilities(request.viewer)),
        "proof_form": proof_form or ProofForm(),
        "sign_ins": sign_ins_of(staff.pk).count(),
        "has_factor": has_second_factor(staff.pk),
        "holds_account": holds_account_alone(request.viewer, staff),
        "is_self": staff.pk == request.viewer.staff_id,
        "bound": bound,
    }
    return render(request, "network/member.html", context, status=422 if bound else 200)


@requires(Capability.MANAGE_STAFF)
@confirm_first
def create_member(request: ViewedRequest) -> HttpResponse:
    form = MemberForm(request.POST or None, facilities=manageable_facilities(request.viewer))
    if not form.is_valid():
        return render(
            request, "network/new_member.html", {"form": form}, status=422 if form.is_bound else 200
        )
    staff, secret = invite_member(**form.cleaned_data, by=request.viewer)
    return hand_over(request, staff, secret, LinkPurpose.INVITE)


def hand_over(request: ViewedRequest, staff: Staff, secret: str, purpose: str) -> HttpResponse:
    """Show a link this once, in the answer itself: nothing keeps it, so a reload cannot show it again."""
    address = request.build_absolute_uri(reverse("link", args=[secret]))
    sent = send_link(staff=staff, purpose=purpose, address=address)
    context = {
        "staff": staff,
        "address": address,
        "sent": sent,
        "hours": settings.LINK_LIFE // timedelta(hours=1),
    }
    answer = render(request, "network/hand_over.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
def cancel_link(request: ViewedRequest, link_id: int) -> HttpResponse:
    link = get_object_or_404(manageable_links(request.viewer), pk=link_id)
    revoke_link(link=link, by=request.viewer)
    messages.success(request, _("Đã thu hồi liên kết."))
    return redirect("staff")


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
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
@confirm_first
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
@confirm_first
def reset_password(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_person(request, staff_id)
    secret = reset_member(staff=staff, by=request.viewer)
    return hand_over(request, staff, secret, LinkPurpose.RESET)


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
def reset_factor(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_person(request, staff_id)
    form = ProofForm(request.POST)
    if not form.is_valid():
        return show_member(request, staff, proof_form=form)
    secret = reset_second_factor(staff=staff, proof=form.cleaned_data["proof"], by=request.viewer)
    return hand_over(request, staff, secret, LinkPurpose.RESET)


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
def end_sign_ins(request: ViewedRequest, staff_id: int) -> HttpResponse:
    staff = find_held_account(request, staff_id)
    end_member_sign_ins(staff=staff, by=request.viewer)
    messages.success(request, _("Đã đăng xuất người này ở mọi máy."))
    return redirect("member", staff_id=staff.pk)


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
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


def find_person(request: ViewedRequest, staff_id: int) -> Staff:
    staff = find_held_account(request, staff_id)
    if staff.kind == StaffKind.MACHINE:
        raise Http404
    return staff
