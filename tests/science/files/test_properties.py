"""Whatever a cell holds, a parser gives a value or a reason; what it gives is read back as the same."""

import unicodedata
from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from banyan.science.files import (
    FileFault,
    disarm_formulas,
    find_doubtful,
    find_misreading,
    find_spoilt_name,
    parse_age,
    parse_age_group,
    parse_dates,
    parse_decimal,
    parse_flag,
    parse_sex,
    parse_whole,
    parse_year,
    read_table,
)
from banyan.science.files.confined import store_table
from banyan.science.files.encoding import decode_text, find_encoding
from banyan.science.files.outline import draw_outline
from tests.science.files.test_encoding import encode_windows_1258

CELL = st.one_of(
    st.text(max_size=12), st.from_regex(r"[0-9¹٣/.\- ,+eE]{0,12}", fullmatch=True), st.integers().map(str)
)
CELLS = st.lists(st.one_of(st.none(), CELL), max_size=8)
PARSERS = (
    parse_age,
    parse_age_group,
    parse_dates,
    parse_decimal,
    parse_flag,
    parse_sex,
    parse_whole,
    parse_year,
)
DAYS = st.dates(date(1800, 1, 1), date(2199, 12, 31))
NAME = st.text("NguyễnThịHằngĐỗĂÂƠƯ ựỵ", min_size=1, max_size=20)


def column(cells):
    return pl.Series(cells, dtype=pl.String)


@pytest.mark.asvs("2.2.1", "1.4.2")
@pytest.mark.parametrize("parse", PARSERS)
@given(cells=CELLS)
def test_each_cell_has_a_value_or_a_reason_in_both_languages(parse, cells):
    parsed = parse(column(cells))

    assert (len(parsed.values), len(parsed.wrong)) == (len(cells), len(cells))
    assert [row for row, _ in parsed.faults()] == parsed.wrong.arg_true().to_list()
    assert all(reason.vi and reason.en for _, reason in parsed.faults())


@pytest.mark.parametrize(
    "parse", [parse_age, parse_age_group, parse_decimal, parse_sex, parse_whole, parse_year]
)
@given(cells=CELLS)
def test_a_value_written_out_is_read_back_as_itself(parse, cells):
    values = parse(column(cells)).values

    assert parse(values.cast(pl.String)).values.equals(values)


@given(
    days=st.lists(DAYS, min_size=1, max_size=6),
    form=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%Y%m%d", "%d%m%Y"]),
)
def test_a_day_in_any_form_is_that_day(days, form):
    parsed = parse_dates(column([day.strftime(form) for day in days]))

    assert parsed.values.to_list() == days


@given(days=st.lists(DAYS, min_size=1, max_size=6), form=st.sampled_from(["%m/%d/%Y", "%m%d%Y", "%Y-%m-%d"]))
def test_a_day_with_its_month_first_is_that_day_where_that_is_said(days, form):
    parsed = parse_dates(column([day.strftime(form) for day in days]), month_first=True)

    assert parsed.values.to_list() == days


@given(days=st.lists(DAYS, min_size=2, max_size=30), month_first=st.booleans())
def test_no_date_of_a_column_in_two_orders_is_turned_round(days, month_first):
    mine, other = ("%m/%d/%Y", "%d/%m/%Y") if month_first else ("%d/%m/%Y", "%m/%d/%Y")
    texts = column([day.strftime(other if place % 2 else mine) for place, day in enumerate(days)])
    is_seen = any(day.day > 12 for day in days[1::2])

    read = parse_dates(texts, month_first=month_first).values
    doubtful = find_doubtful(texts, month_first=month_first)

    taken = [value for value, doubt in zip(read, doubtful, strict=True) if value is not None and not doubt]
    assert not is_seen or set(taken) <= set(days)


@given(cells=CELLS, month_first=st.booleans())
def test_doubt_is_said_of_each_cell(cells, month_first):
    doubtful = find_doubtful(column(cells), month_first=month_first)

    assert (len(doubtful), doubtful.null_count()) == (len(cells), 0)


@pytest.mark.asvs("1.1.1")
@given(
    names=st.lists(NAME, min_size=3, max_size=6), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
)
def test_unicode_is_decoded_to_what_was_written(names, encoding):
    text = "tên,giới\n" + "\n".join(f"{name},1" for name in names)
    data = text.encode(encoding)

    found = find_encoding("x", data)

    assert decode_text("x", data, found).decode() == text


@given(names=st.lists(NAME, min_size=3, max_size=6))
def test_windows_1258_with_its_tones_apart_is_composed(names):
    text = unicodedata.normalize("NFC", "\n".join(names))

    assert decode_text("x", encode_windows_1258(text), "cp1258").decode() == text


def read_lines(path):
    table = read_table(path)
    return len(table.lines(range(table.frame.height)))


# the first four were found by bench/fuzz_parsers.py
@example(b"\xff\tsek=;\n2,2I\t\t\t\ta;A\n(;;\t9\xf1x\n\n")
@example(b"ba\t*\n\t1\n")
@example(b"a;^b$\n1;2\n")
@example(b"a;b;c\n\xef\xbb\xbf")
@example(b'sep=;\n"\n')
@example(b'\xf3"x\ny"\t1')
@example(b"a\n\r\n")
@given(st.binary(max_size=200))
@settings(deadline=None)
def test_bytes_are_a_table_or_a_fault_and_both_ways_to_read_agree(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("bytes")
    path = folder / "input"
    path.write_bytes(data)
    results = []
    for read in (read_lines, lambda path: store_table(path, folder / "out.parquet").height):
        try:
            results.append(read(path))
        except FileFault as fault:
            results.append(fault.reasons)

    assert results[0] == results[1]


@given(text=st.text('a,\n"\r', max_size=40), size=st.integers(1, 5))
def test_an_outline_is_the_same_however_the_text_is_cut(text, size):
    data = text.encode()
    whole = draw_outline([data], ",")
    pieces = draw_outline([data[start : start + size] for start in range(0, len(data), size)], ",")

    assert (pieces.lines.tolist(), pieces.fields.tolist()) == (whole.lines.tolist(), whole.fields.tolist())
    assert pieces.open_quote == whole.open_quote


@pytest.mark.asvs("1.2.10")
@given(cells=CELLS)
def test_no_cell_that_goes_out_begins_as_a_formula_unless_it_is_a_number(cells):
    disarmed = disarm_formulas(pl.DataFrame({"x": column(cells)}))["x"]

    risky = [cell for cell in disarmed.drop_nulls() if cell[:1] and cell[0] in "=+-@\t\r\n\0"]
    assert all(float(cell) == float(cell) for cell in risky)
    assert disarm_formulas(disarmed.to_frame())["x"].equals(disarmed)


@given(st.lists(NAME, min_size=1, max_size=5))
def test_sound_vietnamese_is_never_called_spoilt(names):
    assert find_misreading(names) is None
    assert [find_spoilt_name(name) for name in names] == [None] * len(names)


@pytest.mark.parametrize("name", ["Nguyễn Thị Hằng", "Trần Đức Bảo", "Phạm Hữu Lượng"])
def test_vietnamese_that_went_through_a_wrong_encoding_is_known(name):
    spoilt = name.encode().decode("latin-1")

    assert find_spoilt_name(spoilt) is not None
