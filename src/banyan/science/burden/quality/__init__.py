"""How good a registry's cases are: indices, completeness and stability, each beside a limit and whose it is."""

from banyan.science.burden.quality.capture import Recapture, capture_recapture
from banyan.science.burden.quality.dcn import completeness_dcn_mi
from banyan.science.burden.quality.flow import flow_completeness, flow_from_probabilities
from banyan.science.burden.quality.indices import BRAY_PARKIN, INDICES, OWN, USCS, Index, quality_indices
from banyan.science.burden.quality.judging import COMPLETE_SOURCE, LEAST_COMPLETE
from banyan.science.burden.quality.stability import STABILITY_SOURCE, check_stability

__all__ = [
    "BRAY_PARKIN",
    "COMPLETE_SOURCE",
    "INDICES",
    "LEAST_COMPLETE",
    "OWN",
    "STABILITY_SOURCE",
    "USCS",
    "Index",
    "Recapture",
    "capture_recapture",
    "check_stability",
    "completeness_dcn_mi",
    "flow_completeness",
    "flow_from_probabilities",
    "quality_indices",
]
