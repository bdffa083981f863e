"""Every example in a docstring of the package runs and prints what it says."""

import doctest
import importlib
import pkgutil
import subprocess
import sys

import pytest

from banyan.science import burden

MODULES = [
    module.name
    for module in pkgutil.walk_packages(burden.__path__, "banyan.science.burden.")
    if not module.name.startswith("banyan.science.burden.chart")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name):
    result = doctest.testmod(importlib.import_module(name))

    assert result.failed == 0


def test_everything_public_is_documented():
    public = [getattr(burden, name) for name in burden.__all__ if callable(getattr(burden, name))]

    assert [thing.__name__ for thing in public if not thing.__doc__] == []


def test_rates_do_not_wait_for_the_compiler():
    code = "import sys, banyan.science.burden; print('numba' in sys.modules, 'django' in sys.modules)"

    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert printed.stdout.split() == ["False", "False"]
