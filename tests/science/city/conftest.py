import pytest

from banyan.science.city import City, build_city


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city, whole: ten years."""
    return build_city()
