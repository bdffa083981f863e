"""What the pathologist saw: topography, morphology, behaviour, grade, laterality, basis of diagnosis."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import choose, choose_column
from banyan.science.city.tables import Mixture, mixture, read
from banyan.science.coding import derive_codes

UNKNOWN_BASIS = 1.0  # per cent
MICROSCOPIC = ("5", "7.1", "7.2", "8")
PAIRED = (
    "C07",
    "C09",
    "C34",
    "C40",
    "C44",
    "C49",
    "C50",
    "C56",
    "C57",
    "C62",
    "C64",
    "C65",
    "C66",
    "C69",
    "C74",
)
SIDES = Mixture(np.array(["1", "2", "9"]), np.array([0.47, 0.47, 0.06]))  # right, left, side unknown
GRADES = Mixture(np.array(["1", "2", "3", "4", "9"]), np.array([0.12, 0.37, 0.23, 0.02, 0.26]))


def add_basis(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Draw the basis of diagnosis (ENCR 2022 codes) and which cases only a death certificate tells of."""
    course = cases.select("site").join(read("site_course"), on="site", how="left", maintain_order="left")
    dco_chance = course["dco"].to_numpy() / 100 * (cases["exact_age"].to_numpy() / 62) ** 1.5
    basis = np.select(
        [rng.random(len(cases)) < dco_chance, rng.random(len(cases)) < UNKNOWN_BASIS / 100],
        ["0", "9"],
        default=np.where(
            rng.random(len(cases)) < course["mv"].to_numpy() / 100,
            draw_microscopic(course, rng),
            draw_clinical(course, rng),
        ),
    )
    return cases.with_columns(basis=basis, dco=basis == "0")


def draw_microscopic(course: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Cytology, histology of a metastasis, molecular test, or histology of the primary."""
    known = course.select("cytology", "metastasis", "molecular").to_numpy()
    weights = np.column_stack([known, 100 - known.sum(axis=1)])
    return np.array(["5", "7.2", "8", "7.1"])[choose_column(rng, weights)]


def draw_clinical(course: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Tumour marker, imaging or endoscopy, or the clinic alone."""
    marker = course["marker"].to_numpy()
    weights = np.column_stack([marker, 0.8 * (100 - marker), 0.2 * (100 - marker)])
    return np.array(["4", "2", "1"])[choose_column(rng, weights)]


def add_histology(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Draw topography, morphology and behaviour, then grade and side.

    Without a microscope the morphology is the one that a clinical diagnosis allows.
    """
    indexed = cases.with_row_index("case")
    parts = [draw_variants(group, rng) for group in indexed.partition_by("site", maintain_order=True)]
    coded = pl.concat(parts).sort("case")
    return coded.with_columns(
        grade=draw_grades(coded, rng),
        laterality=draw_sides(coded, rng),
    ).drop("case")


def add_icd10(cases: pl.DataFrame) -> pl.DataFrame:
    """Add the ICD-10 code; worked out once for each combination of codes that occurs."""
    codes = ["sex", "topography", "morphology", "behaviour"]
    known = derive_codes(cases.select(codes).unique()).select(*codes, "icd10")
    return cases.join(known, on=codes, how="left", maintain_order="left")


def draw_variants(cases: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Draw the codes of one site: first the variant that fits the age, then its place and its cell type."""
    variants = read("histology_mix").filter(pl.col("site") == cases["site"][0])
    ages = np.floor(cases["exact_age"].to_numpy())[:, None]
    fits = (ages >= variants["from_age"].to_numpy()) & (ages <= variants["to_age"].to_numpy())
    weights = np.where(fits, variants["weight"].to_numpy(), 0.0)
    # an age between two variants (a nephroblastoma at ten) takes the first
    weights[:, 0] += weights.sum(axis=1) == 0
    variant = choose_column(rng, weights)
    microscopic = np.isin(cases["basis"].to_numpy().astype(str), MICROSCOPIC)
    topography = np.full(len(cases), "", dtype="<U5")
    morphology = np.full(len(cases), "", dtype="<U6")
    for number, row in enumerate(variants.iter_rows(named=True)):
        chosen = variant == number
        size = int(chosen.sum())
        topography[chosen] = choose(rng, mixture(row["topographies"]), size)
        seen = choose(rng, mixture(row["morphologies"]), size)
        morphology[chosen] = np.where(microscopic[chosen], seen, row["unverified"])
    return cases.with_columns(
        topography=topography, morphology=morphology, behaviour=pl.Series(morphology).str.slice(5, 1)
    )


def draw_grades(cases: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Return the grade: fixed by some cell types, drawn for solid tumours, otherwise not stated (9)."""
    fixed = {str(code): str(grade) for code, grade in read("fixed_grades").iter_rows()}
    histology = cases["morphology"].str.slice(0, 4)
    graded = (
        (histology.cast(pl.Int32) < 9590) & (cases["behaviour"] == "3") & cases["basis"].is_in(["7.1", "7.2"])
    )
    graded &= ~histology.is_in(["8000", "8720", "8743", "8744", "8721", "8742", "9140", "9180", "9510"])
    drawn = np.where(graded.to_numpy(), choose(rng, GRADES, len(cases)), "9")
    by_code = histology.replace_strict(fixed, default="", return_dtype=pl.String).to_numpy().astype(str)
    stated = (by_code == "") | (cases["behaviour"] != "3").to_numpy() | cases["dco"].to_numpy()
    return np.where(stated, drawn, by_code)


def draw_sides(cases: pl.DataFrame, rng: Generator) -> np.ndarray:
    """Return the side of a paired organ: 1 right, 2 left, 9 unknown, 0 for an organ that has no side."""
    paired = cases["topography"].str.slice(0, 3).is_in(PAIRED).to_numpy()
    sides = np.where(cases["basis"].to_numpy() == "0", "9", choose(rng, SIDES, len(cases)))
    return np.where(paired, sides, "0")
