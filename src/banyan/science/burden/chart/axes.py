"""Axes that several figures have."""

import altair as alt


def lay_years(column: str, *, ticks: int) -> alt.X:
    """Return an axis of calendar years, from the first to the last, about so many of them written."""
    axis = alt.X(f"{column}:Q").scale(zero=False, nice=False)
    return axis.axis(format="d", labelFlush=False, tickMinStep=1, tickCount=ticks)
