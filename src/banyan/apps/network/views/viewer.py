from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.apps.core.rules import Viewer
from banyan.apps.core.views.access import signed_in
from banyan.apps.network.queries.staff import current_postings, view_as

CHOSEN = "posting"


class ViewerMiddleware:
    """Attach the acting role to the request: the posting chosen, else the first one in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = find_viewer(request)  # type: ignore[attr-defined]
        return self.get_response(request)


def find_viewer(request: HttpRequest) -> Viewer | None:
    if not request.user.is_authenticated:
        return None
    postings = list(current_postings(request.user.pk, timezone.localdate()))
    chosen = [posting for posting in postings if posting.pk == request.session.get(CHOSEN)]
    return next((view_as(posting) for posting in chosen + postings), None)


@require_POST
@signed_in
def choose_posting(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Act in another of one's own roles from now on."""
    if current_postings(request.user.pk, timezone.localdate()).filter(pk=posting_id).exists():
        request.session[CHOSEN] = posting_id
    return HttpResponseRedirect("/")
