from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from banyan.apps.core.views.access import ViewedRequest, signed_in
from banyan.apps.network.models import Posting
from banyan.apps.network.presenters.place import list_places
from banyan.apps.network.queries.staff import current_postings, view_as

CHOSEN = "posting"


class ViewerMiddleware:
    """Attach the acting role to the request: the posting chosen, else the first one in force."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        postings = find_postings(request)
        chosen = choose_one(postings, request.session.get(CHOSEN))
        request.viewer = view_as(chosen) if chosen else None  # type: ignore[attr-defined]
        request.places = list_places(postings, chosen.pk if chosen else None)  # type: ignore[attr-defined]
        return self.get_response(request)


def find_postings(request: HttpRequest) -> list[Posting]:
    if not request.user.is_authenticated:
        return []
    return list(current_postings(request.user.pk, timezone.localdate()))


def choose_one(postings: list[Posting], chosen: int | None) -> Posting | None:
    kept = (posting for posting in postings if posting.pk == chosen)
    return next(kept, postings[0] if postings else None)


@require_POST
@signed_in
def choose_posting(request: ViewedRequest, posting_id: int) -> HttpResponse:
    """Act in another of one's own roles from now on."""
    if not any(place.posting_id == posting_id for place in request.places):
        raise Http404
    request.session[CHOSEN] = posting_id
    return HttpResponseRedirect("/")
