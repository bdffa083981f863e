"""The table of the burden engine: green only where a peer's number and a test in every checkout stand behind it."""

from pathlib import Path

import list_burden
import pytest
from list_burden import judge
from proofs import Proof, find_proofs

INPUTS = {  # what the peers were given
    "a_colrec",
    "a_rdata",
    "a_slopop",
    "b_ICSS_popEpi",
    "b_icss1_weights_5groups",
    "b_lexpand_agg_events_py",
    "b_meanpop_fi",
    "b_popmort",
    "b_rate_weights_segi_present_groups",
    "b_sire",
    "b_smr_sire_aggregated_input",
    "b_stdpop101_popEpi",
    "b_stdpop18_popEpi",
    "c_epitools_down_fay1998_input",
    "c_rcan_ICD_group_CI5",
    "c_rcan_ICD_group_GLOBOCAN",
    "c_rcan_csu_registry_data_1",
    "c_rcan_csu_registry_data_2",
    "c_rcan_data_individual_file",
    "c_rcan_data_population_file",
    "d_nih_joinpoint_sample_data",
    "e_lungDK",
    "f_nordpred_colon_men_norway_cases",
    "f_nordpred_men_norway_pop_obs_and_proj",
    "g_colon",
    "g_lung",
    "g_mgus2",
    "g_mgus2_competing_input",
}
ROW = {"id": "rates.asr", "room": "rates", "feature": "x", "functions": "", "peer": "none"}


def prove(*fixtures: str, **options: str) -> Proof:
    return Proof("tests/a.py::test_b", options, frozenset(fixtures))


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        ([], "not verified"),
        ([prove()], "by its definition"),
        ([prove("oracle", oracle="x.csv")], "beside the files only"),
        ([prove("oracle", oracle="x.csv"), prove()], "verified"),
        ([prove(oracle="Fay 1998")], "verified"),
    ],
)
def test_a_feature_is_as_green_as_its_tests(found: list[Proof], verdict: str) -> None:
    assert judge(found) == verdict


def test_what_names_nothing_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_burden, "read_public", lambda: {"age_rates", "dobson"})
    rows = [
        {**ROW, "functions": "age_rates gamma"},
        {**ROW, "id": "rates.crude", "functions": "dobson", "peer": ""},
    ]

    assert list_burden.find_faults(rows, {"rates.other": [prove()]}) == [
        "rates.other is marked by tests/a.py::test_b and has no row",
        "rates.crude: peer is empty",
        "gamma is in a row and no public name of the package",
    ]


def test_a_public_name_without_a_row_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_burden, "read_public", lambda: {"age_rates", "dobson"})

    assert list_burden.find_faults([{**ROW, "functions": "dobson"}], {}) == [
        "age_rates is public and stands in no row of burden.csv"
    ]


def test_every_file_that_a_mark_names_is_there(oracle: Path) -> None:
    """And the tests that name a file stand on the fixture that finds it."""
    named = {
        (proof.options["oracle"], proof.test, list_burden.needs_files(proof))
        for tests in find_proofs("burden").values()
        for proof in tests
        if list_burden.FILES.fullmatch(proof.options.get("oracle", ""))
    }

    assert [
        each for each in sorted(named) if not [*(oracle / "statistics").glob(each[0])] or not each[2]
    ] == []


def test_every_reference_file_is_held_by_a_test(oracle: Path) -> None:
    """Inputs beside, each result of the peers is compared with something."""
    marked = {
        path.name
        for tests in find_proofs("burden").values()
        for proof in tests
        if list_burden.FILES.fullmatch(proof.options.get("oracle", ""))
        for path in (oracle / "statistics").glob(proof.options["oracle"])
    }
    results = {path.name for path in (oracle / "statistics").glob("*.csv*")}

    assert sorted(name for name in results - marked if name.split(".")[0] not in INPUTS) == []
