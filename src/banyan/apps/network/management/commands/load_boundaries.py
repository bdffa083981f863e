import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from banyan.apps.network.services.boundary import BoundaryFault, import_boundaries


class Command(BaseCommand):
    help = "Import ward polygons (GeoJSON, WGS 84) for the maps; those imported before are replaced."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a GeoJSON feature collection, one feature a ward")
        parser.add_argument("--code", default="code", help="the property that holds the ward's code")
        parser.add_argument(
            "--source", required=True, help="where the polygons come from, shown under the map"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = import_boundaries(
                collection=read_collection(options["file"]),
                code_property=options["code"],
                source=options["source"],
                by=None,
            )
        except BoundaryFault as fault:
            raise CommandError(f"{options['file']}: {fault}") from None
        self.stdout.write(f"{done.kept} polygons imported.")
        if done.unknown_codes:
            self.stdout.write(f"Not a ward in force: {', '.join(done.unknown_codes)}.")
        if done.wards_without:
            self.stdout.write(f"Still without a polygon: {', '.join(done.wards_without)}.")


def read_collection(path: Path) -> dict[str, Any]:
    try:
        collection = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise CommandError(f"{path}: {fault.strerror}.") from None
    except ValueError:
        raise CommandError(f"{path}: this is not JSON.") from None
    if not isinstance(collection, dict):
        raise CommandError(f"{path}: this is not a GeoJSON object.")
    return collection
