from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from banyan.science.burden import BurdenError
from banyan.science.burden.quality import capture_recapture

# Bruno et al., Diabetes Care 1994;17:548: diabetics of Casale Monferrato by clinic, hospital, prescriptions, supplies.
BRUNO = {
    "1111": 58, "1110": 157, "1101": 18, "1100": 104, "1011": 46, "1010": 650, "1001": 12, "1000": 709,
    "0111": 14, "0110": 20, "0101": 7, "0100": 74, "0011": 8, "0010": 182, "0001": 10,
}  # fmt: skip
# As the R package CARE1 prints them for these data: Chapman's estimate, its standard error, Chao's limits.
PRINTED = {
    "ab": (2351, 58, 2250, 2478),
    "ac": (2185, 22, 2146, 2233),
    "ad": (2261, 88, 2117, 2468),
    "bc": (2057, 77, 1922, 2224),
    "bd": (803, 47, 725, 913),
    "cd": (1555, 67, 1445, 1712),
}


def lay_cases(cells, names):
    rows = [(*map(int, history), count) for history, count in cells.items()]
    return pl.DataFrame(rows, schema=[*names, "n"], orient="row")


def pair(first, second, both):
    return lay_cases({"11": both, "10": first - both, "01": second - both}, "ab")


DIABETES = lay_cases(BRUNO, "abcd")


@pytest.mark.burden(
    "quality.recapture", oracle="Bruno et al., Diabetes Care 1994;17:548, as R package CARE1 prints it"
)
@pytest.mark.parametrize("names", PRINTED)
@pytest.mark.burden("quality.recapture", oracle="Bruno 1994, printed by the R package CARE1")
def test_two_sources_as_published(names):
    known = DIABETES.filter(pl.sum_horizontal(list(names)) > 0)

    found = capture_recapture(known, list(names), counts="n").estimates

    assert found.select(pl.col("estimate", "std_err", "lower", "upper").round()).row(0) == PRINTED[names]


@pytest.mark.burden("quality.recapture")
def test_two_sources_by_hand():
    found = capture_recapture(pair(100, 80, 60), ["a", "b"], counts="n").estimates.row(0, named=True)

    # 101 × 81 / 61 - 1; 40 × 20 / 61 missed; variance 101 × 81 × 40 × 20 / (61² × 62)
    assert found["model"] == "Chapman"
    assert found["observed"] == 120
    assert found["estimate"] == pytest.approx(8181 / 61 - 1, abs=1e-10)
    assert found["missed"] == pytest.approx(800 / 61, abs=1e-10)
    assert found["std_err"] == pytest.approx(np.sqrt(8181 * 800 / (61**2 * 62)), abs=1e-10)
    assert found["completeness"] == pytest.approx(100 * 120 / (8181 / 61 - 1), abs=1e-10)


@pytest.mark.burden("quality.recapture")
def test_the_log_linear_model_of_two_sources_is_lincoln_and_petersen():
    cells = pair(100, 80, 60)

    found = capture_recapture(cells, ["a", "b"], counts="n", method="log-linear").estimates.row(0, named=True)

    assert found["estimate"] == pytest.approx(100 * 80 / 60, rel=1e-9)
    # n1 n2 (n1 - m)(n2 - m) / m³
    assert found["std_err"] == pytest.approx(np.sqrt(100 * 80 * 40 * 20 / 60**3), rel=1e-8)


THREE = {"111": 30, "110": 50, "101": 40, "011": 25, "100": 120, "010": 70, "001": 60}


