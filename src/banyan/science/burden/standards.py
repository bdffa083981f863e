"""Standard populations: the weights by which age-specific rates are summed."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from banyan.science.burden.faults import BurdenError

NAMES = {
    "segi": ("World (Segi 1960, Doll 1966)", "Thế giới (Segi 1960, Doll 1966)"),
    "european1976": ("European 1976", "Châu Âu 1976"),
    "european2013": ("European 2013", "Châu Âu 2013"),
    "who": ("World (WHO 2000–2025)", "Thế giới (WHO 2000–2025)"),
    "icss1": ("International cancer survival standard 1", "Chuẩn sống thêm ung thư quốc tế 1"),
    "icss2": ("International cancer survival standard 2", "Chuẩn sống thêm ung thư quốc tế 2"),
    "icss3": ("International cancer survival standard 3", "Chuẩn sống thêm ung thư quốc tế 3"),
}


@dataclass(frozen=True)
class Standard:
    """A standard population: a weight for each age group.

    Parameters
    ----------
    key : str
        Its name in a call, such as ``"segi"``.
    name_en, name_vi : str
    weights : mapping of int to float
        Weight by the lower bound of the age group in years. A group reaches to the next lower bound; the last
        one is open. Weights need no particular sum: every use divides by their sum (WHO's add up to 100 030).

    Examples
    --------
    >>> STANDARDS["segi"].weights[0]
    12000.0
    >>> round(STANDARDS["who"].share(0), 6)
    0.088573
    """

    key: str
    name_en: str
    name_vi: str
    weights: Mapping[int, float]

    def __post_init__(self) -> None:
        bad = [age for age, weight in self.weights.items() if not 0 <= weight < float("inf")]
        if bad or not sum(self.weights.values()) > 0:
            raise BurdenError(
                f"the weights of standard {self.key} must be numbers, none negative and not all zero.",
                f"trọng số của quần thể chuẩn {self.key} phải là số không âm và không bằng 0 tất cả.",
            )
        object.__setattr__(self, "weights", dict(sorted(self.weights.items())))

    @property
    def ages(self) -> tuple[int, ...]:
        """Lower bounds of the age groups, ascending."""
        return tuple(self.weights)

    def share(self, age: int) -> float:
        """Weight of one age group divided by the sum of all."""
        return self.weights[age] / sum(self.weights.values())


@cache
def read_standards() -> Mapping[str, Standard]:
    """Read the standard populations that ship with this package (18 five-year groups, 0 to 85 and over)."""
    table = resources.files(__package__).joinpath("tables", "standards.csv")
    with table.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return {
        key: Standard(key, *names, {int(row["age"]): float(row[key]) for row in rows})
        for key, names in NAMES.items()
    }


STANDARDS: Mapping[str, Standard] = read_standards()


def find_standard(standard: "str | Standard | Mapping[int, float] | Sequence[float]") -> Standard:
    """Return the standard of that key, or make one from the user's own weights.

    Parameters
    ----------
    standard : str, Standard, mapping of lower bound to weight, or 18 weights for 0, 5, … 85

    Examples
    --------
    >>> find_standard("segi").key
    'segi'
    >>> find_standard({0: 1, 65: 3}).share(65)
    0.75
    """
    if isinstance(standard, Standard):
        return standard
    if isinstance(standard, str):
        return _named_standard(standard)
    if isinstance(standard, Mapping):
        return Standard(
            "own", "own weights", "trọng số riêng", {int(age): float(w) for age, w in standard.items()}
        )
    return Standard("own", "own weights", "trọng số riêng", _eighteen(standard))


def _named_standard(key: str) -> Standard:
    found = STANDARDS.get(key.lower().replace("-", "").replace("_", "").replace(" ", ""))
    if found is None:
        raise BurdenError.unknown_option(key, STANDARDS, "standard population ‘{}’", "quần thể chuẩn ‘{}’")
    return found


def _eighteen(weights: Sequence[float]) -> dict[int, float]:
    if len(weights) != 18:
        raise BurdenError(
            f"a list of weights has 18 numbers, for 0–4 to 85 and over, and this one has {len(weights)}; "
            "give other age groups as a mapping of lower bound to weight.",
            f"danh sách trọng số phải có 18 số, từ 0–4 đến 85 trở lên, danh sách này có {len(weights)}.",
        )
    return {5 * band: float(weight) for band, weight in enumerate(weights)}
