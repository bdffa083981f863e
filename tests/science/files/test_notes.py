import polars as pl

from banyan.science.files import note_design, note_rates, note_survival

CELLS = pl.DataFrame({"age_group": [0, None], "cases": [3, 1]})


def test_share_of_unknown_ages_is_always_said():
    figures = pl.DataFrame({"empty_bands": [0], "folded_bands": [0]})

    assert [note.en for note in note_rates(CELLS, figures)] == ["age unknown in 1 of 4 cases (25.00%)"]


def test_folded_and_empty_bands_are_said():
    figures = pl.DataFrame({"empty_bands": [0, 2], "folded_bands": [0, 1]})

    assert len(note_rates(CELLS, figures)) == 3


def test_follow_up_beyond_the_table_is_counted_once_a_stratum():
    figures = pl.DataFrame({"stage": ["1", "1", "2"], "years": [1, 5, 1], "beyond_table": [4, 4, 3]})

    assert [note.vi[:12] for note in note_survival(figures)] == ["7 người bệnh"]
    assert note_survival(figures.with_columns(beyond_table=pl.lit(0))) == []


def test_a_design_says_whom_it_leaves_out():
    notes = note_design({"left before the window": 3}, 2)

    assert [note.en[:11] for note in notes] == ["3 patients ", "2 patients "]
    assert notes[0].vi == "3 người bệnh kết thúc theo dõi trước khoảng đã chọn"
    assert note_design({}, 0) == []


def test_a_window_that_no_diagnosis_reaches_is_said():
    (note,) = note_design({}, 0, 427.0)

    assert (
        note.en
        == "nobody was under observation in the first 427 days after diagnosis: the figures are of those who lived that long"
    )
