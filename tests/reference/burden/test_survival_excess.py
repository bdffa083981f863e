"""Regression of the excess hazard beside relsurv 2.2-9 (rsadd), on colrec against slopop, five years."""

import numpy as np
import polars as pl
import pytest

from banyan.science.burden import model_excess


@pytest.fixture(scope="module")
def colrec(oracle):
    table = pl.read_csv(oracle / "statistics" / "a_colrec.csv", try_parse_dates=True)
    return table.rename({"diag_date": "diagnosis_date", "stat": "dead"}).with_columns(
        age10=pl.col("age_days") / 3652.41, stage=pl.col("stage").cast(pl.String)
    )


@pytest.mark.parametrize(("method", "theirs"), [("poisson", "glm.poi"), ("likelihood", "max.lik")])
@pytest.mark.burden("survival.excess", oracle="a_rsadd_coef.csv")
def test_coefficients_equal_rsadd(oracle, colrec, slopop, method, theirs):
    """The third method of rsadd, EM with a smoothed baseline, is not offered: its coefficients depend on a bandwidth."""
    expected = pl.read_csv(oracle / "statistics" / "a_rsadd_coef.csv", infer_schema_length=None)
    expected = expected.filter(pl.col("method") == theirs)

    model = model_excess(colrec, slopop, covariates=["sex", "age10", "stage"], method=method)

    np.testing.assert_allclose(model.coefficients["coefficient"], expected["coef"], rtol=0, atol=1e-3)
    if method == "likelihood":
        np.testing.assert_allclose(model.coefficients["std_err"], expected["se"], rtol=0, atol=1e-5)


def test_a_spline_baseline_says_the_same_of_the_covariates(colrec, slopop):
    steps = model_excess(
        colrec, slopop, covariates=["sex", "age10", "stage"], breaks=np.arange(61) / 12
    ).coefficients[:5]

    spline = model_excess(
        colrec, slopop, covariates=["sex", "age10", "stage"], baseline="spline", breaks=np.arange(61) / 12
    ).coefficients[:5]

    np.testing.assert_allclose(spline["coefficient"], steps["coefficient"], rtol=0, atol=0.02)
    np.testing.assert_allclose(spline["std_err"], steps["std_err"], rtol=0.05)
