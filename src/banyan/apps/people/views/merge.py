from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from banyan.apps.core.choices import Capability
from banyan.apps.core.services.access import log_access
from banyan.apps.core.views.access import ViewedRequest, requires
from banyan.apps.people.forms.merge import MergeForm, UndoForm
from banyan.apps.people.models import Person
from banyan.apps.people.presenters.merge import LABELS, list_units, tell_joined, tell_moved
from banyan.apps.people.presenters.person import name_person
from banyan.apps.people.queries.merge import joined_by, undoable_merges
from banyan.apps.people.queries.person import visible_people
from banyan.apps.people.rules.merging import differing_units, pack_facts, propose_units
from banyan.apps.people.services.editing import EditConflict
from banyan.apps.people.services.merge import MergeRefused, count_rows, merge_people
from banyan.apps.people.services.unmerge import ChangedSince, sort_units, undo_merge
from banyan.apps.people.views.person import describe_frame, find_person


@require_POST
@requires(Capability.MERGE_PERSONS)
def choose_other(request: ViewedRequest, number: str) -> HttpResponse:
    """Lead from the number that was typed to the two records side by side."""
    person = find_person(request, number)
    typed = request.POST.get("other", "").strip().upper()
    other = visible_people(request.viewer).filter(number=typed).exclude(pk=person.pk).first()
    if other is None:
        messages.error(
            request, _("Không có hồ sơ khác mang số này trong phạm vi của bạn. Số hồ sơ có dạng NB-0000000.")
        )
        return redirect("person", number=number)
    return redirect("person-merge", number=number, other=other.number)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MERGE_PERSONS)
def merge(request: ViewedRequest, number: str, other: str) -> HttpResponse:
    """Show two records side by side, let each fact be chosen, and make one of the two."""
    kept, gone = find_person(request, number), find_person(request, other)
    one, two = pack_facts(kept), pack_facts(gone)
    units = differing_units(one, two)
    versions = {"kept_version": kept.version, "gone_version": gone.version}
    if request.method != "POST":
        form = MergeForm(initial=versions, units=units, proposed=propose_units(one, two))
        return show_both(request, kept, gone, form)
    form = MergeForm(request.POST, units=units)
    if not form.is_valid():
        return show_both(request, kept, gone, form, status=422)
    try:
        done = merge_people(
            kept=kept,
            gone=gone,
            kept_version=form.cleaned_data["kept_version"],
            gone_version=form.cleaned_data["gone_version"],
            taken=form.taken(),
            reason=form.cleaned_data["reason"],
            by=request.viewer,
        )
    except (EditConflict, MergeRefused):
        return show_overtaken(request, number)
    messages.success(request, _("Đã gộp %(gone)s vào %(kept)s.") % {"gone": gone.number, "kept": kept.number})
    if told := tell_joined(joined_by(done)):
        messages.info(request, told)
    return redirect("person", number=kept.number)


def show_both(
    request: ViewedRequest, kept: Person, gone: Person, form: MergeForm, status: int = 200
) -> HttpResponse:
    log_both(request, kept.pk, gone.pk)
    taken = [name for name in form.fields if form[name].value() == "gone"]
    context = {
        **describe_frame(request, kept),
        "gone": gone,
        "gone_name": name_person(gone),
        "form": form,
        "rows": list_units(kept, gone, taken, request.viewer),
        "moves": tell_moved(count_rows(gone)),
    }
    return render(request, "people/merge.html", context, status=status)


def log_both(request: ViewedRequest, kept: int, gone: int) -> None:
    log_access(by=request.viewer, action="open", subject="person", subject_id=kept, people=[kept, gone])


def show_overtaken(request: ViewedRequest, number: str) -> HttpResponse:
    """Say that somebody else was faster; nothing was changed."""
    return render(request, "people/overtaken.html", {"number": number}, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Capability.MERGE_PERSONS)
def undo(request: ViewedRequest, merge_id: int) -> HttpResponse:
    """Show what a merge moved and what was changed since, and take the two apart again."""
    merge = get_object_or_404(undoable_merges(request.viewer), pk=merge_id)
    _restored, _handed_on, changed = sort_units(merge, merge.kept)
    labels = dict(LABELS)
    form = UndoForm(request.POST or None, units=changed, labels=labels)
    if request.method == "POST" and form.is_valid():
        try:
            undo_merge(
                merge=merge,
                decisions=form.decisions(),
                reason=form.cleaned_data["reason"],
                by=request.viewer,
            )
        except (MergeRefused, ChangedSince):
            return show_overtaken(request, merge.kept.number)
        messages.success(request, _("Đã tách lại %(number)s.") % {"number": merge.gone.number})
        return redirect("person", number=merge.gone.number)
    log_both(request, merge.kept_id, merge.gone_id)
    context = {
        **describe_frame(request, merge.kept),
        "merge": merge,
        "form": form,
        "moved": tell_moved(merge.moved),
        "changed": [str(labels[unit]) for unit in changed],
    }
    return render(request, "people/undo.html", context, status=422 if form.errors else 200)
