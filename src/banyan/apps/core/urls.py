from django.urls import path

from banyan.apps.core.views import help as help_view
from banyan.apps.core.views import home, job, language, theme

urlpatterns = [
    path("", home.show_home, name="home"),
    path("help/", help_view.show_help, name="help"),
    path("language/<str:language>/", language.choose_language, name="choose-language"),
    path("theme/<str:theme>/", theme.choose_theme, name="choose-theme"),
    path("jobs/<uuid:job_id>/", job.show_job, name="job"),
    path("jobs/<uuid:job_id>/stop/", job.stop_job, name="job-stop"),
]
