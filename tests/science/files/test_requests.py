import pytest

from banyan.science.files import FileFault, read_table, requests


def test_what_is_asked_for_is_read():
    assert requests.read_strata(" Sex, site,,sex") == ("sex", "site")
    assert requests.read_span("--years", "2015-2019") == (2015, 2019)
    assert requests.read_span("--years", "2015") == (2015, 2015)
    assert requests.read_ages("") == (0, None)
    assert requests.read_ages("35-64") == (35, 64)
    assert requests.read_ages("65+") == (65, None)
    assert requests.read_numbers("--at", "1, 3,0.5,1") == (1.0, 3.0, 0.5)
    assert requests.read_maps(["Age= Tuổi ", "q=a=b"]) == {"age": " Tuổi ", "q": "a=b"}


@pytest.mark.parametrize(
    ("read", "sentence"),
    [
        (
            lambda: requests.read_strata("sex,age_group"),
            "--by: ‘age_group’ cannot be a stratum, it is part of every figure.",
        ),
        (
            lambda: requests.read_span("--years", "2019-2015"),
            "--years: ‘2019-2015’ is not a span such as 2015-2019.",
        ),
        (lambda: requests.read_ages("young"), "--ages: ‘young’ is not a span such as 2015-2019."),
        (lambda: requests.read_numbers("--at", "1;3"), "--at: ‘1;3’ is not a list of years such as 1,3,5."),
        (lambda: requests.read_numbers("--at", "0"), "--at: ‘0’ is not a list of years such as 1,3,5."),
        (lambda: requests.read_maps(["age"]), "--map: ‘age’ does not read OURS=THEIRS."),
        (lambda: requests.read_maps(["age=a", "Age=b"]), "--map: ‘age’ is mapped twice."),
    ],
)
def test_what_makes_no_sense_is_one_sentence(read, sentence):
    with pytest.raises(FileFault) as caught:
        read()

    assert str(caught.value) == sentence


def test_name_that_no_file_has_is_a_fault(write):
    names = {"age": "alter", "sex": "kon"}
    one = read_table(write("alter\n1\n", "one.csv"), rename=names)
    two = read_table(write("kon\n1\n", "two.csv"), rename=names)

    requests.refuse_unused_maps(names, one, two)
    with pytest.raises(FileFault, match=r"--map: there is no column ‘kon’ to serve as ‘sex’ in .*one\.csv"):
        requests.refuse_unused_maps(names, one)


def test_breaks_ascend():
    assert requests.read_breaks("--breaks", "0, 0.5,1") == (0.0, 0.5, 1.0)
    for text in ("1", "0,2,1", "0,x", "-1,2"):
        with pytest.raises(FileFault, match="is not an ascending list of years"):
            requests.read_breaks("--breaks", text)
