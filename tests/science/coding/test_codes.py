import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science.coding import (
    MORPHOLOGY_CODES,
    TOPOGRAPHY_CODES,
    TOPOGRAPHY_HEADINGS,
    CodeError,
    Edition,
    IcdO,
    Morphology,
    Topography,
)
from banyan.science.coding.codes import list_behaviours


def test_lists_hold_every_code_of_icdo32():
    assert len(TOPOGRAPHY_CODES) == 331
    assert len(TOPOGRAPHY_HEADINGS) == 70
    assert len(MORPHOLOGY_CODES) == 1135
    assert len(set(MORPHOLOGY_CODES)) == 1135


def test_icdo31_lists_its_own_pairs():
    behaviours = list_behaviours(Edition.ICDO31)

    assert sum(len(listed) for listed in behaviours.values()) == 1080
    assert "8085" not in behaviours  # squamous cell carcinoma, HPV-positive: new in 3.2
    assert "8085" in list_behaviours(Edition.ICDO32)


@pytest.mark.parametrize("text", ["C50.4", "c504", "504", " C50.4 ", "50.4"])
def test_topography_is_read_in_every_usual_form(text):
    assert Topography.parse(text) == Topography("C50.4", Edition.ICDO32)


@pytest.mark.parametrize("text", ["C50", "50", "C50.7", "C99.9", "", "D05.1", "C50.44", "5O4"])
def test_topography_that_does_not_exist_is_refused(text):
    with pytest.raises(CodeError):
        Topography.parse(text)


def test_code_error_speaks_both_languages():
    with pytest.raises(CodeError) as caught:
        Topography("C50.7")

    assert caught.value.vi == "‘C50.7’ không phải là mã vị trí của ICD-O-3.2."
    assert caught.value.en == "‘C50.7’ is not a topography code of ICD-O-3.2."
    assert str(caught.value) == caught.value.en
    assert caught.value.sentence.in_language("vi") == caught.value.vi


@pytest.mark.parametrize(
    ("text", "behaviour"),
    [("8500/3", None), ("85003", None), ("8500", "3"), ("M8500/3", "3"), ("8500", "/3")],
)
def test_morphology_is_read_in_every_usual_form(text, behaviour):
    assert str(Morphology.parse(text, behaviour)) == "8500/3"


@pytest.mark.parametrize(
    ("text", "behaviour"),
    [("8500/3", "2"), ("8500", None), ("8500", "4"), ("7999", "3"), ("", "3"), ("8500/33", None)],
)
def test_morphology_that_does_not_exist_is_refused(text, behaviour):
    with pytest.raises(CodeError):
        Morphology.parse(text, behaviour)


def test_unlisted_behaviour_is_a_question_not_an_error():
    assert Morphology("8500", "3").is_listed is True
    assert Morphology("8500", "1").is_listed is False  # rule F: the pathologist decides


def test_edition_decides_what_exists():
    assert Morphology("8085", "3", Edition.ICDO32).histology == "8085"
    with pytest.raises(CodeError):
        Morphology("8085", "3", Edition.ICDO31)


@pytest.mark.parametrize(
    ("text", "histology"),
    [("81400/3", "81400"), ("8140A/3", "8140A"), ("8140a/3", "8140A"), ("8140/3", "8140")],
)
def test_icdo4_has_a_fifth_character(text, histology):
    morphology = Morphology.parse(text, edition=Edition.ICDO4)

    assert (morphology.histology, morphology.behaviour) == (histology, "3")
    assert morphology.parent == "8140"
    assert morphology.is_listed is None


def test_icdo4_topography_is_checked_for_its_form():
    assert Topography.parse("C16.7", Edition.ICDO4).code == "C16.7"
    with pytest.raises(CodeError):
        Topography.parse("C16.7", Edition.ICDO32)
    with pytest.raises(CodeError):
        Topography.parse("16", Edition.ICDO4)


def test_fifth_character_is_refused_by_older_editions():
    with pytest.raises(CodeError):
        Morphology.parse("8140A/3", edition=Edition.ICDO32)


def test_site_and_morphology_stand_in_one_edition():
    tumour = IcdO.parse("504", "8500/3")

    assert str(tumour) == "C50.4 8500/3"
    assert tumour.edition is Edition.ICDO32
    with pytest.raises(CodeError):
        IcdO(Topography("C50.4", Edition.ICDO31), Morphology("8500", "3", Edition.ICDO32))


@given(st.sampled_from(TOPOGRAPHY_CODES))
def test_every_subsite_survives_the_short_form(code):
    assert Topography.parse(code.replace(".", "")[1:]).code == code


@given(st.sampled_from(MORPHOLOGY_CODES))
def test_every_morphology_survives_its_text(code):
    assert str(Morphology.parse(code)) == code
    assert Morphology.parse(code).is_listed is True


@given(st.text(max_size=8), st.sampled_from(Edition), st.sampled_from([Topography, Morphology]))
def test_any_text_is_a_code_or_a_sentence(text, edition, kind):
    try:
        answer = str(kind.parse(text, edition=edition))
    except CodeError as error:
        answer = error.vi

    assert answer[-1] == "." or answer[-1] in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
