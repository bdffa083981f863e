from django.urls import path, re_path

from banyan.apps.core.views import alert, closed, health, home, job, language, theme
from banyan.apps.core.views import help as help_page

SELF_SERVICE = r"^accounts/(?:signup|sessions|email|confirm-email|password/(?:set|reset)|login/code)/"

urlpatterns = [
    path("", home.show_home, name="home"),
    path("alerts/", alert.list_alerts, name="alerts"),
    path("alerts/<int:alert_id>/read/", alert.mark_read, name="alert-read"),
    path("help/", help_page.show_help, name="help"),
    path("language/<str:language>/", language.choose_language, name="choose-language"),
    path("theme/<str:theme>/", theme.choose_theme, name="choose-theme"),
    path("jobs/<uuid:job_id>/", job.show_job, name="job"),
    path("jobs/<uuid:job_id>/stop/", job.stop_job, name="job-stop"),
    path("health/live", health.show_live, name="health-live"),
    path("health/ready", health.show_ready, name="health-ready"),
    path("metrics", health.show_metrics, name="metrics"),
    re_path(SELF_SERVICE, closed.say_closed),
]
