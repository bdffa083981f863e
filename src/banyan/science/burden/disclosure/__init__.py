"""Which cells of a published table must be hidden so that no small count can be found, and what can be found."""

from banyan.science.burden.disclosure.attack import audit_disclosure
from banyan.science.burden.disclosure.layers import open_layers
from banyan.science.burden.disclosure.suppression import suppress
from banyan.science.burden.disclosure.table import Dimension, plain_dimension

__all__ = ["Dimension", "audit_disclosure", "open_layers", "plain_dimension", "suppress"]
