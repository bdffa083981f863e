from banyan.apps.people.models.breach import Breach
from banyan.apps.people.models.consent import Consent, ConsentText
from banyan.apps.people.models.erasure import Erasure, LegalHold
from banyan.apps.people.models.glass import GlassAttempt, GlassGrant
from banyan.apps.people.models.identity import Identifier, OtherName
from banyan.apps.people.models.merge import DuplicatePair, Merge
from banyan.apps.people.models.person import Person
from banyan.apps.people.models.request import RequestStep, Restriction, RightsRequest
from banyan.apps.people.models.residence import Attendance, Residence
from banyan.apps.people.models.retention import RetentionRule, RetentionRun

__all__ = [
    "Attendance",
    "Breach",
    "Consent",
    "ConsentText",
    "DuplicatePair",
    "Erasure",
    "GlassAttempt",
    "GlassGrant",
    "Identifier",
    "LegalHold",
    "Merge",
    "OtherName",
    "Person",
    "RequestStep",
    "Residence",
    "Restriction",
    "RetentionRule",
    "RetentionRun",
    "RightsRequest",
]
