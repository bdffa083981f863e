import pytest

from banyan.science.files import FileFault, read_standard


def test_weights_are_read(write):
    assert read_standard(write("age_group;weight\n0;12000\n5;10000\n85+;0,5\n")) == {
        0: 12000,
        5: 10000,
        85: 0.5,
    }


def test_age_group_that_stands_twice_is_refused(write):
    with pytest.raises(FileFault, match="line 3, column age_group: the age group 0 stands twice"):
        read_standard(write("age_group,weight\n0,1\n0,2\n"))
