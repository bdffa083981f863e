from banyan.science.city.facilities import list_facilities, nearest_hospitals


def test_the_network_has_three_levels_and_a_registry():
    facilities = list_facilities()

    assert facilities["level"].value_counts().sort("level").rows() == [(1, 126), (2, 25), (3, 6)]
    assert facilities.filter(kind="registry").height == 1
    assert facilities["code"].n_unique() == facilities.height


def test_stations_are_named_after_their_ward():
    station = list_facilities().filter(code="HN-100004").row(0, named=True)

    assert station["name_vi"] == "Trạm y tế phường Ba Đình"
    assert station["name_en"] == "Ba Đình Ward Health Station"
    assert station["ward_code"] == "00004"


def test_nearest_hospitals_finds_the_one_next_door():
    nearest = nearest_hospitals()

    assert len(nearest) == 126
    assert nearest["09556"] == "HN-208"  # Hà Đông has its own
    assert nearest["09568"] == "HN-208"  # Phú Lương lies beside it


def test_the_lead_hospital_sees_most(city):
    assert city.tumours["facility_code"].value_counts(sort=True)["facility_code"][0] == "HN-300"
