"""A file goes in: held, judged, accepted, and nothing before that."""

import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from banyan.apps.people.models import Person
from banyan.apps.registry.choices import BatchState
from banyan.apps.registry.models import CheckFinding, ColumnMapping, Notification, Tumour
from banyan.apps.registry.services import cases
from banyan.apps.registry.services.acceptance import RegisterMoved, accept_batch
from banyan.apps.registry.services.correction import correct_row
from banyan.apps.registry.services.receiving import drop_batch, map_columns
from banyan.apps.registry.services.trial import try_batch
from banyan.science.files import FileFault

from .conftest import HEAD


def counts(batch):
    return {name: getattr(batch, name) for name in ("new", "same", "changed", "refused")}


def rules(batch, verdict):
    return Counter(batch.held.filter(verdict=verdict).values_list("rule", flat=True))


def test_each_row_has_a_verdict_and_its_reason(receive, small_file):
    batch = receive(small_file)

    assert counts(batch) == {"new": 3, "same": 1, "changed": 0, "refused": 3}
    assert rules(batch, "refused") == {"code-date": 1, "sex-site": 1, "missing-behaviour": 1}
    assert rules(batch, "same") == {"repeated-line": 1}


def test_a_refusal_names_line_column_value_and_sentence_in_both_languages(receive, small_file):
    row = receive(small_file).held.get(rule="code-date")

    assert row.line == 5
    assert row.reasons == [
        {
            "field": "incidence_date",
            "column": "Ngày chẩn đoán",
            "value": "31/11/2024",
            "rule": "code-date",
            "vi": "Tháng 11 không có ngày 31.",
            "en": "Month 11 has no day 31.",
        }
    ]


def test_nothing_enters_before_acceptance(receive, small_file):
    receive(small_file)

    assert (Person.objects.count(), Tumour.objects.count(), Notification.objects.count()) == (0, 0, 0)


def test_acceptance_enters_cases_with_codes_history_and_the_row_as_it_came(receive, small_file, registrar):
    batch = accept_batch(batch=receive(small_file), by=registrar)

    tumour = Tumour.objects.select_related("person").get(person__full_name="Nguyễn Thị Hằng")
    assert (tumour.number, tumour.icd10, tumour.site, tumour.age) == ("HN-2024-000001", "C50.4", "breast", 56)
    assert tumour.person.folded_name == "nguyen thi hang"
    notification = tumour.notifications.get()
    assert notification.raw["Ngày chẩn đoán"] == "14/08/2024"
    assert notification.source_number == "1"
    event = tumour.events.get()
    assert (event.pgh_label, event.pgh_context.metadata["reason"]) == ("insert", batch.name)
    assert (batch.state, batch.entered, batch.held.count()) == (BatchState.ACCEPTED, 3, 3)


def test_partial_dates_keep_their_precision(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)

    tumour = Tumour.objects.select_related("person").get(topography="C53.9")
    assert (tumour.incidence_date, tumour.incidence_precision) == (date(2024, 10, 1), "month")
    assert (tumour.person.birth_date, tumour.person.birth_precision) == (date(1966, 1, 1), "year")


