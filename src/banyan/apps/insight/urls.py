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

urlpatterns = [
    path("figures/incidence/", incidence.show_incidence, name="figures-incidence"),
    path(
        "figures/incidence/<slug:slug>.<slug:kind>",
        incidence.download_incidence,
        name="figures-incidence-file",
    ),
    path("figures/survival/", survival.show_survival, name="figures-survival"),
    path(
        "figures/survival/<slug:slug>.<slug:kind>", survival.download_survival, name="figures-survival-file"
    ),
    path("figures/comparison/", comparison.show_comparison, name="figures-comparison"),
    path(
        "figures/comparison/<slug:slug>.<slug:kind>",
        comparison.download_comparison,
        name="figures-comparison-file",
    ),
    path("figures/prevalence/", prevalence.show_prevalence, name="figures-prevalence"),
    path(
        "figures/prevalence/<slug:slug>.<slug:kind>",
        prevalence.download_prevalence,
        name="figures-prevalence-file",
    ),
    path("figures/stage/", stage.show_stage, name="figures-stage"),
    path("figures/stage/<slug:slug>.<slug:kind>", stage.download_stage, name="figures-stage-file"),
    path("figures/projection/", projection.show_projection, name="figures-projection"),
    path(
        "figures/projection/<slug:slug>.<slug:kind>",
        projection.download_projection,
        name="figures-projection-file",
    ),
    path("figures/trend/", trend.show_trend, name="figures-trend"),
    path("figures/trend/<slug:slug>.<slug:kind>", trend.download_trend, name="figures-trend-file"),
    path("figures/quality/", quality.show_quality, name="figures-quality"),
    path("figures/quality/<slug:slug>.<slug:kind>", quality.download_quality, name="figures-quality-file"),
    path("figures/rows/", rows.show_rows, name="figures-rows"),
    path("figures/rows/rows.<slug:kind>", rows.download_rows, name="figures-rows-file"),
    path("figures/method/", method.show_method, name="figures-method"),
]
