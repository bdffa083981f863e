"""Hidden cells stay hidden: by hand on small tables, and for any table that Hypothesis thinks of."""

import itertools

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError
from banyan.science.burden.disclosure import (
    Dimension,
    audit_disclosure,
    open_layers,
    plain_dimension,
    suppress,
)

THRESHOLD = 5
SEX = Dimension("sex", ("1", "2"), {"both": ("1", "2")})
YEAR = Dimension(
    "year",
    ("2019", "2020", "2021", "2022"),
    {"2019-2020": ("2019", "2020"), "2021-2022": ("2021", "2022"), "all": ("2019-2020", "2021-2022")},
)


def make_table(counts: np.ndarray, dimensions: list[Dimension]) -> pl.DataFrame:
    rows = [
        (*codes, int(count))
        for codes, count in zip(
            itertools.product(*(each.atoms for each in dimensions)), counts.ravel(), strict=True
        )
    ]
    return pl.DataFrame(rows, schema=[*(each.name for each in dimensions), "count"], orient="row")


def read_cells(frame: pl.DataFrame, column: str) -> dict[tuple, int | None]:
    names = pl.exclude("count", "published", "state")
    return {tuple(row[:-1]): row[-1] for row in frame.select(names, pl.col(column)).iter_rows()}


def measure_widths(frame: pl.DataFrame, dimensions: list[Dimension]) -> pl.DataFrame:
    return audit_disclosure(frame, dimensions).with_columns(
        width=pl.col("upper").fill_null(float("inf")) - pl.col("lower")
    )


@st.composite
def tables(draw, directions: int, largest: int = 4):
    """Return a table of any shape, many of its counts small, and some of its dimensions with subtotals."""
    dimensions = []
    for number in range(directions):
        atoms = tuple("abcdef"[: draw(st.integers(1, largest))])
        totals = {"all": atoms}
        if len(atoms) > 2 and draw(st.booleans()):
            totals = {"part": atoms[:2], "all": ("part", *atoms[2:])}
        dimensions.append(Dimension(f"d{number}", atoms, totals))
    size = int(np.prod([len(each.atoms) for each in dimensions]))
    count = st.one_of(st.integers(0, 7), st.integers(0, 60))
    counts = np.array(draw(st.lists(count, min_size=size, max_size=size)))
    return make_table(counts, dimensions), dimensions


@pytest.mark.parametrize(("directions", "largest"), [(1, 5), (2, 3), (3, 2)])
@pytest.mark.burden("disclosure.suppression")
def test_no_hidden_count_can_be_worked_out(directions, largest):
    @settings(max_examples=20, deadline=None)
    @given(case=tables(directions, largest))
    def check(case):
        table, dimensions = case
        frame = suppress(table, dimensions, threshold=THRESHOLD)

        widths = measure_widths(frame, dimensions)
        shown = frame.drop_nulls("published")
        assert widths.filter(pl.col("width") < THRESHOLD - 1 - 1e-6).rows() == []
        assert shown.filter(pl.col("published").is_between(1, THRESHOLD - 1)).rows() == []
        assert shown["published"].to_list() == shown["count"].to_list()

    check()


@settings(max_examples=15, deadline=None)
@given(case=tables(2, 3))
@pytest.mark.burden("disclosure.suppression")
def test_cell_is_hidden_for_another_only_when_needed(case):
    """Whichever kept cell is opened again, some hidden cell can be found."""
    table, dimensions = case
    frame = suppress(table, dimensions, threshold=THRESHOLD)

    for at in np.flatnonzero((frame["state"] == "kept").to_numpy()).tolist():
        opened = frame.with_row_index("at").with_columns(
            published=pl.when(pl.col("at") == at).then("count").otherwise("published")
        )
        assert measure_widths(opened.drop("at"), dimensions)["width"].min() < THRESHOLD - 1


@settings(max_examples=15, deadline=None)
@given(case=tables(2, 4))
def test_same_table_gets_the_same_answer_in_any_order_of_rows(case):
    table, dimensions = case

    first = suppress(table, dimensions, threshold=THRESHOLD)
    again = suppress(table.reverse(), dimensions, threshold=THRESHOLD)

    assert first.equals(again)