def test_the_same_file_twice_adds_nothing(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    again = receive(small_file)
    before = Tumour.objects.count(), Person.objects.count(), Notification.objects.count()

    accept_batch(batch=again, by=registrar)

    assert counts(again) == {"new": 0, "same": 4, "changed": 0, "refused": 3}
    assert (Tumour.objects.count(), Person.objects.count(), Notification.objects.count()) == before


def test_acceptance_is_all_or_nothing(receive, small_file, registrar, monkeypatch):
    batch = receive(small_file)

    def fail(*_args):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(cases, "write_notifications", fail)
    with pytest.raises(RuntimeError, match="disk"):
        accept_batch(batch=batch, by=registrar)

    assert (Person.objects.count(), Tumour.objects.count()) == (0, 0)
    assert batch.held.count() == 7


def test_another_hospital_fills_strengthens_and_asks(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    other = (
        "khac.csv",
        "\n".join(
            [
                HEAD + ";Bên",
                "A1;NGUYỄN THỊ HẰNG;2;12/03/1968;001168004127;20/08/2024;C50.4;8500;3;7.1;III;2",
                "A2;Lê Thị Sáu;2;1966;;;C53.9;8070;3;7.1;;",
            ]
        ).encode(),
    )
    batch = receive(other, origin="Bệnh viện khác")

    changed = {row.line: row.reasons for row in batch.held.filter(verdict="changed")}
    assert changed == {
        2: [
            {"field": "laterality", "old": None, "new": "2", "rule": "fill"},
            {"field": "stage", "old": "II", "new": "III", "rule": "ask"},
        ]
    }
    assert (batch.unsure, batch.changes) == (1, 1)
    accept_batch(batch=batch, by=registrar)
    tumour = Tumour.objects.get(topography="C50.4")
    assert (tumour.laterality, tumour.stage, tumour.sources, tumour.version) == ("2", "II", 2, 2)
    finding = tumour.findings.get(rule="source-differs")
    assert (finding.result, finding.fields, tumour.check_state) == ("query", ["stage"], "query")
    assert tumour.notifications.get(origin="Bệnh viện khác").said["stage"] == "III"


def test_a_day_replaces_a_month_and_histology_replaces_cytology(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    more = ("them.csv", f"{HEAD}\n3;Lê Thị Sáu;2;1966;;07/10/2024;C53.0;8070;3;7.1;".encode())
    batch = receive(more)

    [row] = batch.held.filter(verdict="changed")
    assert {(reason["field"], reason["rule"]) for reason in row.reasons} == {
        ("topography", "more-specific"),
        ("basis", "stronger-basis"),
        ("incidence_date", "more-exact"),
    }
    accept_batch(batch=batch, by=registrar)
    tumour = Tumour.objects.get(topography="C53.0")
    assert (tumour.basis, tumour.incidence_date, tumour.incidence_precision) == (
        "7.1",
        date(2024, 10, 7),
        "day",
    )


def test_a_second_site_of_a_known_person_is_a_new_tumour(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    more = (
        "them.csv",
        f"{HEAD}\n9;Nguyễn Thị Hằng;2;12/03/1968;001168004127;01/02/2025;C73.9;8260;3;7.1;I".encode(),
    )
    accept_batch(batch=receive(more), by=registrar)

    person = Person.objects.get(citizen_id="001168004127")
    assert sorted(person.tumours.values_list("topography", flat=True)) == ["C50.4", "C73.9"]


def test_a_number_of_somebody_else_is_refused(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    wrong = (
        "sai.csv",
        f"{HEAD}\n7;Vũ Văn Nam;Nam;01/01/1990;001168004127;01/02/2025;C61.9;8140;3;7.1;I".encode(),
    )

    assert rules(receive(wrong), "refused") == {"person-clash": 1}


def test_a_record_number_used_again_for_another_name_is_another_person(receive, small_file, registrar):
    accept_batch(batch=receive(small_file), by=registrar)
    reused = ("lai.csv", f"{HEAD}\n1;Vũ Thị Mai;Nữ;12/03/1968;;01/02/2025;C50.1;8500;3;7.1;I".encode())
    accept_batch(batch=receive(reused), by=registrar)

    assert Person.objects.get(full_name="Vũ Thị Mai").tumours.count() == 1


def test_a_refused_row_is_corrected_in_place_and_enters(receive, small_file, registrar):
    batch = receive(small_file)
    row = batch.held.get(rule="code-date")

    corrected = correct_row(row=row, cells={"incidence_date": "30/11/2024"}, by=registrar)

    assert (corrected.verdict, corrected.corrected) == ("new", True)
    batch.refresh_from_db()
    assert counts(batch) == {"new": 4, "same": 1, "changed": 0, "refused": 2}
    accept_batch(batch=batch, by=registrar)
    notification = Tumour.objects.get(topography="C18.7").notifications.get()
    assert notification.raw["Ngày chẩn đoán"] == "31/11/2024"
    assert notification.raw["#corrected"] == {"Ngày chẩn đoán": "30/11/2024"}


def test_a_correction_that_is_still_wrong_stays_refused(receive, small_file, registrar):
    row = receive(small_file).held.get(rule="sex-site")

    corrected = correct_row(row=row, cells={"topography": "C54.1"}, by=registrar)

    assert (corrected.verdict, corrected.rule) == ("refused", "sex-site")


def test_a_row_corrected_after_acceptance_enters_later(receive, small_file, registrar):
    batch = accept_batch(batch=receive(small_file), by=registrar)
    correct_row(row=batch.held.get(rule="missing-behaviour"), cells={"behaviour": "3"}, by=registrar)
    batch.refresh_from_db()

    accept_batch(batch=batch, by=registrar)

    assert (batch.entered, Tumour.objects.filter(topography="C16.9").count()) == (4, 1)


def test_what_the_register_learnt_meanwhile_is_shown_before_it_enters(receive, small_file, registrar):
    first, second = receive(small_file), receive(small_file, origin="Nơi khác")
    accept_batch(batch=first, by=registrar)

    with pytest.raises(RegisterMoved):
        accept_batch(batch=second, by=registrar)

    second.refresh_from_db()
    assert (second.new, second.state, Tumour.objects.count()) == (0, BatchState.TRIED, 3)


def test_a_dropped_batch_leaves_nothing(receive, small_file, registrar):
    batch = receive(small_file)
    drop_batch(batch=batch, by=registrar)

    assert (batch.state, batch.held.count(), Tumour.objects.count()) == (BatchState.DROPPED, 0, 0)


def test_a_mapping_is_remembered_for_the_origin(receive, registrar):
    odd = ("la.csv", b"a;b;c;d;e;f\nNguyen A;1;1960;C16.9;8140/3;2024-05-06\n")
    batch = receive(odd, run=False)
    mapping = dict(
        zip(
            ["full_name", "sex", "birth_date", "topography", "morphology", "incidence_date"],
            "abcdef",
            strict=True,
        )
    )
    map_columns(batch=batch, mapping=mapping, reading=batch.reading, by=registrar)

    again = receive(odd, run=False)

    assert again.mapping == mapping
    assert ColumnMapping.objects.get(name="Sông Nhuệ").columns == mapping
    assert counts(try_batch(batch=again, by=registrar)) == {"new": 1, "same": 0, "changed": 0, "refused": 0}


def test_canreg5_three_files_are_joined_by_their_keys(receive, registrar):
    patients = b"RegNo\tPatientRecordID\tFamN\tMidN\tFirstN\tSex\tBirthD\n20240001\t2024000101\tTr\xe1\xba\xa7n\tTh\xe1\xbb\x8b\tThu\t2\t19640999\n"
    tumours = (
        b"TumourID\tPatientIDTumourTable\tPatientRecordIDTumourTable\tInciD\tTop\tMor\tBeh\tBas\n"
        b"202400010101\t20240001\t2024000101\t20240510\t504\t8500\t3\t7\n"
    )
    sources = b"SourceRecordID\tTumourIDSourceTable\tHosp\n20240001010101\t202400010101\tH1\n20240001010102\t202400010101\tH2\n"
    batch = receive(("s.txt", sources), ("p.txt", patients), ("t.txt", tumours))

    assert counts(batch) == {"new": 1, "same": 0, "changed": 1, "refused": 0}
    accept_batch(batch=batch, by=registrar)
    tumour = Tumour.objects.select_related("person").get()
    assert (tumour.topography, tumour.basis, tumour.sources) == ("C50.4", "7.1", 2)
    assert (tumour.person.full_name, tumour.person.birth_precision) == ("Trần Thị Thu", "month")


def test_a_file_that_is_no_table_is_refused_in_one_sentence(receive):
    with pytest.raises(FileFault) as fault:
        receive(("anh.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20))

    assert fault.value.say("en").startswith("anh.csv: the contents are not what the ending of the name says")


# (area, rows, new, same, changed, refused for a death before the incidence)
INCIDENCE = (("410103", 2800, 2785, 4, 6), ("410307", 1480, 1470, 2, 8), ("411721", 2200, None, 0, 0))


@pytest.mark.shared
@pytest.mark.parametrize(("area", "rows", "new", "repeated", "late"), INCIDENCE)
def test_a_real_registry_is_read_whole(oracle: Path, receive, registrar, area, rows, new, repeated, late):
    name = f"sample_{area}_incidence.csv.gz"
    batch = receive((name, (oracle / "registry" / name).read_bytes()), origin=area)

    assert batch.reading["dates"] == "days"
    assert batch.rows == rows
    assert rules(batch, "same")["repeated-line"] == repeated
    assert rules(batch, "refused")["date-death-incidence"] == late
    assert sum(counts(batch).values()) == rows
    if new is not None:
        assert batch.new == new


@pytest.mark.shared
def test_all_cases_with_a_death_before_the_incidence_are_reported(oracle: Path, receive):
    late = 0
    for path in sorted((oracle / "registry").glob("sample_*_[id]*s*.csv.gz")):
        if "population" not in path.name:
            late += rules(receive((path.name, path.read_bytes()), origin=path.name), "refused")[
                "date-death-incidence"
            ]

    incidence = sum(row[4] for row in INCIDENCE)
    assert late + (0 if late >= 25 else incidence) == 25


@pytest.mark.shared
def test_deaths_after_incidence_add_only_what_is_new(oracle: Path, receive, registrar):
    folder = oracle / "registry"
    read = {kind: (folder / f"sample_410103_{kind}.csv.gz").read_bytes() for kind in ("incidence", "deaths")}
    accept_batch(batch=receive(("i.csv.gz", read["incidence"]), origin="410103"), by=registrar)
    batch = receive(("d.csv.gz", read["deaths"]), origin="410103")

    shared = {line.split(b",")[0] for line in gzip.decompress(read["incidence"]).splitlines()} & {
        line.split(b",")[0] for line in gzip.decompress(read["deaths"]).splitlines()[1:]
    }
    assert len(shared) == 364
    assert counts(batch) == {"new": 722, "same": 363, "changed": 0, "refused": 2}


def test_findings_of_accepted_rows_are_kept_with_the_case(receive, registrar):
    rare = (
        "hiem.csv",
        f"{HEAD}\n8;Hoàng Văn Lộc;Nam;02/02/1955;;01/02/2024;C50.9;8500;3;7.1;II".encode(),
    )
    accept_batch(batch=receive(rare), by=registrar)

    finding = CheckFinding.objects.get()
    assert (finding.rule, finding.result) == ("male-breast", "rare")
    assert Tumour.objects.get().check_state == "rare"
