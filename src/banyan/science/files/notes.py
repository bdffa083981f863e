"""What a reader of rates must know beside them."""

import polars as pl

from banyan.science.files.faults import Reason


def note_rates(cells: pl.DataFrame, figures: pl.DataFrame) -> list[Reason]:
    """Return the share of unknown ages, always, and the age groups that were left out or folded."""
    notes = [_note_unknown(cells)]
    empty, folded = (int(figures[name].max() or 0) for name in ("empty_bands", "folded_bands"))
    if empty:
        notes.append(
            Reason(
                f"up to {empty} age groups without cases and person-years add nothing to a rate",
                f"có tới {empty} nhóm tuổi không có ca và không có người-năm, không góp vào tỷ suất",
            )
        )
    if folded:
        notes.append(
            Reason(
                f"the {folded} oldest age groups of the standard are folded into the population's oldest",
                f"{folded} nhóm tuổi cao nhất của quần thể chuẩn được gộp vào nhóm cao nhất của dân số",
            )
        )
    return notes


def _note_unknown(cells: pl.DataFrame) -> Reason:
    unknown = cells.filter(pl.col("age_group").is_null())["cases"].sum()
    total = cells["cases"].sum()
    share = 100 * unknown / total if total else 0.0
    return Reason(
        f"age unknown in {unknown:g} of {total:.12g} cases ({share:.2f}%)",
        f"không rõ tuổi: {unknown:g} trong {total:.12g} ca ({share:.2f}%)",
    )
