from django.urls import include, path

handler500 = "banyan.apps.core.views.fault.show_fault"
urlpatterns = [
    path("", include("banyan.apps.core.urls")),
    path("", include("banyan.apps.network.urls")),
    path("", include("banyan.apps.people.urls")),
    path("", include("banyan.apps.registry.urls")),
    path("", include("banyan.apps.insight.urls")),
    path("accounts/", include("allauth.urls")),
]
