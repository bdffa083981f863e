"""Figures from frames: SVG drawn on the server, in Vietnamese or English, with the palette's colours only."""

from banyan.science.burden.chart.ages import draw_ages
from banyan.science.burden.chart.bars import draw_bars, draw_points, draw_shares
from banyan.science.burden.chart.causes import draw_crude, draw_incidence
from banyan.science.burden.chart.drawing import draw_svg, forget_drawings, warm_up
from banyan.science.burden.chart.fan import draw_fan
from banyan.science.burden.chart.funnel import draw_funnel, place_in_funnel
from banyan.science.burden.chart.joinpoints import draw_joinpoints
from banyan.science.burden.chart.lexis import draw_cohorts, draw_lexis
from banyan.science.burden.chart.parts import draw_parts
from banyan.science.burden.chart.prevalence import draw_prevalence
from banyan.science.burden.chart.quality import draw_quality_panel, draw_stability
from banyan.science.burden.chart.stages import draw_stages
from banyan.science.burden.chart.survival import draw_survival
from banyan.science.burden.chart.trend import draw_trend
from banyan.science.burden.chart.wards import draw_dots, draw_polygons, place_boundaries

__all__ = [
    "draw_ages",
    "draw_bars",
    "draw_cohorts",
    "draw_crude",
    "draw_dots",
    "draw_fan",
    "draw_funnel",
    "draw_incidence",
    "draw_joinpoints",
    "draw_lexis",
    "draw_parts",
    "draw_points",
    "draw_polygons",
    "draw_prevalence",
    "draw_quality_panel",
    "draw_shares",
    "draw_stability",
    "draw_stages",
    "draw_survival",
    "draw_svg",
    "draw_trend",
    "forget_drawings",
    "place_boundaries",
    "place_in_funnel",
    "warm_up",
]
