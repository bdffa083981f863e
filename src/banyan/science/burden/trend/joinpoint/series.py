"""A series of rates, checked, on the scale of its model, with the weights and the correlation of its errors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats

Model = Literal["log-linear", "linear"]
Weights = Literal["std_err", "cases", "constant"]
# What stands for a count of 0 in a Poisson weight, as in the NCI's program.
ADJUSTED_COUNT = 0.5


@dataclass(frozen=True, eq=False)
class Series:
    """What a model is fitted to.

    Attributes
    ----------
    x, rate, y, weight : arrays (n,)
        Years, rising; rates as fitted; rates on the model's scale; the inverse variance of y, up to a factor.
    model, weights : str
    replaced : tuple of float
        Years whose rate of 0 was replaced by a stated constant.
    rho : float
        Correlation of the errors one step apart.
    """

    x: Floats
    rate: Floats
    y: Floats
    weight: Floats
    model: Model
    weights: Weights
    replaced: tuple[float, ...] = ()
    rho: float = 0.0

    @property
    def count(self) -> int:
        return len(self.x)

    @property
    def logarithmic(self) -> bool:
        return self.model == "log-linear"

    @property
    def steps(self) -> Floats:
        """Distance of each observation from the one before it, in units of the shortest; (n - 1,)."""
        gaps = np.diff(self.x)
        return np.round(gaps / gaps.min(), 9)

    def whiten(self, columns: Floats) -> Floats:
        """Give columns (n,) or (n, m) errors of equal variance that are independent."""
        scaled = (np.sqrt(self.weight) * columns.T).T
        if self.rho == 0:
            return scaled
        carried = self.rho**self.steps
        rest = (scaled[1:].T - carried * scaled[:-1].T) / np.sqrt(1 - carried**2)
        return np.concatenate([scaled[:1], rest.T])

    def correlate(self, rho: float) -> "Series":
        """Return the series with another correlation of its errors."""
        whole = np.all(self.steps == np.round(self.steps))
        if not -1 < rho < 1 or (rho < 0 and not whole):
            raise BurdenError(
                f"a correlation of errors lies between -1 and 1, below 0 for even steps only, not at {rho:g}.",
                f"tương quan của sai số nằm giữa -1 và 1, chỉ âm khi các bước đều nhau, {rho:g} thì không.",
            )
        return replace(self, rho=rho)

    def draw_back(self, fitted: Floats) -> Floats:
        """Turn values on the model's scale into rates."""
        return np.exp(fitted) if self.logarithmic else fitted


def read_series(
    years: Sequence[float] | NDArray[np.float64],
    rates: ArrayLike,
    *,
    std_errs: ArrayLike | None = None,
    cases: ArrayLike | None = None,
    model: Model = "log-linear",
    weights: Weights | None = None,
    zero: float | None = None,
) -> Series:
    """Check a series and put it on the scale of the model; the parameters are those of :func:`fit_joinpoints`."""
    kind = weights or ("std_err" if std_errs is not None else "cases" if cases is not None else "constant")
    check_option(model, get_args(Model), "model ‘{}’", "mô hình ‘{}’")
    check_option(kind, get_args(Weights), "weighting ‘{}’", "cách gán trọng số ‘{}’")
    year, given = np.asarray(years, dtype=float), np.asarray(rates, dtype=float)
    _check_rates(year, given)
    needs_log = model == "log-linear" or kind == "cases"
    rate = _replace_zeros(given, zero) if needs_log else given
    weight = _weigh(rate, kind, model, std_errs, cases)
    order = np.argsort(year)
    replaced = tuple(year[order][(rate != given)[order]].tolist())
    y = np.log(rate) if model == "log-linear" else rate
    return Series(year[order], rate[order], y[order], weight[order], model, kind, replaced)


def _check_rates(year: Floats, rate: Floats) -> None:
    if year.shape != rate.shape or year.ndim != 1:
        raise BurdenError("each year needs one rate.", "mỗi năm cần đúng một tỷ suất.")
    _refuse_first(~np.isfinite(year), year, "year", "{:g} is no year.", "{:g} không phải là năm.")
    order = np.argsort(year, kind="stable")
    twice = np.zeros(len(year), bool)
    twice[order[1:]] = np.diff(year[order]) == 0
    _refuse_first(twice, year, "year", "the year {:g} is there twice.", "năm {:g} xuất hiện hai lần.")
    bad = ~(np.isfinite(rate) & (rate >= 0))
    _refuse_first(bad, rate, "rate", "{:g} is no rate.", "{:g} không phải là tỷ suất.")
    if len(year) < 3:
        raise BurdenError(
            f"a trend needs three years, and there are {len(year)}.",
            f"xu hướng cần ít nhất ba năm, ở đây có {len(year)}.",
        )


def _replace_zeros(rate: Floats, zero: float | None) -> Floats:
    if zero is not None and not (np.isfinite(zero) and zero > 0):
        raise BurdenError(
            "what stands for a rate of 0 is above 0.", "giá trị thay cho tỷ suất 0 phải lớn hơn 0."
        )
    if zero is None:
        _refuse_first(
            rate == 0,
            rate,
            "rate",
            "a rate of 0 has no logarithm; state what stands for it, or join years.",
            "tỷ suất 0 không có lô-ga-rít; hãy nêu giá trị thay thế, hoặc gộp các năm.",
        )
        return rate
    return np.where(rate == 0, zero, rate)


def _weigh(
    rate: Floats, kind: Weights, model: Model, std_errs: ArrayLike | None, cases: ArrayLike | None
) -> Floats:
    if kind == "constant":
        return np.ones(len(rate))
    if kind == "std_err":
        spread = _take(rate, std_errs, "std_err")
        _refuse_first(
            ~(np.isfinite(spread) & (spread > 0)),
            spread,
            "std_err",
            "a standard error of 0 or none gives no weight; fit with constant variance instead.",
            "sai số chuẩn bằng 0 hoặc trống không cho trọng số; hãy dùng phương sai không đổi.",
        )
        return (rate / spread) ** 2 if model == "log-linear" else spread**-2
    count = _take(rate, cases, "cases")
    bad = ~(np.isfinite(count) & (count >= 0))
    _refuse_first(bad, count, "cases", "{:g} is no number of cases.", "{:g} không phải là số ca.")
    adjusted = np.where(count == 0, ADJUSTED_COUNT, count)
    return adjusted if model == "log-linear" else adjusted / rate**2


def _take(rate: Floats, values: ArrayLike | None, column: str) -> Floats:
    if values is None:
        raise BurdenError.missing_column(column, "series", "chuỗi tỷ suất")
    taken = np.asarray(values, dtype=float)
    if taken.shape != rate.shape:
        raise BurdenError(
            f"each rate needs one {column}.", f"mỗi tỷ suất cần đúng một {column}.", column=column
        )
    return taken


def _refuse_first(bad: NDArray[np.bool_], values: Floats, column: str, reason: str, reason_vi: str) -> None:
    """Raise for the first row at fault; ``{}`` in the reason stands for its value."""
    if bad.any():
        row = int(np.argmax(bad))
        value = values[row]
        raise BurdenError(reason.format(value), reason_vi.format(value), column=column, row=row)
