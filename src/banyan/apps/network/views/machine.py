from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.network.forms.machine import KeyForm, MachineForm
from banyan.apps.network.models import Staff
from banyan.apps.network.presenters.member import list_postings
from banyan.apps.network.queries.facility import manageable_facilities
from banyan.apps.network.queries.key import keys_of, manageable_machines
from banyan.apps.network.queries.member import postings_of
from banyan.apps.network.services.key import add_machine, make_key, revoke_key
from banyan.apps.network.views.guard import confirm_first


@require_safe
@requires(Capability.MANAGE_STAFF)
def list_machines(request: ViewedRequest) -> HttpResponse:
    machines = manageable_machines(request.viewer).prefetch_related("keys")
    return render(request, "network/machines.html", {"machines": machines, "now": timezone.now()})


@requires(Capability.MANAGE_STAFF)
@confirm_first
def create_machine(request: ViewedRequest) -> HttpResponse:
    form = MachineForm(request.POST or None, facilities=manageable_facilities(request.viewer))
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "network/new_machine.html", {"form": form}, status=status)
    machine = add_machine(**form.cleaned_data, by=request.viewer)
    messages.success(request, _("Đã thêm máy. Cấp khóa cho máy ở dưới."))
    return redirect("machine", staff_id=machine.pk)


@require_safe
@requires(Capability.MANAGE_STAFF)
def open_machine(request: ViewedRequest, staff_id: int) -> HttpResponse:
    return show_machine(request, get_object_or_404(manageable_machines(request.viewer), pk=staff_id))


def show_machine(
    request: ViewedRequest, machine: Staff, form: KeyForm | None = None, key: str = ""
) -> HttpResponse:
    context = {
        "machine": machine,
        "keys": keys_of(machine),
        "postings": list_postings(postings_of(machine), timezone.localdate()),
        "form": form or KeyForm(),
        "key": key,
        "now": timezone.now(),
    }
    answer = render(request, "network/machine.html", context, status=422 if form else 200)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
def add_key(request: ViewedRequest, staff_id: int) -> HttpResponse:
    machine = get_object_or_404(manageable_machines(request.viewer), pk=staff_id)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return show_machine(request, machine, form)
    return show_machine(
        request, machine, key=make_key(machine=machine, **form.cleaned_data, by=request.viewer)
    )


@require_POST
@requires(Capability.MANAGE_STAFF)
@confirm_first
def cancel_key(request: ViewedRequest, staff_id: int, key_id: int) -> HttpResponse:
    machine = get_object_or_404(manageable_machines(request.viewer), pk=staff_id)
    revoke_key(key=get_object_or_404(keys_of(machine), pk=key_id), by=request.viewer)
    messages.success(request, _("Đã thu hồi khóa."))
    return redirect("machine", staff_id=machine.pk)
