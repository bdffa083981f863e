"""What a viewer without identified access may be told: decided once for a version of the register."""

from banyan.apps.insight.queries.disclosure.grid import cover_period, cut_bands
from banyan.apps.insight.queries.disclosure.tables import Disclosure, disclose

__all__ = ["Disclosure", "cover_period", "cut_bands", "disclose"]
