"""Wards of both editions, facilities and denominators, loaded whole."""

from typing import Any

import polars as pl
from django.db import transaction

from banyan.apps.core.services.bulk import copy_frame
from banyan.apps.network.choices import WardEdition
from banyan.apps.network.models import Facility, Population, PopulationSet, Ward, WardLink
from banyan.science.linkage.names import fold_name


@transaction.atomic
def load_wards(*, new: pl.DataFrame, old: pl.DataFrame, links: pl.DataFrame) -> None:
    """Load both editions of the units and the links between them; what is there already stays.

    `new` and `old` carry code, name, kind and, where known, district, lat, lon, area_km2, valid_from, valid_to;
    `links` carries old_ward_code, new_ward_code, relation, default.
    """
    if Ward.objects.exists():
        return
    Ward.objects.bulk_create(build_ward(row, WardEdition.OLD) for row in old.to_dicts())
    Ward.objects.bulk_create(build_ward(row, WardEdition.NEW) for row in new.to_dicts())
    ids = {(ward.edition, ward.code): ward.pk for ward in Ward.objects.all()}
    WardLink.objects.bulk_create(
        WardLink(
            old_id=ids[WardEdition.OLD, row["old_ward_code"]],
            new_id=ids[WardEdition.NEW, row["new_ward_code"]],
            relation=row["relation"],
            is_default=row["default"],
        )
        for row in links.to_dicts()
    )


def build_ward(row: dict[str, Any], edition: str) -> Ward:
    return Ward(
        code=row["code"],
        edition=edition,
        name=row["name"],
        folded_name=fold_name(row["name"]),
        kind=row["kind"],
        district=row.get("district") or "",
        latitude=row.get("lat"),
        longitude=row.get("lon"),
        area_km2=row.get("area_km2"),
        valid_from=row.get("valid_from"),
        valid_to=row.get("valid_to"),
    )


@transaction.atomic
def load_facilities(frame: pl.DataFrame) -> None:
    """Load facilities: code, name_vi, name_en, level, kind, ward_code."""
    wanted = frame.select("code", "name_vi", "name_en", "level", "kind", "ward_code")
    copy_frame(Facility, wanted.with_columns(pl.col("ward_code").fill_null(""), is_active=pl.lit(value=True)))


@transaction.atomic
def load_population(
    frame: pl.DataFrame, *, name_vi: str, name_en: str, source: str, is_synthetic: bool
) -> PopulationSet:
    """Load denominators (ward_code, year, sex, age_group, persons) as a new set, from now on the current one."""
    PopulationSet.objects.filter(is_current=True).update(is_current=False)
    made = PopulationSet.objects.create(
        name_vi=name_vi, name_en=name_en, source=source, is_synthetic=is_synthetic
    )
    wanted = frame.select("ward_code", "year", "sex", "age_group", "persons")
    copy_frame(Population, wanted.with_columns(population_set_id=pl.lit(made.pk)))
    return made