@pytest.mark.burden("quality.recapture")
def test_eight_models_of_three_sources_have_the_closed_forms():
    models = capture_recapture(lay_cases(THREE, "abc"), list("abc"), counts="n").models
    n = {key: float(count) for key, count in THREE.items()}
    either = {"a*b": ("001", ["100", "010", "110"], ["101", "011", "111"])}
    either["a*c"] = ("010", ["100", "001", "101"], ["110", "011", "111"])
    either["b*c"] = ("100", ["010", "001", "011"], ["110", "101", "111"])
    expected = {
        model: n[alone] * sum(n[key] for key in others) / sum(n[key] for key in both)
        for model, (alone, others, both) in either.items()
    }
    expected["a*b + a*c"] = n["010"] * n["001"] / n["011"]
    expected["a*b + b*c"] = n["100"] * n["001"] / n["101"]
    expected["a*c + b*c"] = n["100"] * n["010"] / n["110"]
    expected["a*b + a*c + b*c"] = n["111"] * n["100"] * n["010"] * n["001"] / (n["110"] * n["101"] * n["011"])

    found = dict(models.select("model", pl.col("estimate") - sum(THREE.values())).iter_rows())

    assert len(found) == 8
    assert {name: found[name] for name in expected} == pytest.approx(expected, rel=1e-7)


@pytest.mark.burden("quality.recapture", oracle="Fienberg, Biometrika 1972;59:591")
@pytest.mark.burden("quality.recapture")
def test_the_saturated_model_has_the_published_variance():
    found = capture_recapture(lay_cases(THREE, "abc"), list("abc"), counts="n").models
    saturated = found.filter(pl.col("df") == 0).row(0, named=True)

    # Fienberg 1972: the sum of 1 / n over all cells, the missed one too, times the missed squared
    missed = saturated["estimate"] - sum(THREE.values())
    inverse = sum(1 / count for count in THREE.values()) + 1 / missed
    assert saturated["std_err"] == pytest.approx(missed * np.sqrt(inverse), rel=1e-6)


def test_aic_and_bic_choose_as_they_are_defined():
    cells = lay_cases(THREE, "abc")
    by_aic, by_bic = (capture_recapture(cells, list("abc"), counts="n", criterion=c) for c in ("aic", "bic"))

    assert by_aic.models.filter("chosen")["model"].item() == by_aic.models.sort("aic")["model"][0]
    assert by_bic.models.filter("chosen")["model"].item() == by_bic.models.sort("bic")["model"][0]
    spread = by_aic.models.select(pl.col("bic") - pl.col("aic"))["bic"]
    per_parameter = spread / by_aic.models["parameters"]
    assert per_parameter.to_numpy() == pytest.approx(np.log(395) - 2)


@pytest.mark.burden(
    "quality.recapture",
    oracle="International Working Group for Disease Monitoring, Am J Epidemiol 1995;142:1047",
)
@pytest.mark.burden("quality.recapture", oracle="IWGDMF 1995, diabetes by four sources")
def test_four_sources_find_the_published_model():
    found = capture_recapture(DIABETES, list("abcd"), counts="n")

    # International Working Group for Disease Monitoring, Am J Epidemiol 1995;142:1047: 12/13/23/24/34, 2771
    row = found.estimates.row(0, named=True)
    assert row["model"] == "a*b + a*c + b*c + b*d + c*d"
    assert round(row["estimate"]) == 2771
    assert found.models.height == 64


def test_a_model_that_empty_cells_send_to_infinity_is_not_chosen():
    cells = lay_cases({**THREE, "110": 0}, "abc")

    found = capture_recapture(cells, list("abc"), counts="n")

    models = dict(found.models.select("model", "estimable").iter_rows())
    assert models["a*b + a*c + b*c"] is False
    assert models["a*b + a*c"] is True
    assert np.isfinite(found.estimates["upper"].item())


def test_two_sources_without_anybody_in_both_say_nothing_in_the_log_linear_model():
    cells = pair(40, 20, 0)

    found = capture_recapture(cells, ["a", "b"], counts="n", method="log-linear").estimates.row(0, named=True)

    assert (found["observed"], found["estimate"], found["completeness"], found["flag"]) == (
        60,
        None,
        None,
        None,
    )


