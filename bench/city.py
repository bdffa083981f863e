"""How long the synthetic city takes, what it holds, and how far its rates lie from a published table.

    python bench/city.py                      timings, sizes and the hash of each frame
    python bench/city.py --against FILE       age-standardised rates beside those of a GLOBOCAN file
    python bench/city.py --calibrate FILE     by how much each level of the model would have to change

FILE has the columns measure, sex, globocan_code, asr_world. IARC's tables do not come with Banyan.
"""

import argparse
import csv
import hashlib
import resource
import time
from pathlib import Path

import numpy as np
import polars as pl

from banyan.science.burden import standardise_rates
from banyan.science.city import City, build_city
from banyan.science.city.incidence import expected_cases
from banyan.science.city.population import AGE_GROUPS, SEXES, Denominators, build_denominators
from banyan.science.city.tables import read
from banyan.science.coding import SITE_GROUPS, derive_codes

SEGI = np.array([12, 10, 9, 9, 8, 8, 6, 6, 6, 6, 5, 4, 4, 3, 2, 1, 0.5, 0.5]) * 1000
FRAMES = (
    "wards",
    "old_wards",
    "ward_links",
    "population",
    "facilities",
    "people",
    "tumours",
    "notifications",
)
# The lines of the model that make up a published line; the others stand on general knowledge.
LINES = {
    1: ["lip_oral"], 2: ["salivary"], 3: ["oropharynx"], 4: ["nasopharynx"], 5: ["hypopharynx"], 6: ["oesophagus"],
    7: ["stomach"], 8: ["colon"], 9: ["rectum"], 10: ["anus"], 11: ["liver"], 12: ["gallbladder"], 13: ["pancreas"],
    14: ["larynx"], 15: ["lung"], 16: ["melanoma"], 17: ["skin_other"], 18: ["mesothelioma"], 19: ["kaposi"],
    20: ["breast"], 21: ["vulva"], 22: ["vagina"], 23: ["cervix"], 24: ["corpus"], 25: ["ovary"], 26: ["penis"],
    27: ["prostate"], 28: ["testis"], 29: ["kidney"], 30: ["bladder"], 31: ["brain_cns"], 32: ["thyroid"],
    33: ["hodgkin"], 34: ["nhl"], 35: ["myeloma"], 36: ["leukaemia"],
}  # fmt: skip
FEMALE = {"breast"}  # published for women


def read_published(path: Path) -> dict[int, float]:
    with path.open(encoding="utf-8", newline="") as lines:  # its last column holds commas without quotes
        return {
            int(row["globocan_code"]): float(row["asr_world"])
            for row in csv.DictReader(lines)
            if row["measure"] == "incidence" and row["sex"] == "both" and row["asr_world"]
        }


def hash_frame(frame: pl.DataFrame) -> str:
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()[:16]


def report_build() -> None:
    started = time.perf_counter()
    city = build_city()
    print(f"build_city: {time.perf_counter() - started:.1f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for name in FRAMES:
        frame = getattr(city, name)
        print(f"{name:14s} {frame.height:>9,} rows  sha256 {hash_frame(frame)}")
    malignant = city.tumours.filter(pl.col("behaviour") == "3")
    print(malignant.group_by(pl.col("incidence_date").dt.year().alias("year")).len().sort("year"))


def rate_sites(city: City) -> dict[str, float]:
    """Return the age-standardised rate of each GLOBOCAN line over all years, per sex where the line has one."""
    tumours = derive_codes(city.tumours.drop("site")).filter(
        pl.col("behaviour") == "3", pl.col("site").is_not_null()
    )
    band = pl.min_horizontal(pl.col("age") // 5 * 5, 85).alias("age_group")
    cases = tumours.group_by("site", "sex", band).agg(cases=pl.len())
    persons = city.population.group_by("sex", "age_group").agg(person_years=pl.col("persons").sum())
    rates = {}
    for group in SITE_GROUPS:
        own = {"both": list(SEXES), "male": ["1"], "female": ["2"]}[group.sex]
        own = ["2"] if group.key in FEMALE else own
        counted = cases.filter(pl.col("site") == group.key, pl.col("sex").is_in(own))
        cells = (
            persons.filter(pl.col("sex").is_in(own)).group_by("age_group").agg(pl.col("person_years").sum())
        )
        counted = counted.group_by("age_group").agg(pl.col("cases").sum())
        unknown = counted.filter(pl.col("age_group").is_null()).with_columns(person_years=pl.lit(None))
        full = cells.join(counted, on="age_group", how="left").with_columns(pl.col("cases").fill_null(0))
        full = pl.concat([full, unknown.select(full.columns)], how="vertical_relaxed")
        rates[group.key] = standardise_rates(full)["asr"][0]
    return rates


def report_against(path: Path) -> None:
    published, rates = read_published(path), rate_sites(build_city())
    for group in SITE_GROUPS:
        if group.globocan in published:
            stated, found = published[group.globocan], rates[group.key]
            print(f"{group.name_en:34s} {stated:7.2f} {found:8.3f} {100 * (found / stated - 1):+6.1f} %")


def expected_rate(site: str, city: Denominators) -> float:
    models = [row for row in read("site_model").iter_rows(named=True) if row["site"] == site]
    models = [row for row in models if site not in FEMALE or row["sex"] == "2"]
    even = np.ones(len(city.ward_codes))
    cases = sum(expected_cases(row, city, even).sum(axis=(0, 1)) for row in models)
    rows = [SEXES.index(row["sex"]) for row in models]
    persons = city.persons.sum(axis=(0, 1))[rows].sum(axis=0)
    return float((cases / persons * SEGI).sum())


def report_calibration(path: Path, first_year: int = 2015, last_year: int = 2024) -> None:
    published, city = read_published(path), build_denominators(first_year, last_year)
    print(f"{len(AGE_GROUPS)} age groups, {first_year} to {last_year}: multiply the levels by")
    for code, sites in LINES.items():
        if code in published:
            expected = sum(expected_rate(site, city) for site in sites)
            print(f"{sites[0]:14s} {published[code] / expected:7.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--against", type=Path)
    parser.add_argument("--calibrate", type=Path)
    chosen = parser.parse_args()
    if chosen.against:
        report_against(chosen.against)
    elif chosen.calibrate:
        report_calibration(chosen.calibrate)
    else:
        report_build()


if __name__ == "__main__":
    main()
