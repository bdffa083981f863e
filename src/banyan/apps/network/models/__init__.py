from banyan.apps.network.models.facility import Facility
from banyan.apps.network.models.key import ServiceKey
from banyan.apps.network.models.link import OneTimeLink
from banyan.apps.network.models.population import Population, PopulationSet
from banyan.apps.network.models.staff import Posting, Staff
from banyan.apps.network.models.ward import Boundary, Ward, WardLink

__all__ = [
    "Boundary",
    "Facility",
    "OneTimeLink",
    "Population",
    "PopulationSet",
    "Posting",
    "ServiceKey",
    "Staff",
    "Ward",
    "WardLink",
]
