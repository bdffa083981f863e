import pytest

from banyan.science.coding import Basis, BasisScheme, CodeError
from banyan.science.coding.basis import BASIS_CODES


@pytest.mark.parametrize(
    ("iarc", "code"),
    [
        ("0", "0"), ("1", "1"), ("2", "2"), ("3", "2"), ("4", "4"), ("5", "5"), ("6", "7.2"), ("7", "7.1"),
        ("8", "7.3"), ("9", "9"),
    ],
)  # fmt: skip
def test_codes_of_iarc_are_translated(iarc, code):
    assert Basis.parse(iarc, BasisScheme.IARC).code == code


def test_eight_means_what_its_scheme_says():
    assert Basis.parse("8", BasisScheme.IARC).code == "7.3"  # histology at autopsy
    assert Basis.parse("8", BasisScheme.ENCR2022).code == "8"  # cytogenetic or molecular testing


@pytest.mark.parametrize("text", ["3", "6", "7", "10", "", "x"])
def test_encr_refuses_what_it_does_not_have(text):
    with pytest.raises(CodeError):
        Basis.parse(text, BasisScheme.ENCR2022)


@pytest.mark.parametrize(
    ("text", "code"), [("3", "2"), ("6", "7.2"), ("7", "7.1"), ("71", "7.1"), ("8", "8"), ("9", "9")]
)
def test_without_a_scheme_a_code_of_one_scheme_means_what_it_means_there(text, code):
    assert Basis.parse(text, None).code == code


@pytest.mark.parametrize("text", ["10", "", "x"])
def test_without_a_scheme_what_neither_has_is_refused(text):
    with pytest.raises(CodeError):
        Basis.parse(text, None)


def test_decimals_may_be_written_without_their_point():
    assert Basis.parse("71", BasisScheme.ENCR2022) == Basis("7.1")


def test_export_to_iarc_returns_what_was_read_except_three():
    there_and_back = {iarc: Basis.parse(iarc, BasisScheme.IARC).iarc for iarc in "0123456789"}

    assert there_and_back == {iarc: "2" if iarc == "3" else iarc for iarc in "0123456789"}


def test_iarc_has_no_code_for_molecular_testing():
    assert Basis("8").iarc is None


def test_microscopic_proof():
    assert [code for code in BASIS_CODES if Basis(code).is_microscopic] == ["5", "7.1", "7.2", "7.3", "8"]
