"""Who may do what: roles to capabilities, in one place."""

from dataclasses import dataclass, field

from banyan.apps.core.choices import Capability, Role

CAPABILITIES: dict[str, frozenset[str]] = {
    Role.NURSE: frozenset(
        {
            Capability.VIEW_PERSONS,
            Capability.VIEW_IDENTIFIERS,
            Capability.EDIT_PERSONS,
            Capability.RECORD_CONSENT,
        }
    ),
    # a doctor knows the patient by name and record number; the state's numbers are the desk's work
    Role.DOCTOR: frozenset(
        {
            Capability.VIEW_PERSONS,
            Capability.BREAK_GLASS,
            Capability.RECORD_CONSENT,
            Capability.VIEW_FIGURES,
        }
    ),
    Role.REGISTRAR: frozenset(
        {
            Capability.VIEW_PERSONS,
            Capability.VIEW_IDENTIFIERS,
            Capability.EDIT_PERSONS,
            Capability.MERGE_PERSONS,
            Capability.EDIT_CASES,
            Capability.IMPORT_CASES,
            Capability.VIEW_FIGURES,
        }
    ),
    Role.EPIDEMIOLOGIST: frozenset({Capability.VIEW_FIGURES, Capability.VIEW_ROWS}),
    Role.ADMINISTRATOR: frozenset({Capability.MANAGE_STAFF}),
    Role.AUDITOR: frozenset({Capability.VIEW_HISTORY}),
    Role.OFFICER: frozenset(
        {
            Capability.VIEW_PERSONS,
            Capability.VIEW_IDENTIFIERS,
            Capability.RECORD_CONSENT,
            Capability.MANAGE_RIGHTS,
            Capability.REVIEW_ACCESS,
            Capability.VIEW_HISTORY,
        }
    ),
}


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """The acting member of staff, in one role at one facility. Every read starts from one."""

    staff_id: int
    name: str
    role: str
    facility_id: int
    facility_name: str
    level: int
    whole_city: bool
    capabilities: frozenset[str] = field(default_factory=frozenset)

    def can(self, capability: str) -> bool:
        return capability in self.capabilities


def capabilities_of(role: str) -> frozenset[str]:
    return CAPABILITIES.get(role, frozenset())
