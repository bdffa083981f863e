"""Standard populations beside those of Rcan, popEpi and canregtools."""

import polars as pl
import pytest

from banyan.science.burden import STANDARDS, find_standard, standardise_rates

OURS = {
    "segi1960": "segi",
    "esp1976": "european1976",
    "esp2013": "european2013",
    "who2000_2025": "who",
    "ICSS1": "icss1",
    "ICSS2": "icss2",
    "ICSS3": "icss3",
}


def read_weights(path) -> dict[str, dict[int, float]]:
    """Read weights by the lower bound of the age group; 0 and 1-4 are groups of their own in some."""
    table = pl.read_csv(path, infer_schema_length=None).with_columns(
        age=pl.col("age_group").str.extract(r"^(\d+)").cast(int)
    )
    return {
        name: dict(part.select("age", pl.col("weight").cast(float)).iter_rows())
        for (name,), part in table.group_by("standard")
    }


@pytest.mark.burden("rates.standards", oracle="standards_18.csv")
def test_ours_are_those_of_the_peers(oracle):
    theirs = read_weights(oracle / "statistics" / "standards_18.csv")

    for name, key in OURS.items():
        ours = STANDARDS[key]
        found = {age: ours.share(age) for age in ours.ages}
        assert found == pytest.approx(
            {age: weight / sum(theirs[name].values()) for age, weight in theirs[name].items()}, rel=1e-12
        )


@pytest.mark.burden("rates.standards", oracle="standards_other.csv")
def test_nineteen_and_twenty_one_groups_are_taken_as_the_users_own(oracle):
    """The rate is the weighted mean of the groups' rates, whatever the sum of the weights."""
    for weights in read_weights(oracle / "statistics" / "standards_other.csv").values():
        cells = pl.DataFrame(
            {"age_group": list(weights), "cases": list(range(1, len(weights) + 1)), "person_years": 1e4}
        )

        found = standardise_rates(cells, standard=find_standard(weights))

        mean = sum(w * (i + 1) for i, w in enumerate(weights.values())) / sum(weights.values())
        assert found["asr"].item() == pytest.approx(mean / 1e4 * 1e5, rel=1e-12)
