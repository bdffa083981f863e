from django.urls import path

from banyan.apps.network.views import api, device, facility, history, link, machine, member, viewer

urlpatterns = [
    path("postings/<int:posting_id>/", viewer.choose_posting, name="choose-posting"),
    path("postings/<int:posting_id>/end/", member.end_role, name="posting-end"),
    path("staff/", member.list_members, name="staff"),
    path("staff/new/", member.create_member, name="member-new"),
    path("staff/<int:staff_id>/", member.open_member, name="member"),
    path("staff/<int:staff_id>/roles/", member.add_role, name="member-role"),
    path("staff/<int:staff_id>/password/", member.reset_password, name="member-password"),
    path("staff/<int:staff_id>/second-factor/", member.reset_factor, name="member-factor"),
    path("staff/<int:staff_id>/sign-ins/", member.end_sign_ins, name="member-sign-ins"),
    path("staff/<int:staff_id>/lock/", member.change_lock, name="member-lock"),
    path("links/<int:link_id>/revoke/", member.cancel_link, name="link-revoke"),
    path("welcome/", link.choose_password, name="link-password"),
    path("welcome/<str:secret>/", link.follow_link, name="link"),
    path("machines/", machine.list_machines, name="machines"),
    path("machines/new/", machine.create_machine, name="machine-new"),
    path("machines/<int:staff_id>/", machine.open_machine, name="machine"),
    path("machines/<int:staff_id>/keys/", machine.add_key, name="machine-key"),
    path("machines/<int:staff_id>/keys/<int:key_id>/revoke/", machine.cancel_key, name="key-revoke"),
    path("devices/", device.list_devices, name="devices"),
    path("devices/<int:sign_in_id>/end/", device.end_device, name="device-end"),
    path("devices/end/", device.end_other_devices, name="devices-end"),
    path("api/v1/me", api.read_me, name="api-me"),
    path("api/v1/openapi.json", api.read_description, name="api-description"),
    path("facilities/", facility.list_facilities, name="facilities"),
    path("history/", history.show_history, name="history"),
    path("access/", history.show_access, name="access-lines"),
    path("access/lines.csv", history.export_access, name="access-export"),
    path("access/statement.json", history.state_log, name="access-statement"),
]
