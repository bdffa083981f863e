from banyan.apps.people.models.identity import Identifier, OtherName
from banyan.apps.people.models.merge import DuplicatePair, Merge
from banyan.apps.people.models.person import Person
from banyan.apps.people.models.residence import Attendance, Residence

__all__ = ["Attendance", "DuplicatePair", "Identifier", "Merge", "OtherName", "Person", "Residence"]
