from django.urls import path

from banyan.apps.registry.views import batch, case, cases, codes, draft, entry, search, undo

urlpatterns = [
    path("cases/", cases.list_cases, name="cases"),
    path("cases/waiting/", cases.list_waiting, name="cases-waiting"),
    path("cases/new/", entry.add_case, name="case-new"),
    path("cases/new/alike/", entry.show_alike, name="case-new-alike"),
    path("cases/new/draft/", draft.keep_new_case, name="case-new-draft"),
    path("cases/<str:number>/", case.edit_case, name="case"),
    path("cases/<str:number>/draft/", draft.keep_case, name="case-draft"),
    path("cases/<str:number>/history/", case.show_history, name="case-history"),
    path("cases/<str:number>/confirm/", case.confirm_case, name="case-confirm"),
    path("cases/<str:number>/findings/<int:finding_id>/", case.answer_finding, name="finding-answer"),
    path("batches/", batch.list_batches, name="batches"),
    path("batches/new/", batch.receive_batch, name="batch-new"),
    path("batches/<int:batch_id>/", batch.show_batch, name="batch"),
    path("batches/<int:batch_id>/columns/", batch.map_batch, name="batch-columns"),
    path("batches/<int:batch_id>/accept/", batch.accept, name="batch-accept"),
    path("batches/<int:batch_id>/drop/", batch.drop, name="batch-drop"),
    path("batches/<int:batch_id>/undo/", undo.undo, name="batch-undo"),
    path("batches/<int:batch_id>/rows/<int:row_id>/", batch.correct, name="batch-row"),
    path("batches/<int:batch_id>/rows/<int:row_id>/draft/", draft.keep_row, name="batch-row-draft"),
    path(
        "batches/<int:batch_id>/refused.csv",
        batch.download_refused,
        {"form": "csv"},
        name="batch-refused-csv",
    ),
    path(
        "batches/<int:batch_id>/refused.xlsx",
        batch.download_refused,
        {"form": "xlsx"},
        name="batch-refused-xlsx",
    ),
    path("codes/", codes.look_up, name="codes"),
    path("codes/<str:kind>-<str:language>-<str:version>.json", codes.give_list, name="code-list"),
    path("search/", search.search, name="search"),
]
