"""A figure in all its forms: card on the page, picture, and table at full precision for downloads."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import polars as pl
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from banyan.apps.core.presenters.parts import DataTable, FigureCard
from banyan.apps.insight.presenters.scope import Scope

KINDS = ("svg", "xlsx", "csv")
# The renderer works outside Python's lock: two threads draw while the page's words are written.
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="figure")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One figure of a page.

    `draw` makes the picture; it gets plain values only, since it may run in another thread, which knows no language.
    `frame` holds the numbers behind it at full precision; `method` is the anchor of its paragraph on the method page.
    """

    slug: str
    topic: str
    finding: str
    label: str
    draw: Callable[[], str] | None  # None where the table is the figure
    frame: pl.DataFrame
    table: DataTable
    method: str
    key: Sequence[tuple[SafeString, str]] = ()
    trust: Sequence[str] = ()
    width: str = "w12"
    table_open: bool = False
    aside: Callable[[], str] | None = None  # a second picture beside the first
    aside_words: Sequence[str] = field(default_factory=tuple)
    links: Sequence[tuple[str, str]] = ()  # (words, address) of pages that go further


@dataclass(frozen=True, kw_only=True)
class PairCard:
    """A card whose picture has a companion, with a line above and a line below it."""

    card: FigureCard
    aside: SafeString
    above: str
    below: str
    body: SafeString  # the rows of the table, written at once: a template takes ten times as long over 126 of them


def show_figures(figures: Iterable[Figure], page: str, scope: Scope) -> list[FigureCard | PairCard]:
    """Draw all figures of a page and lay out their cards; each is sent to be drawn before the next is made."""
    jobs = [
        (figure, [_pool.submit(draw) if draw else None for draw in (figure.draw, figure.aside)])
        for figure in figures
    ]
    cards: list[FigureCard | PairCard] = []
    for figure, (picture, aside) in jobs:
        card = make_card(figure, picture.result() if picture else "", page, scope)
        cards.append(pair_card(card, aside.result(), figure) if aside else card)
    return cards


def make_card(figure: Figure, svg: str, page: str, scope: Scope) -> FigureCard:
    return FigureCard(
        slug=figure.slug,
        topic=figure.topic,
        finding=figure.finding,
        label=figure.label,
        svg=mark_safe(svg),  # noqa: S308 -- drawn by our own renderer, its label escaped
        key=figure.key,
        table=figure.table,
        table_open=figure.table_open,
        trust=figure.trust,
        downloads=[
            (kind.upper(), address_file(page, figure.slug, kind, scope))
            for kind in KINDS
            if figure.draw or kind != "svg"
        ],
        method_address=f"{reverse('figures-method')}#{figure.method}",
        links=figure.links,
        width=figure.width,
        wide=True,
    )


def pair_card(card: FigureCard, svg: str, figure: Figure) -> PairCard:
    above, below = figure.aside_words
    return PairCard(card=card, aside=mark_safe(svg), above=above, below=below, body=write_rows(figure.table))  # noqa: S308 -- as above


def write_rows(table: DataTable) -> SafeString:
    """Write the rows of a long table as `core/table.html` does."""
    names = ["n" if is_number else "" for _words, is_number in table.columns[1:]]
    cells = "".join(f'<td class="{name}">{{}}</td>' if name else "<td>{}</td>" for name in names)
    return format_html_join("", f'<tr><th scope="row">{{}}</th>{cells}</tr>', table.rows)


def address_file(page: str, slug: str, kind: str, scope: Scope) -> str:
    """Return the address of a download: the same state as the page's."""
    return f"{reverse(page)}{slug}.{kind}?{scope.question.query()}"


def draw_key(kind: str, colour: str) -> SafeString:
    """Draw a sample for the key under a figure."""
    shapes = {
        "point": '<circle cx="10" cy="6" r="3.6" fill="{0}"/>',
        "hollow": '<circle cx="10" cy="6" r="4" fill="#ffffff" stroke="{0}" stroke-width="2"/>',
        "band": '<rect class="band" width="20" height="12" fill="{0}"/>',
        "line": '<line x1="0" x2="20" y1="6" y2="6" stroke="{0}" stroke-width="2.5"/>',
        "dashed": '<line x1="0" x2="20" y1="6" y2="6" stroke="{0}" stroke-width="2.2" stroke-dasharray="6 3"/>',
        "dot": '<circle cx="10" cy="6" r="5" fill="{0}" stroke="#43534b" stroke-width=".9"/>',
        "empty": '<circle cx="10" cy="6" r="5" fill="{0}" stroke="#43534b" stroke-dasharray="2 2"/>',
        "box": '<rect x="3" width="14" height="12" fill="{0}" stroke="#43534b" stroke-width=".7"/>',
    }
    shape = format_html(shapes[kind], colour)
    return format_html('<svg viewBox="0 0 20 12" aria-hidden="true">{}</svg>', shape)
