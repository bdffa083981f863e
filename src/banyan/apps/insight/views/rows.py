from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import requires
from banyan.apps.insight.presenters.rows import (
    LARGEST_WORKBOOK,
    preview_rows,
    show_extract,
    write_rows_file,
)
from banyan.apps.insight.queries.guard import register_for, rows_for
from banyan.apps.insight.views.page import require_register, send


@require_safe
@requires(Capability.VIEW_ROWS)
def show_rows(request: Any) -> HttpResponse:
    """Show the first rows, how alike the least alike are, and where to take them."""
    page = {"page_name": _("Từng ca không danh tính"), "crumbs": [(_("Hỏi dữ liệu"), "")]}
    register = register_for(request.viewer)
    if register is None:
        return render(request, "insight/empty.html", page)
    extract = rows_for(register)
    kinds = ["csv", *(["xlsx"] if extract.rows.height <= LARGEST_WORKBOOK else [])]
    context = {
        **page,
        "answers": show_extract(extract),
        "table": preview_rows(extract),
        "files": [(kind.upper(), reverse("figures-rows-file", args=[kind])) for kind in kinds],
    }
    return render(request, "insight/rows.html", context)


@require_safe
@requires(Capability.VIEW_ROWS)
def download_rows(request: Any, kind: str) -> HttpResponse:
    """Send the rows, and write down who took them."""
    register = require_register(request)
    extract = rows_for(register)
    file = write_rows_file(extract, register, kind)
    if file is None:
        raise Http404
    detail = f"{extract.rows.height}, {register.version.fingerprint}, {kind}"
    log_access(by=request.viewer, action="extract", subject="rows", detail=detail)
    return send(*file, name=f"banyan-rows.{kind}")
