"""What may be sent: which names go with which contents, and the tables inside an archive."""

import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from django.core.files.base import File

from banyan.science.files import FileFault, Reason

ZIP, OLE, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
EMPTY_ZIP = b"PK\x05\x06"
KINDS = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".xlsx": "workbook",
    ".xls": "old",
    ".gz": "gzip",
    ".zip": "archive",
}
STARTS = {"workbook": (ZIP,), "old": (OLE,), "gzip": (GZIP,), "archive": (ZIP, EMPTY_ZIP)}
PACKED = (
    ZIP,
    EMPTY_ZIP,
    OLE,
    GZIP,
    b"PAR1",
    b"\x89PNG",
    b"%PDF",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"7z\xbc\xaf",
)
WORKBOOK = "[Content_Types].xml"
LARGEST = 500 * 1024 * 1024
MOST_MEMBERS = 20
LONGEST_NAME = 120

OTHER_KIND = Reason(
    "only .csv, .tsv, .txt, .xlsx and .xls are read, also inside .gz and .zip",
    "chỉ đọc .csv, .tsv, .txt, .xlsx, .xls, có thể nén .gz hoặc .zip",
)
MISNAMED = Reason(
    "the contents are not what the ending of the name says; save the table again as CSV or XLSX",
    "nội dung không khớp với đuôi tên tệp; hãy lưu lại bảng dạng CSV hoặc XLSX",
)
DAMAGED = Reason("the archive is cut short or damaged", "tệp nén bị cắt cụt hoặc hỏng")
LOCKED = Reason("the archive is locked with a password", "tệp nén có mật khẩu")
TOO_MUCH = Reason(
    f"the archive holds more than {MOST_MEMBERS} files or {LARGEST >> 20} MB",
    f"tệp nén chứa quá {MOST_MEMBERS} tệp hoặc quá {LARGEST >> 20} MB",
)
NESTED = Reason("the archive holds another archive, or a link", "tệp nén chứa tệp nén khác, hoặc đường dẫn")
NOTHING = Reason("the archive is empty", "tệp nén không có tệp nào")


def clean_name(name: str) -> str:
    """Return a name to show: no folders, nothing invisible or that turns the direction of writing, not too long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    path = PurePosixPath(plain or "tệp")
    return path.stem[: LONGEST_NAME - len(path.suffix[:12])] + path.suffix[:12]


def unpack(name: str, file: File) -> Iterator[tuple[str, File]]:
    """Give the tables of one file that was sent; a workbook is an archive too, and stays one file.

    Raises FileFault for a kind of file that is not read, and for an archive that is not fit to be unpacked.
    """
    shown = clean_name(name)
    kind = check_kind(shown, read_start(file))
    if kind == "archive":
        yield from open_archive(shown, file)
    else:
        yield shown, file


def read_start(file: File) -> bytes:
    file.seek(0)
    start: bytes = file.read(8)
    file.seek(0)
    return start


def check_kind(name: str, start: bytes) -> str:
    """Return the kind that the name's ending states, where the first bytes bear it out."""
    kind = KINDS.get(PurePosixPath(name).suffix.lower())
    if kind is None:
        raise FileFault(name, OTHER_KIND)
    if kind == "text" and start.startswith(PACKED):
        raise FileFault(name, MISNAMED)
    if start and kind in STARTS and not start.startswith(STARTS[kind]):
        raise FileFault(name, MISNAMED)
    return kind


def open_archive(name: str, file: File) -> Iterator[tuple[str, File]]:
    try:
        with zipfile.ZipFile(file) as archive:
            for member in list_members(name, archive):
                # what is read ends at the size that was counted, whatever the archive holds
                with archive.open(member) as content:
                    yield open_member(clean_name(member.filename), File(content))
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError) as error:
        raise FileFault(name, DAMAGED) from error


def list_members(name: str, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if any(member.filename == WORKBOOK for member in members):
        raise FileFault(name, MISNAMED)
    if not members:
        raise FileFault(name, NOTHING)
    if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST:
        raise FileFault(name, TOO_MUCH)
    if any(member.flag_bits & 1 for member in members):
        raise FileFault(name, LOCKED)
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        raise FileFault(name, NESTED)
    return members


def open_member(name: str, content: File) -> tuple[str, File]:
    if check_kind(name, read_start(content)) in {"archive", "gzip"}:
        raise FileFault(name, NESTED)
    return name, content
