"""Ward polygons come from the site's own source: Banyan ships none."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from banyan.apps.core.choices import Capability
from banyan.apps.core.rules import Viewer
from banyan.apps.network.choices import WardEdition
from banyan.apps.network.models import Boundary, Ward

POLYGONS = ("Polygon", "MultiPolygon")
DEGREES = {0: 180, 1: 90}


class BoundaryFault(ValueError):
    """What is wrong with a file of boundaries, in one sentence."""


@dataclass(frozen=True)
class ImportedBoundaries:
    """How many polygons were kept, which codes are no ward of ours, which wards got no polygon."""

    kept: int
    unknown_codes: tuple[str, ...]
    wards_without: tuple[str, ...]


@transaction.atomic
def import_boundaries(
    *,
    collection: Mapping[str, Any],
    code_property: str,
    source: str,
    by: Viewer | None,
    edition: str = WardEdition.NEW,
) -> ImportedBoundaries:
    """Replace the polygons of an edition's wards by those of a GeoJSON feature collection.

    `by` is None where an operator of the server runs the command. All or nothing: one bad geometry and
    nothing changes.
    """
    if by is not None and not by.can(Capability.MANAGE_STAFF):
        raise PermissionDenied
    wards = {ward.code: ward for ward in Ward.objects.filter(edition=edition)}
    found = dict(_read_features(collection, code_property))
    known = {code: geometry for code, geometry in found.items() if code in wards}
    if not known:
        raise BoundaryFault(_("Không có vùng nào trong tệp trùng mã với phường, xã trong hệ thống."))
    Boundary.objects.filter(ward__edition=edition).delete()
    Boundary.objects.bulk_create(
        Boundary(ward=wards[code], geometry=geometry, source=source) for code, geometry in known.items()
    )
    return ImportedBoundaries(
        kept=len(known),
        unknown_codes=tuple(sorted(set(found) - set(wards))),
        wards_without=tuple(sorted(set(wards) - set(known))),
    )


def _read_features(collection: Mapping[str, Any], code_property: str) -> Iterator[tuple[str, dict[str, Any]]]:
    features = collection.get("features") if collection.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise BoundaryFault(_("Tệp không phải là một FeatureCollection của GeoJSON, hoặc không có vùng nào."))
    for number, feature in enumerate(features, start=1):
        code = (feature.get("properties") or {}).get(code_property)
        if not code:
            raise BoundaryFault(
                _("Vùng thứ %(number)s không có thuộc tính “%(name)s”.")
                % {"number": number, "name": code_property}
            )
        yield str(code), _check_geometry(feature.get("geometry"), str(code))


def _check_geometry(geometry: Any, code: str) -> dict[str, Any]:
    if not isinstance(geometry, dict) or geometry.get("type") not in POLYGONS:
        raise BoundaryFault(_("Vùng %(code)s không phải là Polygon hay MultiPolygon.") % {"code": code})
    coordinates = geometry.get("coordinates")
    polygons = coordinates if geometry["type"] == "MultiPolygon" else [coordinates]
    if not all(_is_polygon(polygon) for polygon in polygons or [None]):
        raise BoundaryFault(
            _("Vùng %(code)s có tọa độ không phải là kinh độ, vĩ độ (WGS 84).") % {"code": code}
        )
    return {"type": "MultiPolygon", "coordinates": polygons}


def _is_polygon(polygon: Any) -> bool:
    return isinstance(polygon, list) and bool(polygon) and all(_is_ring(ring) for ring in polygon)


def _is_ring(ring: Any) -> bool:
    return isinstance(ring, list) and len(ring) >= 4 and all(_is_place(point) for point in ring)


def _is_place(point: Sequence[Any]) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(
            isinstance(point[axis], int | float) and abs(point[axis]) <= end for axis, end in DEGREES.items()
        )
    )
