"""What a tumour's record may say, which evidence is stronger, and when two records are one tumour."""

from collections.abc import Iterable, Mapping

from banyan.apps.registry.choices import CheckState

# a finding that nobody has answered yet, by the harm it may do
HARM: Mapping[str, int] = {CheckState.OK: 0, CheckState.RARE: 1, CheckState.QUERY: 2, CheckState.INVALID: 3}
ANSWERABLE = frozenset({CheckState.RARE, CheckState.QUERY})

# ENCR 2022: histology of the primary is the best evidence, a certificate alone the least
BASIS_STRENGTH: Mapping[str, int] = {
    "": 0,
    "9": 0,
    "0": 1,
    "1": 2,
    "2": 3,
    "4": 4,
    "5": 5,
    "8": 6,
    "7.3": 7,
    "7.2": 8,
    "7.1": 9,
}
PRECISION_STRENGTH: Mapping[str, int] = {"": 0, "year": 1, "month": 2, "day": 3}

EDITABLE = (
    "edition",
    "topography",
    "morphology",
    "behaviour",
    "grade",
    "laterality",
    "basis",
    "incidence_date",
    "incidence_precision",
    "age",
    "stage",
    "stage_system",
    "t",
    "n",
    "m",
    "ward_code",
)
# a change of one of these says why; where the patient lived is no finding about the tumour
CLINICAL = frozenset(EDITABLE) - {"ward_code"}

CODED = ("topography", "morphology", "behaviour")
DETAILS = ("grade", "laterality", "stage", "t", "n", "m")
# what a blank field may hold instead of nothing
UNKNOWN_CODES: Mapping[str, frozenset[str]] = {
    "grade": frozenset({"", "9"}),
    "laterality": frozenset({"", "9"}),
    "stage": frozenset({"", "9"}),
    "basis": frozenset({"", "9"}),
    "sex": frozenset({"", "9"}),
}
SIDES = ("1", "2")
FIRST_SYSTEMIC = 9590
SYSTEMIC = "systemic"


def worst_state(results: Iterable[str]) -> str:
    """Return the gravest of the unanswered results."""
    return max(results, key=lambda result: HARM[result], default=CheckState.OK)


def is_unknown(field: str, value: str) -> bool:
    return value in UNKNOWN_CODES.get(field, frozenset({""}))


def organ(topography: str, morphology: str) -> str:
    """Return within what a second notification of one person means the same tumour.

    The three characters of the site; leukaemia and lymphoma count once in a person wherever they are
    (rule 4.1 of the international rules for multiple primaries, 2004).
    """
    return SYSTEMIC if is_systemic(morphology) else topography[:3]


def is_systemic(morphology: str) -> bool:
    return morphology[:4].isdigit() and int(morphology[:4]) >= FIRST_SYSTEMIC
