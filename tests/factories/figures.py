"""The pages of figures that answer a question, by the names of their addresses."""

FIGURES = (
    "figures-incidence",
    "figures-survival",
    "figures-prevalence",
    "figures-stage",
    "figures-trend",
    "figures-projection",
    "figures-comparison",
    "figures-quality",
)
