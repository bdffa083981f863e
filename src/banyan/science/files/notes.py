"""What a reader of rates must know beside them."""

from collections.abc import Mapping

import polars as pl

from banyan.science.files.faults import Reason


def note_rates(cells: pl.DataFrame, figures: pl.DataFrame) -> list[Reason]:
    """Return the share of unknown ages, always, and the age groups that were left out or folded."""
    notes = [_note_unknown(cells)]
    empty, folded = (max(figures[name].to_list(), default=0) for name in ("empty_bands", "folded_bands"))
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


def note_survival(figures: pl.DataFrame) -> list[Reason]:
    """Return how many patients were followed beyond the life table's last year."""
    beyond = sum(figures.unique(subset=_strata(figures))["beyond_table"].to_list())
    if not beyond:
        return []
    return [
        Reason(
            f"{beyond} patients are followed beyond the life table, whose last year is carried on",
            f"{beyond} người bệnh được theo dõi quá năm cuối của bảng sống, năm cuối được dùng tiếp",
        )
    ]


def note_left_out(cells: pl.DataFrame, why: str, why_vi: str) -> list[Reason]:
    """Return a note on the cases of cells that are not counted, if there are any."""
    count = cells["cases"].sum()
    return [Reason(f"left out: {count:g} cases {why}", f"không tính: {count:g} ca {why_vi}")] if count else []


WHY = {
    "diagnosed outside": (
        "were diagnosed outside the years asked for",
        "được chẩn đoán ngoài các năm đã chọn",
    ),
    "diagnosed after the window": (
        "were diagnosed after the window",
        "được chẩn đoán sau khoảng theo dõi đã chọn",
    ),
    "left before the window": ("left before the window begins", "kết thúc theo dõi trước khoảng đã chọn"),
    "entered after the window": (
        "came under observation after the window",
        "vào theo dõi sau khoảng đã chọn",
    ),
}


def note_design(left_out: Mapping[str, int], censored: int, begins: float = 0.0) -> list[Reason]:
    """Return how many patients a design leaves out, how many it takes as alive at its end, and from when on it has any."""
    notes = [
        Reason(f"{count} patients {WHY[why][0]}", f"{count} người bệnh {WHY[why][1]}")
        for why, count in left_out.items()
    ]
    if censored:
        notes.append(
            Reason(
                f"{censored} patients were followed beyond the window, and count as alive at its end",
                f"{censored} người bệnh được theo dõi quá khoảng đã chọn, được tính là còn sống lúc kết thúc khoảng",
            )
        )
    if begins > 0:
        notes.append(
            Reason(
                f"nobody was under observation in the first {begins:g} days after diagnosis: "
                "the figures are of those who lived that long",
                f"không ai được theo dõi trong {begins:g} ngày đầu sau chẩn đoán: "
                "các con số chỉ nói về những người đã sống qua thời gian đó",
            )
        )
    return notes


def _strata(figures: pl.DataFrame) -> list[str]:
    return figures.columns[: figures.columns.index("years")] or ["beyond_table"]


def _note_unknown(cells: pl.DataFrame) -> Reason:
    unknown = sum(cells.filter(pl.col("age_group").is_null())["cases"].cast(pl.Float64).to_list())
    total = sum(cells["cases"].cast(pl.Float64).to_list())
    share = 100 * unknown / total if total else 0.0
    return Reason(
        f"age unknown in {unknown:g} of {total:.12g} cases ({share:.2f}%)",
        f"không rõ tuổi: {unknown:g} trong {total:.12g} ca ({share:.2f}%)",
    )
