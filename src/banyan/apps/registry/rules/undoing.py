"""What goes back when an import is taken back: which fields hang together, and when something of later would be lost."""

from collections.abc import Mapping

Units = Mapping[str, tuple[str, ...]]

# what was changed together goes back together; a later change within a unit is a change of it
TUMOUR_UNITS: Units = {
    "codes": ("edition", "topography", "morphology", "behaviour"),
    "grade": ("grade",),
    "laterality": ("laterality",),
    "basis": ("basis",),
    "incidence": ("incidence_date", "incidence_precision"),
    "stage": ("stage", "stage_system"),
    "t": ("t",),
    "n": ("n",),
    "m": ("m",),
    "ward_code": ("ward_code",),
    "status": ("status",),
}
PERSON_UNITS: Units = {
    "full_name": ("full_name",),
    "sex": ("sex",),
    "birth": ("birth_date", "birth_precision"),
    "citizen": ("citizen_id", "identity_reason"),
    "insurance_number": ("insurance_number",),
    "vital": ("vital_status", "death_date", "death_precision", "death_source"),
    "last_contact_date": ("last_contact_date",),
}
# follows from the dates; goes back if nobody changed it, and stands in nothing's way
AGE: Units = {"age": ("age",)}


def fields_of(units: Units) -> tuple[str, ...]:
    return tuple(name for names in units.values() for name in names)


# `was` is the row before the import, `made` as the import left it, `now` as it stands


def was_made(names: tuple[str, ...]) -> str:
    """Return, in SQL, whether the import changed these fields."""
    return f"{row_of('was', names)} IS DISTINCT FROM {row_of('made', names)}"


def is_touched(names: tuple[str, ...]) -> str:
    """Return, in SQL, whether somebody changed these fields after the import."""
    return f"{row_of('now', names)} IS DISTINCT FROM {row_of('made', names)}"


def is_lost(units: Units) -> str:
    """Return, in SQL, whether going back would lose what somebody has written since."""
    return " OR ".join(
        f"({was_made(names)} AND {is_touched(names)} AND {row_of('now', names)} IS DISTINCT FROM {row_of('was', names)})"
        for names in units.values()
    )


def is_changed(units: Units) -> str:
    """Return, in SQL, whether the import changed anything."""
    return was_made(fields_of(units))


def give_back(units: Units) -> str:
    """Return, in SQL, each field as it stands once the import is taken back."""
    return ", ".join(
        f"CASE WHEN {was_made(names)} AND NOT {is_touched(names)} THEN was.{name} ELSE now.{name} END AS {name}"
        for names in units.values()
        for name in names
    )


def row_of(alias: str, names: tuple[str, ...]) -> str:
    return f"ROW({', '.join(f'{alias}.{name}' for name in names)})"
