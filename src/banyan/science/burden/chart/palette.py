"""The colours a figure may use. They are the light palette; the page's sheet re-colours them for the dark one.

Every value stands in the design's tokens with the same number, so that one drawing serves both themes: a sheet
selects `[fill="#024284"]` and the like. A colour that is not in this list would stay as it is in the dark.
"""

INK = "#15231d"
INK_2 = "#43534b"
INK_3 = "#596860"
SURFACE = "#ffffff"
GRID = "#dfe6e0"
URGENT = "#ae2012"

COBALT = "#024284"
TURMERIC = "#c66a00"
CELADON = "#227d6c"
LACQUER = "#9e2443"
BARK = "#3a250e"

SEQUENTIAL = ("#e2eee8", "#b3d2cc", "#74abb4", "#377a9f", "#0c4079")
MUCH_LOWER, LOWER, NEAR, HIGHER, MUCH_HIGHER = "#1a4f91", "#7ea5cf", "#e6e5db", "#dba04a", "#8c4600"

BAND = 0.16
# The renderer measures text with a face of fixed weights: a variable one such as Inter costs it ten times as much.
# What a reader sees is SEEN_FONT, as wide within a few per cent.
FONT = "Be Vietnam Pro"
SEEN_FONT = "Inter, Segoe UI, Roboto, Noto Sans, sans-serif"

TOKENS = frozenset(
    {INK, INK_2, INK_3, SURFACE, GRID, URGENT, COBALT, TURMERIC, CELADON, LACQUER, BARK}
    | set(SEQUENTIAL)
    | {MUCH_LOWER, LOWER, NEAR, HIGHER, MUCH_HIGHER}
)


def configure() -> dict[str, object]:
    """Return the Vega-Lite configuration that every figure shares."""
    words = {"labelFont": FONT, "labelFontSize": 12, "labelColor": INK_3}
    return {
        "background": None,
        "padding": {"left": 2, "right": 6, "top": 8, "bottom": 2},
        "aria": False,
        "font": FONT,
        "view": {"stroke": "transparent"},
        "axis": {
            **words,
            "title": None,
            "domain": False,
            "ticks": False,
            "gridColor": GRID,
            "labelPadding": 8,
            "labelLimit": 0,
        },
        "axisX": {"grid": False},
        "text": {"font": FONT, "fontSize": 12, "color": INK_3},
    }
