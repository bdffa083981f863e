from django.urls import path

from banyan.apps.people.views import duplicates, merge, parts, people, person, trail

urlpatterns = [
    path("people/", people.show_people, name="people"),
    path("people/new/", people.add_new, name="person-new"),
    path("people/alike/", people.show_alike, name="people-alike"),
    path("people/duplicates/", duplicates.show_pairs, name="duplicates"),
    path("people/duplicates/find/", duplicates.find_pairs, name="duplicates-find"),
    path("people/duplicates/<int:pair_id>/", duplicates.decide, name="duplicate"),
    path("people/merges/<int:merge_id>/undo/", merge.undo, name="merge-undo"),
    path("people/<str:number>/", person.show_person, name="person"),
    path("people/<str:number>/edit/", person.edit_person, name="person-edit"),
    path("people/<str:number>/history/", trail.show_history, name="person-history"),
    path("people/<str:number>/seen/", trail.show_seen, name="person-seen"),
    path("people/<str:number>/names/", parts.add_other_name, name="person-name"),
    path("people/<str:number>/papers/", parts.add_paper, name="person-paper"),
    path("people/<str:number>/residences/new/", parts.add_place, name="residence-new"),
    path("people/<str:number>/residences/<int:residence_id>/", parts.correct_place, name="residence"),
    path("people/<str:number>/merge/", merge.choose_other, name="person-merge-with"),
    path("people/<str:number>/merge/<str:other>/", merge.merge, name="person-merge"),
]
