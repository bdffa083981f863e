"""What would become of each row of a file: new, the same, changed, refused. Nothing is written here."""

from dataclasses import dataclass

import polars as pl

from banyan.apps.registry.choices import CheckState, RowVerdict
from banyan.apps.registry.models import Batch
from banyan.apps.registry.queries.matching import ask_register, known_lines, match_people, read_touched
from banyan.apps.registry.rules.cells import REFUSALS
from banyan.apps.registry.rules.checking import check_rows
from banyan.apps.registry.rules.linking import (
    AMBIGUOUS,
    CLASH,
    CROWDED,
    add_keys,
    link_people,
    link_tumours,
)
from banyan.apps.registry.rules.merging import (
    ASK,
    CHANGES,
    NEW_SOURCE,
    WEIGHED,
    Cases,
    is_known,
    merge_rows,
    order_rows,
)

REPEATED, ENTERED, NOTHING_NEW = "repeated-line", "known-line", "nothing-new"
MISSING = {
    "topography": ("Thiếu vị trí.", "The topography is missing."),
    "morphology": ("Thiếu hình thái học.", "The morphology is missing."),
    "incidence_date": ("Thiếu ngày mắc.", "The incidence date is missing."),
}
# a morphology without its behaviour is refused at the behaviour
ALONG = {"morphology": ["behaviour"]}
NO_NAME = (
    "missing-name",
    "Thiếu họ tên, và người này chưa có trong sổ.",
    "The name is missing, and the person is not in the register yet.",
)
NO_IDENTITY = (
    "missing-identity",
    "Không đủ để nhận ra người: không họ tên, không căn cước, không số hồ sơ.",
    "Not enough to tell who this is: no name, no citizen number, no record number.",
)
VERDICTS = {"row": pl.UInt32, "verdict": pl.String, "person": pl.Int64, "tumour": pl.Int64}


@dataclass(frozen=True)
class Judged:
    """Rows with their verdict and references, why they are refused, what they change, and the cases that result."""

    rows: pl.DataFrame
    refusals: pl.DataFrame
    changes: pl.DataFrame
    cases: Cases

    def count(self, verdict: str) -> int:
        return self.rows.filter(pl.col("verdict") == verdict).height

    @property
    def unsure(self) -> int:
        return self.changes.filter(pl.col("rule") == ASK)["row"].n_unique()


def judge_rows(
    rows: pl.DataFrame, refusals: pl.DataFrame, batch: Batch, *, is_checked: bool = False
) -> Judged:
    """Judge rows as `read_cells` gives them, with `row`, `line` and `fingerprint` beside. Needs a transaction.

    With `is_checked` the rows passed the checks before, and are only matched again. Of a part of a file the
    columns `repeated` and `crowded` say what only the whole file shows (`part_rows`).
    """
    rows = add_keys(rows)
    if "crowded" in rows.columns:
        refusals = pl.concat([refusals, refuse(rows.filter("crowded")["row"], "citizen_id", *CROWDED)])
    if not is_checked:
        refusals = pl.concat([refusals, refuse_missing(rows, refusals), refuse_invalid(rows, refusals)])
    is_repeated = (
        pl.col("repeated") if "repeated" in rows.columns else ~pl.col("fingerprint").is_first_distinct()
    )
    repeated = rows.filter(is_repeated)["row"]
    left = rows.filter(
        ~pl.col("row").is_in(refusals["row"].implode()) & ~pl.col("row").is_in(repeated.implode())
    )
    with ask_register(left, batch.origin):
        entered = known_lines()
        left = left.filter(~pl.col("row").is_in(entered.implode()))
        linked = link_people(left, match_people().filter(pl.col("row").is_in(left["row"].implode())))
    troubles = pl.concat(
        [refuse_troubled(linked), refuse_nameless(linked, named="full_name" in batch.mapping)]
    )
    linked = order_rows(linked.filter(~pl.col("row").is_in(troubles["row"].implode())))
    people, tumours, sources = read_touched(linked.filter(pl.col("person") > 0)["person"])
    tumours = add_organ(tumours)
    linked = link_tumours(linked, tumours, sources.filter(pl.col("origin") == batch.origin))
    cases = merge_rows(linked, Cases(people=people, tumours=tumours))
    changes = pl.concat([pl.DataFrame(schema=CHANGES), *cases.changes])
    same = {
        REPEATED: repeated,
        ENTERED: entered,
        NOTHING_NEW: find_idle(linked, cases, changes, sources, batch),
    }
    refusals = pl.concat([refusals, troubles]).unique(
        ["row", "field", "vi"], keep="first", maintain_order=True
    )
    return conclude(rows, linked, refusals=refusals, changes=changes, cases=cases, same=same)


def add_organ(tumours: pl.DataFrame) -> pl.DataFrame:
    keyed = add_keys(
        tumours.with_columns(full_name=pl.lit(None, pl.String), insurance_number=pl.lit(None, pl.String))
    )
    return tumours.with_columns(keyed["organ"])


