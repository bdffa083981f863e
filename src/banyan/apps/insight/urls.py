from django.urls import path

from banyan.apps.insight.views import (
    comparison,
    incidence,
    method,
    prevalence,
    projection,
    quality,
    rows,
    stage,
    survival,
    trend,
)
from banyan.apps.insight.views.page import list_paths

PAGES = (
    survival.PAGE,
    prevalence.PAGE,
    stage.PAGE,
    trend.PAGE,
    projection.PAGE,
    comparison.PAGE,
    quality.PAGE,
)

urlpatterns = [
    *list_paths(incidence.PAGE, incidence.download_incidence),
    *(each for page in PAGES for each in list_paths(page)),
    path("figures/rows/", rows.show_rows, name="figures-rows"),
    path("figures/rows/rows.<slug:kind>", rows.download_rows, name="figures-rows-file"),
    path("figures/method/", method.show_method, name="figures-method"),
]
