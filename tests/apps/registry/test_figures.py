from datetime import date

import polars as pl

from banyan.apps.registry.models import Tumour
from banyan.apps.registry.queries.figures import data_version, read_cases
from banyan.apps.registry.services.acceptance import accept_batch
from banyan.apps.registry.services.tumour import change_tumour


def test_cases_come_without_identity_and_with_their_types(add_case):
    add_case()

    cases = read_cases()

    row = cases.row(0, named=True)
    assert (row["sex"], row["age"], row["age_group"], row["year"], row["site"]) == (
        "2",
        56,
        55,
        2024,
        "breast",
    )
    assert (row["incidence_date"], row["stage"], row["dco"]) == (date(2024, 8, 14), None, False)
    assert not {"full_name", "folded_name", "citizen_id", "insurance_number", "number", "address"} & set(
        cases.columns
    )
    assert cases.schema["age_group"] == pl.Int16


def test_the_oldest_group_is_open_and_an_unknown_age_is_null(add_case):
    add_case(name="A", age=97, incidence_precision="year")
    add_case(name="B", incidence_date=date(1900, 1, 1))

    assert sorted(read_cases()["age_group"].to_list(), key=str) == [85, None]


def test_an_empty_register_gives_the_same_columns(db, add_case):
    empty = read_cases()
    add_case()

    assert (empty.height, empty.schema) == (0, read_cases().schema)


def test_deleted_cases_are_left_out(add_case):
    tumour = add_case()
    Tumour.objects.filter(pk=tumour.pk).update(status="deleted")

    assert read_cases().height == 0


def test_the_version_grows_with_every_change_and_only_then(add_case, receive, small_file, registrar):
    versions = [data_version()]
    tumour = add_case()
    versions.append(data_version())
    change_tumour(tumour=tumour, changes={"grade": "2"}, version=1, reason="đọc lại", by=registrar)
    versions.append(data_version())
    batch = receive(small_file)
    assert data_version() == versions[-1]
    accept_batch(batch=batch, by=registrar)
    versions.append(data_version())

    assert data_version() == versions[-1]
    numbers = [version.number for version in versions]
    assert numbers == sorted(set(numbers))
    assert len({version.fingerprint for version in versions}) == len(versions)
