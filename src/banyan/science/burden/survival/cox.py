"""Cox's model: a door to the package statsmodels, which fits it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from narwhals.typing import IntoFrame

from banyan.science.burden.faults import BurdenError, check_option
from banyan.science.burden.intervals import Floats
from banyan.science.burden.survival.design_matrix import code_covariates, describe_coefficients
from banyan.science.burden.survival.patients import read_follow_up

Ties = Literal["efron", "breslow"]
# A step this small moves no digit that is printed; a coefficient this large, of a covariate in units of its spread, runs off.
SETTLED = 1e-6
RUN_OFF = 15


@dataclass(frozen=True)
class CoxModel:
    """A fitted proportional-hazards model.

    Attributes
    ----------
    coefficients : polars.DataFrame
        ``term``, ``coefficient``, ``std_err``, ``lower``, ``upper``, ``ratio`` (of hazards), ``ratio_lower``,
        ``ratio_upper``, ``p_value``.
    covariance : float array
    log_likelihood : float
        Of the partial likelihood.
    patients, deaths : int
    ties : {"efron", "breslow"}
    """

    coefficients: pl.DataFrame
    covariance: Floats
    log_likelihood: float
    patients: int
    deaths: int
    ties: Ties


def model_survival(
    patients: IntoFrame,
    *,
    covariates: Sequence[str],
    strata: Sequence[str] = (),
    ties: Ties = "efron",
    level: float = 0.95,
) -> CoxModel:
    """Fit Cox's proportional-hazards model of death from all causes.

    The package statsmodels makes the fit; it is not among those that Banyan needs, and comes with ``banyan[cox]``.

    Parameters
    ----------
    patients : data frame
        ``time_days``, ``dead``, ``entry_days`` where anybody came late, the columns of ``covariates`` and ``strata``.
    covariates : names of columns
        Numbers count as they are; anything else by level, the first one in order being the reference.
    strata : names of columns
        Each combination has a baseline hazard of its own.
    ties : {"efron", "breslow"}
    level : float

    Returns
    -------
    CoxModel

    Raises
    ------
    BurdenError
        As :func:`observed_survival`; statsmodels is not installed; nobody dies; two covariates say the same, or one separates
        the dead from the living.

    References
    ----------
    .. [1] Cox DR. Regression models and life-tables. J R Stat Soc B 1972;34:187-220.
    .. [2] Efron B. The efficiency of Cox's likelihood function for censored data. JASA 1977;72:557-565.
    .. [3] Seabold S, Perktold J. Statsmodels: econometric and statistical modeling with Python. Proc 9th Python in Science
       Conf 2010:92-96.

    Examples
    --------
    >>> import polars as pl
    >>> patients = pl.DataFrame(
    ...     {"time_days": [1, 2, 3, 4, 5, 6], "dead": [1, 1, 1, 1, 0, 0], "arm": ["a", "b", "a", "b", "a", "b"]}
    ... )
    >>> model_survival(patients, covariates=["arm"]).coefficients["term"].to_list()
    ['arm b']
    """
    check_option(ties, ("efron", "breslow"), "way with ties ‘{}’", "cách xử lý trùng thời điểm ‘{}’")
    rows = read_follow_up(patients, [*strata, *(name for name in covariates if name not in strata)])
    matrix, terms = code_covariates(rows, covariates)
    if not (rows["dead"] == 1).any():
        raise BurdenError("nobody dies: there is nothing to fit.", "không có ca tử vong nào để ước lượng.")
    centred = matrix - matrix.mean(axis=0)
    if not terms or np.linalg.matrix_rank(centred) < len(terms):
        raise BurdenError("two covariates say the same.", "hai biến nói cùng một điều.")
    spread = centred.std(axis=0)
    beta, covariance, fit = _fit(rows, centred / spread, strata, ties)
    covariance = covariance / np.outer(spread, spread)
    return CoxModel(
        describe_coefficients(terms, beta / spread, covariance, level),
        covariance,
        fit,
        rows.height,
        int((rows["dead"] == 1).sum()),
        ties,
    )


def _fit(
    rows: pl.DataFrame, matrix: Floats, strata: Sequence[str], ties: str
) -> tuple[Floats, Floats, float]:
    entry, leaving = _order_times(rows)
    model = _open_model()(
        leaving,
        matrix,
        status=rows["dead"].to_numpy(),
        entry=entry,
        strata=_number_strata(rows, strata),
        ties=ties,
    )
    with warnings.catch_warnings():
        # What it warns of is looked for below, and said in a sentence.
        warnings.simplefilter("ignore")
        found = model.fit(disp=0)
        slope = np.abs(np.asarray(model.score(found.params)))
        covariance = np.asarray(found.cov_params(), dtype=float)
    beta = np.asarray(found.params, dtype=float)
    step = np.abs(covariance @ slope).max() if np.isfinite(covariance).all() else np.inf
    if not np.isfinite(beta).all() or np.abs(beta).max() > RUN_OFF or step > SETTLED:
        raise BurdenError(
            "no estimate was found: a covariate separates the dead from all others.",
            "không tìm được ước lượng: một biến tách hẳn những người đã chết.",
        )
    return beta, covariance, float(found.llf)


def _order_times(rows: pl.DataFrame) -> tuple[Floats, Floats]:
    """Put order in the place of times, on which alone the likelihood depends: whoever enters at a time comes just after it.

    The package would count them at risk of dying at that very time, which R does not, nor any other estimator here.
    """
    entry, leaving = rows["entry_days"].to_numpy(), rows["time_days"].to_numpy()
    grid = np.unique(np.concatenate([entry, leaving]))
    after = np.where(entry > 0, 2.0 * np.searchsorted(grid, entry) + 2, 0.0)
    return after.astype(float), (2.0 * np.searchsorted(grid, leaving) + 1).astype(float)


def _open_model() -> Any:
    try:
        from statsmodels.duration.hazard_regression import PHReg  # noqa: PLC0415 -- optional, and slow to import
    except ImportError:
        raise BurdenError(
            "Cox's model needs the package statsmodels; install banyan[cox].",
            "mô hình Cox cần gói statsmodels; hãy cài banyan[cox].",
        ) from None
    return PHReg


def _number_strata(rows: pl.DataFrame, strata: Sequence[str]) -> Any:
    if not strata:
        return None
    return rows.select(pl.struct(strata).rank("dense")).to_series().to_numpy().astype(np.int64)
