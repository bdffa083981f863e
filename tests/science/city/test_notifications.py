import polars as pl
import pytest


def test_every_tumour_has_a_notice_and_about_two(city):
    counted = city.notifications.group_by("tumour_number").len()

    assert counted.height == city.tumours.height
    assert counted["len"].mean() == pytest.approx(2.2, abs=0.2)


def test_no_notice_lacks_its_date_or_comes_before_the_tumour(city):
    dated = city.notifications.join(city.tumours, left_on="tumour_number", right_on="number")

    assert city.notifications["date"].null_count() == 0
    assert (dated["date"] >= dated["incidence_date"]).all()


def test_a_certificate_only_case_has_its_certificate_only(city):
    dco = city.tumours.filter("dco").select(tumour_number="number")

    kinds = city.notifications.join(dco, on="tumour_number")["kind"]

    assert set(kinds) == {"death"}
    assert len(kinds) == dco.height


def test_pathology_tells_only_of_what_was_seen(city):
    pathology = city.notifications.filter(kind="pathology")

    assert set(pathology["basis"]) == {"5", "7.1", "7.2", "8"}


def test_sources_say_less_or_something_else_than_the_registry(city):
    said = city.notifications.join(city.tumours, left_on="tumour_number", right_on="number", suffix="_final")
    differs = said.filter(pl.col("topography") != pl.col("topography_final"))

    assert 0.03 < differs.height / said.height < 0.25
    assert differs["topography"].str.ends_with(".9").all()
    assert 0.005 < (said["stage"] != said["stage_final"]).mean() < 0.03
    assert said.filter(kind="insurance")["morphology"].null_count() == said.filter(kind="insurance").height
