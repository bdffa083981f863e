"""A doctor breaks the glass, the officer judges it, and a patient's word is taken down: in a real browser."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests_journeys_help import PASSWORD  # noqa: F401
