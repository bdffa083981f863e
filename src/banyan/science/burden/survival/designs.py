"""Which follow-up counts: cohort, complete, period and hybrid analysis."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import narwhals as nw
import numpy as np
import polars as pl
from narwhals.typing import IntoFrame
from numpy.typing import NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.frames import as_numbers, refuse, take_columns
from banyan.science.burden.survival.patients import TABLE, read_date
from banyan.science.burden.survival.rules import ENTRIES, apply_rules

Design = Literal["cohort", "complete", "period", "hybrid"]
Span = tuple[date, date]
DESIGNS = ("cohort", "complete", "period", "hybrid")


@dataclass(frozen=True)
class Designed:
    """Patients with the follow-up that a design lets count, and how many it leaves out, by reason.

    Attributes
    ----------
    patients : polars.DataFrame
        All columns given, with ``entry_days``, ``time_days`` and ``dead`` as the estimators take them.
    left_out : mapping of str to int
        "diagnosed outside", "left before the window", "diagnosed after the window", "entered after the window": those
        who are not in ``patients``.
    censored : int
        How many are taken as alive because they died, or were followed, after the window.
    rows : int array
        Which of the rows given those of ``patients`` were, counted from 0.
    """

    patients: pl.DataFrame
    left_out: Mapping[str, int]
    censored: int
    rows: NDArray[np.int64]

    @property
    def begins(self) -> float:
        """Days after diagnosis before which nobody is under observation: a curve says nothing of them and stays at 1."""
        return (
            float(self.patients["entry_days"].to_numpy().min(initial=np.inf)) if self.patients.height else 0.0
        )


def design_patients(
    patients: IntoFrame,
    *,
    design: Design,
    window: Span | None = None,
    diagnosed: Span | None = None,
    whole_from: date | None = None,
    horizon_years: float | None = None,
) -> Designed:
    """Turn dates of diagnosis and exit and a window into rows that every estimator takes.

    Parameters
    ----------
    patients : data frame
        ``diagnosis_date``, ``dead`` and either ``exit_date`` or ``time_days``; ``entry_days`` where anybody came late anyhow;
        other columns are kept.
    design : {"cohort", "complete", "period", "hybrid"}
        "cohort" and "complete" follow those ``diagnosed`` in a span of dates from diagnosis to the end of ``window``; of a
        cohort each could be followed to the horizon. "period" counts only what happened within ``window``: who was
        diagnosed before it enters late, at its start. "hybrid" does as "period", but patients diagnosed from ``whole_from`` on
        count from diagnosis, though that was before the window: for years in which the follow-up is known and
        the new patients are not yet.
    window : (date, date)
        Follow-up after the first date, up to and including the second. All designs but "complete" need it.
    diagnosed : (date, date), or None for all
        Both days included. "cohort" needs it.
    whole_from : date
        For "hybrid".
    horizon_years : float
        For "cohort": an error if somebody diagnosed on the last day of ``diagnosed`` could not be followed that long.

    Returns
    -------
    Designed

    Raises
    ------
    BurdenError
        A date that is missing or no date, an exit before the diagnosis, a window that ends before it begins, an argument
        that the design needs and has not got.

    References
    ----------
    .. [1] Brenner H, Gefeller O. An alternative approach to monitoring cancer patient survival. Cancer
       1996;78:2004-2010.
    .. [2] Brenner H, Rachet B. Hybrid analysis for up-to-date long-term survival rates in cancer registries with delayed
       recording of incident cases. Eur J Cancer 2004;40:2494-2501.

    Examples
    --------
    >>> import polars as pl
    >>> from datetime import date
    >>> patients = pl.DataFrame(
    ...     {
    ...         "diagnosis_date": [date(2009, 1, 1), date(2011, 1, 1)],
    ...         "exit_date": [date(2012, 1, 1), date(2016, 1, 1)],
    ...         "dead": [1, 1],
    ...     }
    ... )
    >>> period = design_patients(patients, design="period", window=(date(2010, 1, 1), date(2015, 1, 1)))
    >>> period.patients.select("entry_days", "time_days", "dead").rows()
    [(365.0, 1095.0, 1.0), (0.0, 1461.0, 0.0)]
    """
    _refuse_odd_spans(design, window, diagnosed, whole_from, horizon_years)
    rows = _read_dates(patients)
    begin, end = window or (date.min, date.max)
    since, entry = pl.col("diagnosis_date"), pl.col("entry_days")
    outside = ~since.is_between(*diagnosed) if diagnosed else pl.lit(value=False)
    # Who was diagnosed on the first date itself is followed from its end on, too.
    early = {"period": since <= begin, "hybrid": (since <= begin) & (since < (whole_from or begin))}
    truncated = early.get(design, pl.lit(value=False))
    opens = pl.when(truncated).then((begin - since).dt.total_days()).otherwise(0)
    rows = rows.with_columns(
        entry_days=pl.max_horizontal(entry, opens.cast(pl.Float64)),
        closes=(pl.lit(end) - since).dt.total_days().cast(pl.Float64),
    )
    reasons = {
        "diagnosed outside": outside,
        "diagnosed after the window": since > end,
        "left before the window": truncated & (pl.col("time_days") <= entry),
        "entered after the window": (entry > 0) & (entry >= pl.col("closes")),
    }
    rows = rows.with_columns(
        reason=pl.coalesce(*(pl.when(why).then(pl.lit(name)) for name, why in reasons.items()))
    )
    counts = rows["reason"].drop_nulls().value_counts()
    stay = rows["reason"].is_null()
    kept = rows.filter(stay)
    beyond = pl.col("time_days") > pl.col("closes")
    closed = kept.with_columns(
        dead=pl.when(beyond).then(0.0).otherwise(pl.col("dead")),
        time_days=pl.min_horizontal("time_days", "closes"),
    ).drop("reason", "closes")
    censored = int(kept.select(beyond.sum()).item())
    return Designed(closed, dict(sorted(counts.rows())), censored, np.flatnonzero(stay.to_numpy()))


def _read_dates(frame: IntoFrame) -> pl.DataFrame:
    names = nw.from_native(frame).collect_schema().names()
    ends = "exit_date" if "exit_date" in names else "time_days"
    rows = take_columns(frame, list(dict.fromkeys(["diagnosis_date", "dead", ends, *names])), table=TABLE)
    for name in ("diagnosis_date", "exit_date") if ends == "exit_date" else ("diagnosis_date",):
        rows = read_date(rows, name)
    if ends == "exit_date":
        rows = rows.with_columns(time_days=(pl.col("exit_date") - pl.col("diagnosis_date")).dt.total_days())
    if "entry_days" not in names:
        rows = rows.with_columns(entry_days=0.0)
    for name in ("time_days", "dead", "entry_days"):
        rows = as_numbers(rows, name)
    refuse(
        rows,
        ends,
        pl.col("time_days") < 0,
        "{}: the follow-up ends before the diagnosis.",
        "{}: theo dõi kết thúc trước ngày chẩn đoán.",
    )
    apply_rules(rows, ENTRIES)
    return rows.select(*names, *(name for name in ("time_days", "entry_days") if name not in names))


def _refuse_odd_spans(
    design: str, window: Span | None, diagnosed: Span | None, whole_from: date | None, horizon: float | None
) -> None:
    check_option(design, DESIGNS, "design ‘{}’", "thiết kế ‘{}’")
    needed: dict[str, object] = {
        "window": window if design != "complete" else True,
        "diagnosed": diagnosed or design != "cohort",
    }
    needed["whole_from"] = whole_from or design != "hybrid"
    for name, given in needed.items():
        if not given:
            raise BurdenError(f"the design {design} needs {name}.", f"thiết kế {design} cần {name}.")
    for name, span in (("window", window), ("diagnosed", diagnosed)):
        if span and span[0] > span[1]:
            raise BurdenError(
                f"{name} ends on {span[1]}, before it begins.",
                f"{name} kết thúc ngày {span[1]}, trước khi bắt đầu.",
            )
    if horizon and window and diagnosed and (window[1] - diagnosed[1]).days < int(horizon * 365.25):
        raise BurdenError(
            f"somebody diagnosed on {diagnosed[1]} cannot be followed for {horizon:g} years by {window[1]}.",
            f"người được chẩn đoán ngày {diagnosed[1]} không thể được theo dõi {horizon:g} năm tính đến {window[1]}.",
        )