def test_safe_table_is_left_alone():
    table = make_table(np.array([[5, 0, 9, 100], [0, 0, 50, 7]]), [SEX, YEAR])

    frame = suppress(table, [SEX, YEAR], threshold=THRESHOLD)

    assert set(frame["state"]) == {"shown"}
    assert frame["published"].to_list() == frame["count"].to_list()


def test_small_cell_of_two_by_two_hides_all_four():
    """One hidden cell is its row's total less the other; a second in each row and column is all there is."""
    ward, sex = plain_dimension("ward", ("A", "B")), SEX
    table = make_table(np.array([[20, 3], [30, 40]]), [ward, sex])

    frame = suppress(table, [ward, sex], threshold=THRESHOLD)

    assert read_cells(frame.filter(pl.col("published").is_null()), "count") == {
        ("A", "1"): 20,
        ("A", "2"): 3,
        ("B", "1"): 30,
        ("B", "2"): 40,
    }
    # with totals 23, 70, 50, 43 known and every cell at least 1, A·2 lies between 1 and 22: 23 less one
    widths = measure_widths(frame, [ward, sex])
    assert widths.filter(pl.col("ward") == "A", pl.col("sex") == "2").select("lower", "upper").row(0) == (
        1.0,
        22.0,
    )


def test_two_ones_in_a_row_are_not_enough():
    """A published 2 made of two hidden cells, each 1 or more, gives both away: a third must join."""
    place = plain_dimension("place", ("A", "B", "C", "D"))
    table = make_table(np.array([1, 1, 6, 50]), [place])

    frame = suppress(table, [place], threshold=THRESHOLD)

    assert dict(frame.select("place", "published").iter_rows()) == {
        "A": None,
        "B": None,
        "C": None,
        "D": 50,
        "all": 58,
    }
    # the three make 8: each is at most 6
    assert measure_widths(frame, [place]).select("lower", "upper").unique().rows() == [(1.0, 6.0)]


def test_subtotal_is_hidden_with_its_only_case():
    """2020 is the only year with cases of its band, so the band is as small as the year."""
    table = make_table(np.array([0, 3, 20, 30]), [YEAR])

    published = dict(suppress(table, [YEAR], threshold=THRESHOLD).select("year", "published").iter_rows())

    assert (published["2019"], published["2020"], published["2019-2020"]) == (0, None, None)
    assert (published["2021-2022"], published["all"]) == (None, 53)


@pytest.mark.burden("disclosure.audit")
def test_audit_finds_a_table_that_only_hides_the_small_cell():
    place = plain_dimension("place", ("A", "B"))
    table = pl.DataFrame({"place": ["A", "B", "all"], "published": [None, 40, 43]})

    assert audit_disclosure(table, [place]).rows() == [("A", 3.0, 3.0)]


def test_audit_refuses_cells_that_contradict_each_other():
    place = plain_dimension("place", ("A", "B"))
    table = pl.DataFrame({"place": ["A", "B", "all"], "published": [None, 40, 12]})

    with pytest.raises(BurdenError, match="contradict"):
        audit_disclosure(table, [place])


def test_closed_cells_are_never_published():
    table = make_table(np.array([[20, 30, 40, 50], [60, 70, 80, 90]]), [SEX, YEAR])
    closed = pl.DataFrame({"sex": ["1", "2"], "year": ["2019", "2019"]})

    frame = suppress(table, [SEX, YEAR], threshold=THRESHOLD, closed=closed)

    hidden = frame.filter(pl.col("published").is_null()).select("sex", "year").rows()
    assert hidden == [("1", "2019"), ("2", "2019")]


def test_known_cell_is_published_and_what_depends_on_it_is_kept():
    place = plain_dimension("place", ("A", "B", "C", "D", "E", "F"))
    table = make_table(np.array([1, 1, 1, 1, 1, 0]), [place])

    frame = suppress(table, [place], threshold=THRESHOLD, known=pl.DataFrame({"place": ["all"]}))

    # five ones below a published 5 would each be known to be 1; the empty place is closed with them
    assert dict(frame.select("place", "published").iter_rows()) == {**dict.fromkeys("ABCDEF"), "all": 5}
    bounds = audit_disclosure(frame, [place], least=0)
    assert bounds.select("lower", "upper").unique().rows() == [(0.0, 5.0)]


