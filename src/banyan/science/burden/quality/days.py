"""Patients on a grid of days, from diagnosis to registration and to death."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from banyan.science.burden.frames import ROWS
from banyan.science.burden.intervals import Floats

YEAR = 365.25


@dataclass(frozen=True)
class Flow:
    """Patients on a grid of days; ``weight`` patients are alike.

    ``leave`` is the day of death or last sight, ``signed`` that of registration or, unregistered, of leaving; all cut
    at ``days``, the last day that is asked for. ``part`` is the interval of a death; ``standing`` those who stand also
    for others who died like them without a mention.
    """

    leave: Any
    signed: Any
    dead: Any
    registered: Any
    mentioned: Floats
    in_life: Any
    standing: Any
    part: Any
    weight: Floats
    days: Any
    times: Floats
    parts: int

    def work_out(self, weight: Floats) -> Floats:
        """Return survival, unregistered, mentioned, missing, lost at each time, as rows; nan beyond the follow-up."""
        last = int(self.days[-1]) + 2
        told = self._share_mentions(weight)
        each = told[self.part]
        weight = np.where(self.standing & (each > 0), weight / np.where(each > 0, each, 1.0), weight)
        survival, at_risk = _estimate_curve(self.leave, self.dead, weight, last)
        waiting, _ = _estimate_curve(self.signed, self.registered, weight, last)
        fallen = -np.diff(survival, prepend=1.0)
        deaths = np.bincount(self.leave, weight * self.dead, minlength=last)
        # the interval, and so the share of mentions, follows from the day; where nobody dies it does not matter
        silent = np.zeros(last)
        silent[self.leave] = 1 - each
        silent = np.where(deaths > 0, silent, 0.0)
        lost = np.cumsum(fallen * waiting * silent)
        known = np.cumsum(deaths * (1 - silent)) / np.maximum(np.cumsum(deaths), 1e-300)
        days = self.days
        found = np.array([survival[days], waiting[days], known[days], (survival * waiting)[days], lost[days]])
        return np.where(at_risk[days] > 0, found, np.nan)

    def _share_mentions(self, weight: Floats) -> Floats:
        """Return the share of mentions in each interval; where none is known there, that of all."""
        known = self.dead & self.in_life & np.isfinite(self.mentioned)
        said = np.where(known, self.mentioned, 0.0)
        of = np.bincount(self.part, weight * known, minlength=self.parts)
        yes = np.bincount(self.part, weight * said, minlength=self.parts)
        overall = yes.sum() / of.sum() if of.sum() else np.nan
        return np.where(of > 0, yes / np.maximum(of, 1e-300), overall)


def _estimate_curve(day: Any, event: Any, weight: Floats, last: int) -> tuple[Floats, Floats]:
    """Return the Kaplan-Meier curve at the end of each day, and who is still followed on that day."""
    gone: Floats = np.bincount(day, weight, minlength=last).astype(float)
    events = np.bincount(day, weight * event, minlength=last)
    at_risk = weight.sum() - np.concatenate([[0.0], np.cumsum(gone)[:-1]])
    at_risk = np.where(at_risk > 1e-9, at_risk, 0.0)
    steps = 1 - events / np.where(at_risk > 0, at_risk, 1.0)
    return np.asarray(np.cumprod(np.clip(steps, 0.0, 1.0)), dtype=float), at_risk


def lay_flow(group: pl.DataFrame, times: Floats, cuts: Floats, *, weighted: bool) -> Flow:
    days = np.floor(times * YEAR).astype(np.int64)
    far = int(days[-1]) + 1
    time = group["time_days"].to_numpy()
    signed = group["registered_days"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    registered = signed <= time
    leave = np.minimum(np.floor(time), far).astype(np.int64)
    entered = np.minimum(np.floor(np.where(registered, signed, time)), far).astype(np.int64)
    part = np.searchsorted(cuts * YEAR, np.minimum(np.floor(time), far), side="right") - 1
    dead = group["dead"].to_numpy() & (np.floor(time) <= days[-1])
    mentioned = group["mentions_cancer"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    only_certificate = group["dead"].to_numpy() & np.isinf(signed) & (mentioned == 1)
    return Flow(
        leave=leave,
        signed=entered,
        dead=dead,
        registered=registered & (np.floor(np.where(registered, signed, 0)) <= days[-1]),
        mentioned=mentioned,
        in_life=registered,
        standing=only_certificate & weighted,
        part=part.astype(np.int64),
        weight=group[ROWS].cast(pl.Float64).to_numpy(),
        days=days,
        times=times,
        parts=len(cuts),
    )
