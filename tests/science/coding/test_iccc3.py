import pytest

from banyan.science.coding import Morphology, Topography, to_iccc3


def classify(topography, morphology):
    return to_iccc3(Topography.parse(topography), Morphology.parse(morphology))


@pytest.mark.parametrize(
    ("topography", "morphology", "group"),
    [
        ("C42.1", "9836/3", "Ia"),
        ("C77.0", "9650/3", "IIa"),
        ("C71.6", "9470/3", "IIIc"),
        ("C74.0", "9500/3", "IVa"),
        ("C69.2", "9510/3", "V"),
        ("C64.9", "8960/3", "VIa"),
        ("C22.0", "8970/3", "VIIa"),
        ("C40.2", "9180/3", "VIIIa"),
        ("C49.2", "8910/3", "IXa"),
        ("C62.9", "9071/3", "Xc"),
        ("C11.9", "8072/3", "XIc"),
    ],
)
def test_childhood_cancers_find_their_group(topography, morphology, group):
    assert str(classify(topography, morphology)) == group


@pytest.mark.parametrize("morphology", ["9080/0", "9080/1"])
def test_benign_germ_cell_tumour_of_the_brain_is_classified(morphology):
    assert str(classify("C71.9", morphology)) == "Xa"


def test_benign_meningioma_is_classified():
    assert str(classify("C70.0", "9530/0")) == "IIIe"


def test_in_situ_tumour_is_in_no_group():
    answer = classify("C71.1", "9400/2")

    assert (str(answer), answer.status) == ("", "invalid")


def test_benign_tumour_outside_the_skull_and_spine_is_in_no_group():
    assert classify("C62.9", "9080/0").status == "invalid"


def test_site_without_a_group_is_rare():
    assert classify("C42.1", "8023/3").status == "rare"