def test_strata_within_are_summed():
    cells = pl.concat([pair(100, 80, 60).with_columns(age=1), pair(50, 90, 30).with_columns(age=2)])
    apart = capture_recapture(cells, ["a", "b"], by=["age"], counts="n").estimates

    found = capture_recapture(cells, ["a", "b"], within=["age"], counts="n").estimates.row(0, named=True)

    assert found["missed"] == pytest.approx(apart["missed"].sum())
    assert found["std_err"] ** 2 == pytest.approx((apart["std_err"] ** 2).sum())


@pytest.mark.burden("quality.recapture")
def test_strata_take_away_the_dependence_that_they_make():
    # in each area the sources are independent; together they are not, and 1,400 look like fewer
    cells = pl.concat([pair(900, 900, 810).with_columns(area=1), pair(100, 100, 25).with_columns(area=2)])
    truth = 1000 + 400

    pooled = (
        capture_recapture(cells, ["a", "b"], counts="n", method="log-linear").estimates["estimate"].item()
    )
    within = capture_recapture(cells, ["a", "b"], within=["area"], counts="n", method="log-linear").estimates

    assert within["estimate"].item() == pytest.approx(truth)
    assert pooled < 1200


@pytest.mark.burden("quality.recapture")
def test_the_profile_interval_lies_where_the_likelihood_has_fallen_by_half_of_chi_square():
    cells = pair(100, 80, 60)
    how = {"counts": "n", "method": "log-linear", "interval": "profile"}

    found = capture_recapture(cells, ["a", "b"], **how).estimates.row(0, named=True)

    # two sources by hand: given N, the binomial likelihoods of both sources, maximised
    from scipy.special import gammaln, xlogy

    def likelihood(total):
        sides = sum(xlogy(n, n / total) + xlogy(total - n, 1 - n / total) for n in (100, 80))
        return gammaln(total + 1) - gammaln(total - 120 + 1) + sides

    top = max(likelihood(total) for total in np.linspace(120.001, 200, 100_000))
    assert likelihood(found["lower"]) == pytest.approx(top - 3.841459 / 2, abs=1e-4)
    assert likelihood(found["upper"]) == pytest.approx(top - 3.841459 / 2, abs=1e-4)


def test_flags_need_the_whole_interval():
    cells = pl.concat(
        [
            pair(950, 900, 890).with_columns(place=pl.lit("ok")),
            pair(400, 300, 100).with_columns(place=pl.lit("low")),
        ]
    )

    found = capture_recapture(cells, ["a", "b"], by=["place"], counts="n").estimates

    assert dict(found.select("place", "flag").iter_rows()) == {"ok": "ok", "low": "low"}
    assert found["source"][0].startswith("United States Cancer Statistics")
    own = capture_recapture(cells, ["a", "b"], counts="n", least=70).estimates
    assert own.select("low", "source").row(0) == (70.0, "given by the user")


def test_flags_of_sources_are_read_in_any_writing():
    cases = pl.DataFrame({"a": ["true", "1", "0"], "b": [True, False, True]})

    assert capture_recapture(cases, ["a", "b"]).estimates["observed"].item() == 3


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        ({"a": [1, 0], "b": [0, 0]}, r"^Row 2, column a: no source knows the case\.$"),
        ({"a": [1, None], "b": [0, 1]}, r"^Row 2, column a: ‘None’ is neither 1"),
        (
            {"a": [1, 2], "b": [0, 1]},
            r"^Row 2, column a: ‘2’ is neither 1 \(the source knows the case\) nor 0\.$",
        ),
        ({"a": [1, 1]}, r"^Column b: there is no column b in the cases\.$"),
    ],
)
def test_what_is_wrong_with_a_source_names_its_row(cases, message):
    with pytest.raises(BurdenError, match=message):
        capture_recapture(pl.DataFrame(cases), ["a", "b"])