def refuse_missing(rows: pl.DataFrame, refusals: pl.DataFrame) -> pl.DataFrame:
    """Refuse rows without what a case cannot do without, where the cell is not refused already."""
    parts = [pl.DataFrame(schema=REFUSALS)]
    for field, (vi, en) in MISSING.items():
        wrong = refusals.filter(pl.col("field").is_in([field, *ALONG.get(field, [])]))["row"]
        bare = rows.filter(pl.col(field).is_null() & ~pl.col("row").is_in(wrong.implode()))
        parts.append(refuse(bare["row"], field, f"missing-{field.replace('_', '-')}", vi, en))
    nobody = rows.filter(
        pl.all_horizontal(
            pl.col("full_name", "citizen_id", "insurance_number", "record_number", "patient_number").is_null()
        )
    )
    parts.append(refuse(nobody["row"], "full_name", *NO_IDENTITY))
    return pl.concat(parts)


def refuse(rows: pl.Series, field: str, rule: str, vi: str, en: str) -> pl.DataFrame:
    """Return one refusal for each of these rows; the value is read from the file later."""
    return pl.select(row=rows.cast(pl.UInt32)).with_columns(
        field=pl.lit(field), value=pl.lit(None, pl.String), rule=pl.lit(rule), vi=pl.lit(vi), en=pl.lit(en)
    )


def refuse_invalid(rows: pl.DataFrame, refusals: pl.DataFrame) -> pl.DataFrame:
    """Refuse what the checks call impossible; what is rare or open enters with its finding."""
    readable = rows.filter(~pl.col("row").is_in(refusals["row"].implode()))
    found = check_rows(readable).filter(pl.col("result") == CheckState.INVALID.value)
    return found.select(
        row=readable["row"].gather(found["row"]).cast(pl.UInt32),
        # of a clash with the sex it is the site that was mistyped more often
        field=pl.when(pl.col("rule") == "sex-site")
        .then(pl.lit("topography"))
        .otherwise(pl.col("fields").list.first()),
        value=pl.lit(None, pl.String),
        rule=pl.col("rule"),
        vi=pl.col("message_vi") + ".",
        en=pl.col("message_en") + ".",
    )


def refuse_troubled(linked: pl.DataFrame) -> pl.DataFrame:
    parts = []
    for rule, vi, en in (AMBIGUOUS, CLASH, CROWDED):
        rows = linked.filter(pl.col("trouble") == rule)["row"]
        parts.append(refuse(rows, "full_name" if rule == AMBIGUOUS[0] else "citizen_id", rule, vi, en))
    return pl.concat(parts)


def refuse_nameless(linked: pl.DataFrame, *, named: bool) -> pl.DataFrame:
    """Refuse new persons without a name, if the file gives names at all."""
    nameless = linked.filter(pl.col("full_name").is_null() & (pl.col("person") < 0) & pl.lit(named))
    return refuse(nameless["row"], "full_name", *NO_NAME)


def find_idle(
    linked: pl.DataFrame, cases: Cases, changes: pl.DataFrame, sources: pl.DataFrame, batch: Batch
) -> pl.Series:
    """Return the rows that would change nothing: same values, from a facility that has reported this tumour."""
    added = pl.concat([pl.Series(dtype=pl.UInt32), *cases.added])
    quiet = linked.filter(
        ~pl.col("row").is_in(added.implode()) & ~pl.col("row").is_in(changes["row"].implode())
    )
    settled = quiet.join(cases.tumours, on="tumour", suffix="_held", maintain_order="left")
    agrees = [~is_known(name) | (pl.col(name) == pl.col(f"{name}_held")) for name in WEIGHED]
    quiet = settled.filter(pl.all_horizontal(agrees).fill_null(value=False))
    told = sources.filter(
        (pl.col("facility") == (batch.facility_id or 0)) | (pl.col("origin") == batch.origin)
    )["tumour"]
    in_file = (pl.col("tumour") < 0) & pl.col("source_record").is_null()
    return quiet.filter(pl.col("tumour").is_in(told.implode()) | in_file)["row"]


def conclude(
    rows: pl.DataFrame,
    linked: pl.DataFrame,
    *,
    refusals: pl.DataFrame,
    changes: pl.DataFrame,
    cases: Cases,
    same: dict[str, pl.Series],
) -> Judged:
    """Give each row its verdict; a row about a known tumour that changes no field is a new source of it."""
    added = pl.concat([pl.Series(dtype=pl.UInt32), *cases.added])
    why_same = pl.concat(
        [pl.select(row=found.cast(pl.UInt32), same=pl.lit(rule)) for rule, found in same.items()]
    ).unique("row", keep="first")
    is_refused = pl.col("row").is_in(refusals["row"].implode())
    judged = (
        rows.join(linked.select("row", "person", "tumour"), on="row", how="left", maintain_order="left")
        .join(why_same, on="row", how="left", maintain_order="left")
        .with_columns(
            verdict=pl.when(is_refused)
            .then(pl.lit(RowVerdict.REFUSED.value))
            .when(pl.col("same").is_not_null())
            .then(pl.lit(RowVerdict.SAME.value))
            .when(pl.col("row").is_in(added.implode()))
            .then(pl.lit(RowVerdict.NEW.value))
            .otherwise(pl.lit(RowVerdict.CHANGED.value))
        )
    )
    return Judged(judged, refusals, pl.concat([changes, note_sources(judged, changes)]), cases)


def note_sources(judged: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    only = judged.filter(
        (pl.col("verdict") == RowVerdict.CHANGED.value) & ~pl.col("row").is_in(changes["row"].implode())
    )
    return only.select(
        pl.col("row").cast(pl.UInt32),
        field=pl.lit("sources"),
        old=pl.lit(None, pl.String),
        new=pl.lit(None, pl.String),
        rule=pl.lit(NEW_SOURCE),
    )
