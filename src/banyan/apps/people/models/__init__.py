from banyan.apps.people.models.person import Person
from banyan.apps.people.models.residence import Attendance, Residence

__all__ = ["Attendance", "Person", "Residence"]
