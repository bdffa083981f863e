"""Ward polygons: imported whole or not at all, and drawn on the map."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.network.models import Boundary

SQUARE = [[105.8, 21.0], [105.9, 21.0], [105.9, 21.1], [105.8, 21.1], [105.8, 21.0]]


def make_collection(*codes: str, geometry: dict | None = None) -> dict:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": geometry or {"type": "Polygon", "coordinates": [SQUARE]},
        }
        for code in codes
    ]
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture
def write_file(tmp_path):
    def write(content: object) -> str:
        path = tmp_path / "wards.geojson"
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


def test_load_boundaries_keeps_known_wards_and_names_the_rest(small_city, write_file, capsys):
    call_command(
        "load_boundaries", write_file(make_collection("00004", "00008", "77777")), source="city survey"
    )

    said = capsys.readouterr().out
    assert "2 polygons imported." in said
    assert "Not a ward in force: 77777." in said
    assert "Still without a polygon: 00025, 09877." in said
    kept = Boundary.objects.values_list("ward__code", "geometry__type", "source").order_by("ward__code")
    assert list(kept) == [("00004", "MultiPolygon", "city survey"), ("00008", "MultiPolygon", "city survey")]


def test_load_boundaries_replaces_those_of_before(small_city, write_file):
    call_command("load_boundaries", write_file(make_collection("00004")), source="old")
    call_command("load_boundaries", write_file(make_collection("00008")), source="new")

    assert list(Boundary.objects.values_list("ward__code", "source")) == [("00008", "new")]


@pytest.mark.parametrize(
    "content",
    [
        "no json",
        [],
        {"type": "FeatureCollection", "features": []},
        {"type": "Feature"},
        make_collection("77777"),
        make_collection("00004", geometry={"type": "Point", "coordinates": [105.8, 21.0]}),
        make_collection("00004", geometry={"type": "Polygon", "coordinates": [[[581000, 2320000]] * 4]}),
        make_collection("00004", geometry={"type": "Polygon", "coordinates": [[[105.8, 21.0]]]}),
        make_collection("00004", geometry={"type": "MultiPolygon", "coordinates": []}),
        {"type": "FeatureCollection", "features": [{"properties": {}, "geometry": None}]},
    ],
)
def test_load_boundaries_changes_nothing_when_the_file_is_wrong(small_city, write_file, content):
    call_command("load_boundaries", write_file(make_collection("00004")), source="kept")

    with pytest.raises(CommandError, match=r"wards\.geojson: .+\."):
        call_command("load_boundaries", write_file(content), source="wrong")

    assert list(Boundary.objects.values_list("source", flat=True)) == ["kept"]


def test_map_draws_polygons_once_they_are_imported(small_city, client_as, write_file):
    client = client_as(Role.EPIDEMIOLOGIST)
    address = reverse("figures-incidence")

    dots = client.get(address).text
    call_command(
        "load_boundaries",
        write_file(make_collection("00004", "00008", "00025", "09877")),
        source="city survey",
    )
    polygons = client.get(address).text

    assert "Chưa nhập ranh giới" in dots
    assert "Ranh giới: city survey" in polygons
