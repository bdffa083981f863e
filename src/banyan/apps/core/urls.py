from django.urls import path

from banyan.apps.core.views import home, job, language

urlpatterns = [
    path("", home.show_home, name="home"),
    path("language/<str:language>/", language.choose_language, name="choose-language"),
    path("jobs/<uuid:job_id>/", job.show_job, name="job"),
    path("jobs/<uuid:job_id>/stop/", job.stop_job, name="job-stop"),
]
