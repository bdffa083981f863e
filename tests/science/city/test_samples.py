import csv
from collections import Counter
from unicodedata import normalize

import polars as pl
import pytest

from banyan.science.city import write_sample_files
from banyan.science.city.samples import FAULTS, encode_1258


@pytest.fixture(scope="module")
def files(city, tmp_path_factory):
    return write_sample_files(tmp_path_factory.mktemp("samples"), city)


@pytest.fixture(scope="module")
def rows(files) -> list[dict[str, str]]:
    with files.hospital.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines, delimiter=";"))


def test_write_sample_files_twice_writes_the_same_bytes(city, files, tmp_path):
    again = write_sample_files(tmp_path / "new folder", city)

    assert [path.read_bytes() for path in again[:5]] == [path.read_bytes() for path in files[:5]]
    assert again.faults == files.faults


def test_the_hospital_sends_a_thousand_rows_and_some_of_them_twice(rows):
    numbers = Counter(row["Số hồ sơ"] for row in rows)

    assert len(numbers) == 1000
    assert 5 <= sum(count == 2 for count in numbers.values()) <= 8


def test_about_one_row_in_twenty_has_a_fault(files, rows):
    kinds = Counter(files.faults.values())

    assert kinds == {kind: count for kind, (count, _, _) in FAULTS.items()}
    assert 0.04 < len(files.faults) / len(rows) < 0.06


def test_faults_stand_on_the_lines_they_are_said_to(files, rows):
    first = {kind: line for line, kind in reversed(files.faults.items())}

    assert rows[first["no such day"] - 2]["Ngày chẩn đoán"] == "31/11/2025"
    assert rows[first["no behaviour"] - 2]["Hành vi"] == ""
    assert rows[first["no name"] - 2]["Họ và tên"] == ""
    assert rows[first["cervix in a man"] - 2]["Vị trí"] == "C53.9"
    assert rows[first["cervix in a man"] - 2]["Giới"] == "Nam"


def test_both_encodings_say_the_same(files):
    old, new = files.hospital_1258.read_bytes(), files.hospital.read_bytes()

    assert normalize("NFC", old.decode("cp1258")) == new.decode("utf-8-sig")


def test_encode_1258_splits_the_tone_from_the_vowel():
    assert encode_1258("Nguyễn Đỗ Thị Hằng").decode("cp1258") != "Nguyễn Đỗ Thị Hằng"
    assert normalize("NFC", encode_1258("Nguyễn Đỗ Thị Hằng").decode("cp1258")) == "Nguyễn Đỗ Thị Hằng"


def test_some_persons_are_known_to_the_city(city, rows):
    known = set(city.people["citizen_id"].drop_nulls()) | set(city.people["insurance_number"].drop_nulls())

    seen = {row["Số hồ sơ"] for row in rows if {row["Số CCCD"], row["Số thẻ BHYT"]} & known}

    assert 120 <= len(seen) <= 140  # 140 are, a few carry no number


def test_canreg_files_hang_together(files):
    patients, tumours, sources = (
        pl.read_csv(path, separator="\t", infer_schema_length=0) for path in files[2:5]
    )

    assert tumours.height == sources.height == 300
    assert set(tumours["PatientIDTumourTable"]) == set(patients["RegNo"])
    assert set(sources["TumourIDSourceTable"]) == set(tumours["TumourID"])
    assert (tumours["TumourID"].str.slice(0, 10) == tumours["PatientRecordIDTumourTable"]).all()
    assert (sources["SourceRecordID"].str.slice(0, 12) == sources["TumourIDSourceTable"]).all()
    assert tumours["Top"].str.contains(r"^\d{3}$").all()
    assert set(tumours["Bas"]) <= set("012456789")
    assert patients["BirthD"].str.contains(r"^(18|19|20)\d{6}$").all()
