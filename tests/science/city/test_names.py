import numpy as np
import polars as pl
import pytest

from banyan.science.city.names import draw_names
from banyan.science.city.tables import read


def test_there_are_at_least_120_given_names_for_each_sex():
    counts = dict(read("given_names").group_by("sex").agg(pl.col("name").n_unique()).iter_rows())

    assert min(counts.values()) >= 120


def test_family_names_have_their_shares(city):
    family = city.people["full_name"].str.split(" ").list.first()

    assert (family == "Nguyễn").mean() == pytest.approx(0.384, abs=0.03)
    assert (family == "Huỳnh").sum() == 0  # written Hoàng in the north
    assert family.n_unique() >= 40


def test_middle_names_follow_sex_and_time_of_birth():
    years = np.repeat([1940, 2000], 5000)
    women = draw_names(np.full(10_000, "2"), years, np.random.default_rng(1)).str.contains(" Thị ")
    men = draw_names(np.full(10_000, "1"), years, np.random.default_rng(1))

    assert women[:5000].mean() > 0.85
    assert women[5000:].mean() < 0.6
    assert men.str.contains(" Văn ")[:5000].mean() > men.str.contains(" Văn ")[5000:].mean() > 0.05
    assert men.str.contains(" Thị ").sum() == 0


def test_no_name_repeats_a_word_or_is_shorter_than_three(city):
    words = city.people["full_name"].str.split(" ")

    assert words.list.len().min() == 3
    assert words.list.len().max() == 4
    assert (words.list.slice(1).list.n_unique() == words.list.len() - 1).all()
