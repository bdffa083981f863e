import polars as pl

from banyan.apps.network.models import Facility


def facility_ids() -> pl.DataFrame:
    """Return facility_code and facility_id of every facility."""
    rows = list(Facility.objects.values_list("code", "id"))
    return pl.DataFrame(rows, schema={"facility_code": pl.String, "facility_id": pl.Int64}, orient="row")
