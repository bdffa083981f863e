import polars as pl
import pytest

from banyan.science.files import FileFault, read_yearly_rates


def write(tmp_path, text):
    path = tmp_path / "rates.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("header", "rate", "std_err"),
    [
        ("sex,year,rate,std_err", "rate", "std_err"),
        ("sex,year,asr,asr_se", "asr", "asr_se"),
        ("sex,year,rate,se", "rate", "se"),
    ],
)
def test_rates_are_known_by_their_usual_names(tmp_path, header, rate, std_err):
    read = read_yearly_rates(write(tmp_path, f'{header}\nnam,2020,"10,5",0.5\nnữ,2020,8,\n'), by=["sex"])

    assert (read.rate, read.std_err) == (rate, std_err)
    assert read.frame.rows() == [("1", 2020, 10.5, 0.5), ("2", 2020, 8.0, None)]
    assert read.frame.schema["year"] == pl.Int64


def test_counts_are_read_where_they_are(tmp_path):
    read = read_yearly_rates(write(tmp_path, "year,rate,cases\n2020,10,7\n"))

    assert (read.frame.columns, read.std_err) == (["year", "rate", "cases"], "")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("year,rate\n2020,-1\n", 2, "rate"),
        ("year,rate\n2020,1\n2021,\n", 3, "rate"),
        ("year,rate\n20,1\n", 2, "year"),
        ("year,rate,std_err\n2020,1,x\n", 2, "std_err"),
        ("year,cases\n2020,1\n", None, None),
    ],
)
def test_what_is_no_rate_is_refused_on_its_line(tmp_path, text, line, column):
    with pytest.raises(FileFault) as fault:
        read_yearly_rates(write(tmp_path, text))

    assert (fault.value.line, fault.value.column) == (line, column)
