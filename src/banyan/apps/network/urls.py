from django.urls import path

from banyan.apps.network.views import facility, history, member, viewer

urlpatterns = [
    path("postings/<int:posting_id>/", viewer.choose_posting, name="choose-posting"),
    path("postings/<int:posting_id>/end/", member.end_role, name="posting-end"),
    path("staff/", member.list_members, name="staff"),
    path("staff/new/", member.create_member, name="member-new"),
    path("staff/<int:staff_id>/", member.open_member, name="member"),
    path("staff/<int:staff_id>/roles/", member.add_role, name="member-role"),
    path("staff/<int:staff_id>/password/", member.change_password, name="member-password"),
    path("staff/<int:staff_id>/lock/", member.change_lock, name="member-lock"),
    path("facilities/", facility.list_facilities, name="facilities"),
    path("history/", history.show_history, name="history"),
    path("access/", history.show_access, name="access-lines"),
]
