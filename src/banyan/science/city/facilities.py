"""Where care is given: a made-up network at three levels, placed in real wards."""

import numpy as np
import polars as pl
from numpy.random import Generator

from banyan.science.city.draws import choose_column
from banyan.science.city.tables import read
from banyan.science.city.wards import load_wards

LEAD = "HN-300"
# Where a diagnosis is made: the lead hospital, the hospital of the specialty, the nearest general hospital.
SHARES = np.array([0.46, 0.22, 0.32])
SPECIALTY = {
    "lung": "HN-303",
    "mesothelioma": "HN-303",
    "thymus_mediastinum": "HN-303",
    "leukaemia": "HN-304",
    "myeloma": "HN-304",
    "mds_mpn": "HN-304",
    "nhl": "HN-304",
    "hodgkin": "HN-304",
    "cervix": "HN-302",
    "corpus": "HN-302",
    "ovary": "HN-302",
    "placenta": "HN-302",
    "breast": "HN-302",
    "cervix_in_situ": "HN-302",
    "ovary_borderline": "HN-302",
}
CHILDREN = "HN-301"
CHILD = 15


def list_facilities() -> pl.DataFrame:
    """Return the hospitals, the registry centre and a health station in each of the 126 wards."""
    name = pl.col("name").str.slice(0, 1).str.to_lowercase() + pl.col("name").str.slice(1)
    short = pl.col("name").str.replace("^(Phường|Xã) ", "")
    kind = pl.when(pl.col("kind") == "Xã").then(pl.lit("Commune")).otherwise(pl.lit("Ward"))
    stations = load_wards().select(
        code="HN-1" + pl.col("code"),
        name_vi=pl.lit("Trạm y tế ") + name,
        name_en=short + " " + kind + " Health Station",
        level=pl.lit(1, dtype=pl.Int64),
        kind=pl.lit("station"),
        ward_code=pl.col("code"),
    )
    return pl.concat([read("hospitals"), stations])


def nearest_hospitals() -> dict[str, str]:
    """Return the general hospital nearest to each ward."""
    wards = load_wards()
    places = wards.select(ward_code="code", lat="lat", lon="lon")
    hospitals = (
        read("hospitals")
        .filter(pl.col("kind") == "general")
        .join(places, on="ward_code", maintain_order="left")
    )
    north = wards["lat"].to_numpy()[:, None] - hospitals["lat"].to_numpy()
    east = (wards["lon"].to_numpy()[:, None] - hospitals["lon"].to_numpy()) * np.cos(np.radians(21))
    nearest = np.argmin(np.hypot(north, east), axis=1)
    return dict(zip(wards["code"], hospitals["code"].gather(nearest), strict=True))


def draw_facilities(cases: pl.DataFrame, rng: Generator) -> pl.Series:
    """Return the code of the hospital where each case was diagnosed."""
    near = cases["ward_code"].replace_strict(nearest_hospitals())
    special = cases["site"].replace_strict(SPECIALTY, default=LEAD)
    special = pl.select(
        pl.when(cases["exact_age"] < CHILD).then(pl.lit(CHILDREN)).otherwise(special)
    ).to_series()
    choice = choose_column(rng, np.broadcast_to(SHARES, (len(cases), 3)))
    options = np.column_stack([np.full(len(cases), LEAD), special.to_numpy(), near.to_numpy()])
    return pl.Series(options[np.arange(len(cases)), choice].astype(str))
