"""How much a file may hold. A bound that is passed is said; nothing is cut off in silence."""

from typing import Final

from banyan.science.files.faults import FileFault, Reason

MB: Final = 1 << 20
MOST_COLUMNS: Final = 2_000
LONGEST_CELL: Final = 100_000  # characters; a spreadsheet holds 32,767
LARGEST_UNPACKED: Final = 4 << 30  # of a compressed text
# a workbook is read whole, so its bounds are tighter
MOST_CELLS: Final = 5_000_000
LARGEST_SHEETS: Final = 600 * MB
MOST_PARTS: Final = 2_000
# spreadsheets shrink to a tenth; a hundredth is no table
HIGHEST_RATIO: Final = 150
SMALL: Final = 10 * MB


def refuse_width(path: str, width: int) -> None:
    if width > MOST_COLUMNS:
        raise FileFault(
            path,
            Reason(
                f"the table has {width:,} columns; at most {MOST_COLUMNS:,} are read",
                f"bảng có {width} cột; chỉ đọc được nhiều nhất {MOST_COLUMNS} cột",
            ),
        )


def cell_too_long(length: int) -> Reason:
    return Reason(
        f"a cell holds {length:,} characters; at most {LONGEST_CELL:,} are read",
        f"có ô dài {length} ký tự; mỗi ô chỉ được dài nhất {LONGEST_CELL} ký tự",
    )


def unpacks_too_large(path: str, most: int) -> FileFault:
    return FileFault(
        path,
        Reason(
            f"unpacked, the file is larger than {max(most // MB, 1):,} MB",
            f"sau khi giải nén, tệp lớn hơn {max(most // MB, 1)} MB",
        ),
    )
