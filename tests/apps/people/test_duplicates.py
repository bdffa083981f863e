from datetime import date

import pytest

from banyan.apps.people.queries.duplicates import find_alike
from banyan.apps.people.services.person import add_person

FACTS = {
    "full_name": "Nguyễn Thị Hường",
    "sex": "2",
    "birth_date": date(1968, 3, 12),
    "birth_precision": "day",
    "citizen_id": "001168004127",
    "insurance_number": "GD4010117592308",
}


@pytest.fixture
def huong(registrar):
    return add_person(by=registrar, **FACTS)


@pytest.mark.parametrize(
    ("typed", "grade"),
    [
        ({"full_name": "Nguyễn Thị Hường"}, "possible"),
        ({"full_name": "nguyen thi h"}, "possible"),
        ({"full_name": "nguyen thi huong", "birth_date": date(1968, 3, 12)}, "likely"),
        ({"full_name": "Nguyễn Thị Hường", "birth_date": date(1968, 12, 3)}, "likely"),
        (
            {"full_name": "Nguyễn Hường", "birth_date": date(1968, 1, 1), "birth_precision": "year"},
            "possible",
        ),
        ({"full_name": "Nguyễn Thị Hượng", "birth_date": date(1969, 3, 12), "sex": "2"}, "likely"),
        ({"full_name": "Nguyễn Thj Hường", "birth_date": date(1968, 3, 12), "sex": "2"}, "likely"),
        ({"citizen_id": "001168004127"}, "sure"),
        ({"insurance_number": "0117592308", "full_name": "Nguyễn Thị Hường"}, "sure"),
    ],
)
def test_a_person_is_found_by_what_somebody_types(registrar, huong, typed, grade):
    (found,) = find_alike(registrar, **typed)

    assert (found.person, found.grade) == (huong, grade)
