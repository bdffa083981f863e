from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def show_help(request: HttpRequest) -> HttpResponse:
    """List the keys; open to everyone, it holds nothing of anyone's."""
    return render(request, "core/help.html")