@pytest.mark.parametrize(
    ("sources", "how", "message"),
    [
        (["a"], {}, "two to four different sources, and 1 were named"),
        (["a", "a"], {}, r"2 were named \(1 different\)"),
        (["a", "b", "c"], {"method": "chapman"}, "Chapman's estimator takes two sources"),
        (["a", "b"], {"interval": "profile"}, "the profile interval goes with log-linear models"),
        (["a", "b"], {"interval": "wald"}, "there is no interval ‘wald’"),
        (["a", "b"], {"least": 0}, "a limit of completeness lies between 0 and 100"),
        (["a", "b"], {"criterion": "dic"}, "there is no criterion ‘dic’"),
    ],
)
def test_options_that_cannot_be(sources, how, message):
    with pytest.raises(BurdenError, match=message):
        capture_recapture(lay_cases(THREE, "abc"), sources, counts="n", **how)


counted = st.integers(min_value=1, max_value=400)


@given(st.lists(counted, min_size=7, max_size=7), st.permutations("abc"))
@settings(max_examples=15, deadline=None)
def test_limits_hold_the_estimate_and_the_order_of_sources_does_not_matter(counts, order):
    histories = ["".join(each) for each in product("01", repeat=3)][1:]
    cells = lay_cases(dict(zip(histories, counts, strict=True)), "abc")

    found = capture_recapture(cells, list("abc"), counts="n").estimates.row(0, named=True)
    turned = capture_recapture(cells, list(order), counts="n").estimates.row(0, named=True)

    assert found["observed"] == sum(counts) <= found["lower"] <= found["estimate"] <= found["upper"]
    assert turned["estimate"] == pytest.approx(found["estimate"], rel=1e-6)
    assert turned["completeness_lower"] == pytest.approx(found["completeness_lower"], rel=1e-6)


@pytest.mark.burden("quality.recapture")
@given(
    st.integers(min_value=200, max_value=100_000),
    st.lists(st.floats(min_value=0.1, max_value=0.9), min_size=3, max_size=3),
)
@settings(max_examples=15, deadline=None)
def test_independent_sources_give_the_truth(truth, shares):
    histories = list(product((0, 1), repeat=3))[1:]
    counts = [
        truth * float(np.prod([p if seen else 1 - p for p, seen in zip(shares, history, strict=True)]))
        for history in histories
    ]
    cells = pl.DataFrame(
        [(*h, n) for h, n in zip(histories, counts, strict=True)], schema=[*"abc", "n"], orient="row"
    )

    found = capture_recapture(cells, list("abc"), counts="n")

    assert found.estimates["model"].item() == "independent"
    assert found.estimates["estimate"].item() == pytest.approx(truth, rel=1e-3)


def test_rows_of_cases_and_rows_of_counts_are_the_same():
    cells = lay_cases(THREE, "abc")
    cases = cells.select(pl.col("a", "b", "c").repeat_by("n").explode())

    assert capture_recapture(cases, list("abc")).estimates.equals(
        capture_recapture(cells, list("abc"), counts="n").estimates
    )


def test_a_source_that_knows_nobody_says_nothing():
    found = capture_recapture(pl.DataFrame({"a": [1, 1], "b": [0, 0]}), ["a", "b"]).estimates.row(
        0, named=True
    )

    assert (found["observed"], found["completeness"], found["flag"]) == (2, None, None)


def test_a_source_inside_the_other_leaves_room_for_missed_ones():
    found = capture_recapture(pair(100, 50, 50), ["a", "b"], counts="n").estimates.row(0, named=True)

    # none is missed by the formula; 3.689, the exact upper limit of 0, in place of the cases of b alone
    assert found["missed"] == 0
    assert found["upper"] == pytest.approx(100 + 50 * 3.688879 / 51, abs=1e-4)


@pytest.mark.parametrize("more", [{}, {"within": ["g"]}])
def test_no_case_at_all_says_nothing(more):
    schema = {"a": pl.Int64, "b": pl.Int64, "c": pl.Int64, "g": pl.String}

    found = capture_recapture(pl.DataFrame(schema=schema), list("abc"), **more).estimates.row(0, named=True)

    assert (found["observed"], found["completeness"]) == (0, None)
