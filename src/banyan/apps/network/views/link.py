from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from banyan.apps.network.forms.member import NewPasswordForm
from banyan.apps.network.queries.link import find_link, open_links
from banyan.apps.network.rules.account import digest_secret
from banyan.apps.network.services.link import LinkSpent, use_link
from banyan.apps.network.services.security import report

KEPT = "one_time_link"


@never_cache
@require_safe
def follow_link(request: HttpRequest, secret: str) -> HttpResponse:
    """Take the secret out of the address before a page is shown. Looking uses nothing up: mail readers look too."""
    if find_link(secret) is None:
        return say_spent(request)
    if request.user.is_authenticated:
        logout(request)
    request.session[KEPT] = digest_secret(secret)
    return redirect("link-password")


def say_spent(request: HttpRequest) -> HttpResponse:
    report("link-refused")
    return render(request, "network/link_spent.html", status=404)


@never_cache
@sensitive_post_parameters()
def choose_password(request: HttpRequest) -> HttpResponse:
    """Let the reader of a link choose her password; then she is signed in as by any password."""
    link = open_links().filter(digest=request.session.get(KEPT, "")).first()
    if link is None:
        return say_spent(request)
    form = NewPasswordForm(request.POST or None, staff=link.staff)
    if not form.is_valid():
        context = {"form": form, "staff": link.staff, "purpose": link.purpose}
        return render(request, "network/link.html", context, status=422 if form.is_bound else 200)
    try:
        staff: Any = use_link(digest=link.digest, password=form.cleaned_data["password1"])
    except LinkSpent:
        return say_spent(request)
    request.session.pop(KEPT)
    # she has just shown that she holds the link and the password: enough to set up the factor that comes next
    record_authentication(request, staff, method="password", reauthenticated=True)
    return perform_login(request, Login(user=staff))
