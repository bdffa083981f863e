"""What every figure stands on, in this process's memory: cases, people, wards, and the version of each."""

from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import polars as pl
from django.conf import settings
from django.db.models import Count, Max

from banyan.apps.insight.queries.memory import Memory, forget_answers
from banyan.apps.network.queries.population import current_population_set, read_population
from banyan.apps.network.queries.ward import current_boundaries, current_wards
from banyan.apps.registry.queries.figures import DataVersion, data_version, read_cases, read_changed
from banyan.science.burden.chart import place_boundaries

if TYPE_CHECKING:
    from banyan.apps.insight.queries.disclosure import Disclosure

MALIGNANT = "3"
BLADDER_EARLY = ("D09.0", "D41.4")  # counted with the bladder by CI5, and only where a reader asks for it
SKIN = "skin"
MICROSCOPIC = ("5", "7.1", "7.2", "7.3", "8")
FROM_DEATH_CERTIFICATE = "0"
STAGES = ("I", "II", "III", "IV")
# No stage I to IV exists for these: they are neither early, nor late, nor "unknown".
WITHOUT_STAGE = ("brain", "kaposi", "myeloma", "leukaemia", "other", "unspecified")
WARD_COLUMNS = {
    "ward_code": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "latitude": pl.Float64,
    "longitude": pl.Float64,
}


@dataclass(frozen=True, eq=False)
class Register:
    """The register at one version. Frames are shared between requests: nobody writes into them.

    `cases` holds tumours that may be counted: malignant, or early ones of the bladder (column `early`), in years that
    have a population; beside the register's columns it has `microscopic`, `dco_only`, `can_be_staged` and
    `stage_group` (I to IV, null: unknown). `people` is ward_code, year, sex, age_group, person_years.
    """

    cases: pl.DataFrame
    people: pl.DataFrame
    wards: pl.DataFrame
    years: tuple[int, ...]
    version: DataVersion
    population_id: int
    population_vi: str
    population_en: str
    population_source: str
    disclosure: "Disclosure | None" = None  # None: every count may be told

    @property
    def key(self) -> tuple[int, int]:
        """What a figure's numbers depend on beside the question."""
        return self.version.number, self.population_id


@dataclass
class Kept:
    """The register in this process, every tumour that may be counted (of any year), and when it was last compared."""

    register: Register
    counted: pl.DataFrame
    compared: float


_kept: list[Kept] = []
_reading = Lock()


def read_register() -> Register | None:
    """Return the register as it is now, or None while there are no cases or no population.

    Two short queries tell whether what is in memory still holds. After an import it is read anew; after single
    edits only what they changed, and not more often than every `FIGURES_LAG` seconds: each figure says the version
    that it stands on. While one reader reads, the others go on with what there is.
    """
    version, population = data_version(), current_population_set()
    if population is None:
        return None
    kept = _kept[0] if _kept else None
    if kept is None or not still_holds(kept, version, population.pk):
        kept = renew(kept, version, population)
    return kept.register if kept.register.years else None


def still_holds(kept: Kept, version: DataVersion, population_id: int) -> bool:
    known = kept.register
    if (known.version.batch, known.population_id) != (version.batch, population_id):
        return False
    return known.version.marks == version.marks or monotonic() - kept.compared < settings.FIGURES_LAG


def renew(kept: Kept | None, version: DataVersion, population: Any) -> Kept:
    """Read what changed, or all of it; only the first reader of a process waits for another."""
    if not _reading.acquire(blocking=kept is None):
        return cast("Kept", kept)
    try:
        if kept is None and _kept:
            return _kept[0]  # read while we waited
        counted = bring_up(kept, population.pk)
        register = shape_register(counted, read_population(population.pk), read_wards(), version, population)
        _kept[:] = [Kept(register=register, counted=counted, compared=monotonic())]
        forget_answers()
        return _kept[0]
    finally:
        _reading.release()


def bring_up(kept: Kept | None, population_id: int) -> pl.DataFrame:
    """Return every tumour that may be counted as it is now."""
    known = kept.register if kept else None
    changed = read_changed(known.version) if known and known.population_id == population_id else None
    if kept is None or changed is None:
        return count_tumours(read_cases())
    ids, rows = changed
    return pl.concat([kept.counted.filter(pl.col("id").is_in(ids).not_()), count_tumours(rows)])


def forget_register() -> None:
    """Forget what is in memory; for tests, whose database goes back to what it was."""
    _kept.clear()
    forget_answers()


def count_tumours(cases: pl.DataFrame) -> pl.DataFrame:
    """Keep what may be counted: malignant tumours and early ones of the bladder."""
    early = pl.col("icd10").is_in(BLADDER_EARLY)
    counted = cases.filter((pl.col("behaviour") == MALIGNANT) | early).with_columns(
        early=(early & (pl.col("behaviour") != MALIGNANT)).fill_null(value=False),
        site=pl.when(early).then(pl.lit("bladder")).otherwise("site"),
        microscopic=pl.col("basis").is_in(MICROSCOPIC).fill_null(value=False),
        dco_only=(pl.col("dco") | (pl.col("basis") == FROM_DEATH_CERTIFICATE)).fill_null(value=False),
        can_be_staged=pl.col("site").is_in(WITHOUT_STAGE).not_().fill_null(value=True),
    )
    return counted.with_columns(stage_group=pl.when("can_be_staged").then(group_stage()))


def shape_register(
    counted: pl.DataFrame, people: pl.DataFrame, wards: pl.DataFrame, version: DataVersion, population: Any
) -> Register:
    """Keep the years that have a population."""
    years = sorted(set(people["year"].unique()) & set(counted["year"].drop_nulls().unique()))
    return Register(
        cases=counted.filter(pl.col("year").is_in(years)),
        people=people,
        wards=wards,
        years=tuple(years),
        version=version,
        population_id=population.pk,
        population_vi=population.name_vi,
        population_en=population.name_en,
        population_source=population.source,
    )


def group_stage() -> pl.Expr:
    """Return stage I to IV of what is written: IIIB is III. Stage 0 of an invasive tumour cannot be: unknown."""
    written = (
        pl.col("stage").str.to_uppercase().str.strip_chars().str.extract(r"^(IV|III|II|I|[1-4])(?:[ABC]|$)")
    )
    return written.replace(dict(zip("1234", STAGES, strict=True)))


def read_wards() -> pl.DataFrame:
    rows = current_wards().values_list("code", "name", "kind", "latitude", "longitude")
    return pl.DataFrame(list(rows), schema=WARD_COLUMNS, orient="row")


def read_boundaries() -> tuple[dict[str, dict[str, Any]], str]:
    """Return the imported polygons by ward code, placed on the map, and their source; empty where there are none.

    An import replaces all rows, so that number and largest id tell whether what is in memory still holds.
    """
    key = current_boundaries().order_by().aggregate(last=Max("pk"), count=Count("pk"))
    return _boundaries.recall(tuple(key.values()), place_current)


def place_current() -> tuple[dict[str, dict[str, Any]], str]:
    drawn = list(current_boundaries())
    if not drawn:
        return {}, ""
    return place_boundaries({each.ward.code: each.geometry for each in drawn}), drawn[0].source


_boundaries: Memory[tuple[dict[str, dict[str, Any]], str]] = Memory(1, outlives=True)
