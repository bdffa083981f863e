from banyan.apps.network.models.facility import Facility
from banyan.apps.network.models.population import Population, PopulationSet
from banyan.apps.network.models.staff import Posting, Staff
from banyan.apps.network.models.ward import Boundary, Ward, WardLink

__all__ = ["Boundary", "Facility", "Population", "PopulationSet", "Posting", "Staff", "Ward", "WardLink"]