def test_known_cell_that_gives_a_small_one_away_is_refused():
    place = plain_dimension("place", ("A", "B"))
    table = make_table(np.array([3, 40]), [place])

    with pytest.raises(BurdenError, match="known cells"):
        suppress(table, [place], threshold=THRESHOLD, known=pl.DataFrame({"place": ["B", "all"]}))


@pytest.mark.parametrize(
    ("table", "threshold", "reason"),
    [
        ({"sex": ["1"], "count": [3]}, 1, "hides nothing"),
        ({"sex": ["3"], "count": [3]}, 5, "is not a value of sex"),
        ({"sex": ["1"], "count": [-3]}, 5, "is no count"),
        ({"sex": ["1"], "count": [2.5]}, 5, "is no count"),
    ],
)
def test_table_that_is_none_is_refused(table, threshold, reason):
    with pytest.raises(BurdenError, match=reason):
        suppress(pl.DataFrame(table), [SEX], threshold=threshold)


def test_open_layers_shows_groups_apart_where_every_cell_is_safe():
    counts = np.array([[[50, 60], [70, 80]], [[9, 8], [7, 6]], [[9, 9], [9, 9]]])

    assert open_layers(counts, THRESHOLD).tolist() == [2, 2, 2, 2]


def test_open_layers_shows_groups_together_where_one_alone_is_small():
    counts = np.array([[[50, 60], [70, 80]], [[9, 8], [3, 6]], [[9, 9], [9, 9]]])

    # the second layer's groups cannot be told apart as long as a third is pooled with it
    assert open_layers(counts, THRESHOLD).tolist() == [2, 1, 1, 2]


def test_open_layers_pools_a_second_layer_with_the_small_one():
    """All layers less those shown is the small one, unless another is pooled with it."""
    counts = np.array([[[50, 60]], [[3, 9]], [[20, 30]]])

    assert open_layers(counts, THRESHOLD).tolist() == [2, 0, 0, 2]


def test_open_layers_keeps_what_was_published_at_a_finer_grain():
    counts = np.array([[[50, 60]], [[3, 9]], [[20, 30]]])

    assert open_layers(counts, THRESHOLD, least=np.array([0, 0, 2, 2])).tolist() == [0, 0, 2, 2]


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(
        st.lists(
            st.lists(st.one_of(st.just(0), st.integers(0, 40)), min_size=3, max_size=3),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=6,
    ).map(np.array)
)
@pytest.mark.burden("disclosure.layers")
def test_no_difference_of_open_layers_is_small(counts):
    """Everything less what is shown, group by group and for both: never a count from 1 to 4."""
    *levels, level = open_layers(counts, THRESHOLD).tolist()
    shown = np.array(levels)

    seen = [counts[at].sum(axis=0) for at in np.flatnonzero(shown >= 1)]
    seen += [row for at in np.flatnonzero(shown == 2) for row in counts[at]]
    if level >= 1:
        seen.append(counts[shown == 0].sum(axis=(0, 1)))
    if level == 2:
        seen += [counts[shown < 2][:, group].sum(axis=0) for group in range(2)]
    small = [cell for cells in seen for cell in np.asarray(cells).tolist() if 0 < cell < THRESHOLD]
    assert small == []


def test_open_layers_goes_no_further_than_totals_are_told():
    counts = np.array([[[50, 60], [70, 80]], [[9, 8], [7, 6]], [[9, 9], [9, 9]]])

    assert open_layers(counts, THRESHOLD, most=np.array([1, 2, 0, 2])).tolist() == [1, 2, 0, 2]


def test_layer_of_one_group_is_told_for_that_group_or_not_at_all():
    """Told for both groups together it would be told for its own, and keep no secret of the second layer's."""
    counts = np.array([[[40, 50], [0, 0]], [[20, 30], [3, 6]], [[60, 70], [80, 90]]])

    assert open_layers(counts, THRESHOLD).tolist() == [0, 1, 1, 2]


def test_people_beside_the_cells_have_to_be_safe_too():
    counts = np.array([[[50, 60]], [[70, 80]], [[90, 99]]])

    # 3 is small; with the second layer's nobody it stays 3, with the third's 8 it is 11
    assert open_layers(counts, THRESHOLD, beside=np.array([[[3]], [[0]], [[8]]])).tolist() == [0, 0, 0, 2]
