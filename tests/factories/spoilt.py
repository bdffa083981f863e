"""Files as they should not come: cut, spoilt, swollen or made to harm. All people in them are invented."""

import gzip
import io
import random
import zipfile
import zlib

import xlsxwriter

HEADER = ("Số hồ sơ", "Họ và tên", "Giới", "Ngày sinh", "Ngày chẩn đoán", "Vị trí", "Mô bệnh học", "Hành vi")
NAMES = ("Nguyễn Thị Hằng", "Trần Văn Bảo", "Lê Thị Sáu", "Phạm Đức Anh", "Đỗ Thị Hương", "Đặng Văn Thắng")
SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def make_rows(count: int = 6) -> list[tuple[str, ...]]:
    return [
        (
            str(number + 1),
            NAMES[number % len(NAMES)],
            str(2 - number % 2),
            f"{13 + number % 15:02}/03/19{60 + number % 30}",
            f"{13 + number % 15:02}/08/2024",
            "C34.1",
            "8140",
            "3",
        )
        for number in range(count)
    ]


def make_text(rows: list[tuple[str, ...]] | None = None, *, delimiter: str = ";", ending: str = "\n") -> str:
    lines = [HEADER, *(make_rows() if rows is None else rows)]
    return ending.join(delimiter.join(line) for line in lines) + ending


def make_workbook(rows: list[tuple[str, ...]] | None = None) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([HEADER, *(make_rows() if rows is None else rows)]):
            sheet.write_row(at, 0, row)
    return buffer.getvalue()


def change_part(book: bytes, change: dict[str, bytes]) -> bytes:
    """Return the workbook with some parts replaced or added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, change.get(item.filename, old.read(item)))
        for name in set(change) - set(old.namelist()):
            new.writestr(name, change[name])
    return buffer.getvalue()


def make_sheet(inside: str, head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{head}'
        f'<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'
    ).encode()


def make_cell(place: str, inside: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{inside}</t></is></c>'


def bomb_sheet() -> bytes:
    """A workbook of a hundred kilobytes whose sheet unpacks to 40 MB."""
    row = '<row r="1">' + make_cell("A1", "x" * 60) + "</row>"
    return change_part(make_workbook(), {SHEET: make_sheet(row * (40_000_000 // len(row)))})


def lie_about_size(book: bytes, name: str = SHEET) -> bytes:
    """Return the workbook with a size stated for one part that is much smaller than the part."""
    data = bytearray(book)
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        item = archive.getinfo(name)
        crc = zlib.crc32(archive.read(item)[:100])
        at = archive.start_dir
    while (at := data.index(b"PK\x01\x02", at)) is not None:
        if data[at + 46 : at + 46 + len(name)] == name.encode():
            break
        at += 4
    for place in (at + 16, item.header_offset + 14):
        data[place : place + 4] = crc.to_bytes(4, "little")
    for place in (at + 24, item.header_offset + 22):
        data[place : place + 4] = (100).to_bytes(4, "little")
    return bytes(data)


def far_cell() -> bytes:
    inside = f'<row r="1">{make_cell("A1", "a")}</row><row r="1048576">{make_cell("XFD1048576", "z")}</row>'
    return change_part(make_workbook(), {SHEET: make_sheet(inside)})


def laugh() -> bytes:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE x [<!ENTITY l0 "ha">{lols}]>'
    return change_part(
        make_workbook(), {SHEET: make_sheet(f'<row r="1">{make_cell("A1", "&l9;")}</row>', head)}
    )


def ask_outside() -> bytes:
    head = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return change_part(
        make_workbook(), {SHEET: make_sheet(f'<row r="1">{make_cell("A1", "&e;")}</row>', head)}
    )


def declare_all() -> bytes:
    """A sound workbook that states the largest dimension a sheet can have, as some programs do."""
    book = make_workbook()
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheet = archive.read(SHEET)
    start, end = sheet.index(b'<dimension ref="') + 16, sheet.index(b'"/>', sheet.index(b"<dimension"))
    return change_part(book, {SHEET: sheet[:start] + b"A1:XFD1048576" + sheet[end:]})


def compute_nothing() -> bytes:
    inside = f'<row r="1">{make_cell("A1", "a")}</row><row r="2"><c r="A2"><f>1+1</f></c></row>'
    return change_part(make_workbook(), {SHEET: make_sheet(inside)})


def merge_header() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 3, "Thông tin người bệnh")
        sheet.merge_range(0, 4, 0, 7, "Thông tin u")
        sheet.write_row(1, 0, HEADER)
        sheet.write_row(2, 0, make_rows()[0])
    return buffer.getvalue()


def zip_files(files: dict[str, bytes], *, link: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        if link:
            item = zipfile.ZipInfo(link)
            item.external_attr = 0o120777 << 16
            archive.writestr(item, "/etc/passwd")
    return buffer.getvalue()


def lock_archive(archive: bytes) -> bytes:
    """Set the mark of encryption on every member."""
    data = bytearray(archive)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def lock_book() -> bytes:
    """The container of a workbook with a password, as far as a reader looks."""
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(1000)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(1000)
    )


def spoil_names(codec: str) -> bytes:
    """Write the names as an old font shows them, in UTF-8."""
    tables = {
        "tcvn3": {
            "Nguyễn": "NguyÔn",
            "Thị": "ThÞ",
            "Hằng": "H»ng",
            "Trần": "TrÇn",
            "Văn": "V¨n",
            "Bảo": "B¶o",
            "Đức": "§øc",
        },
        "vni": {
            "Nguyễn": "Nguyeãn",
            "Trần": "Traàn",
            "Văn": "Vaên",
            "Hằng": "Haèng",
            "Bảo": "Baûo",
            "Đức": "Ñöùc",
        },
    }
    text = make_text()
    for good, spoilt in tables[codec].items():
        text = text.replace(good, spoilt)
    return text.encode()


def read_twice() -> bytes:
    """UTF-8 that a program took for Windows text and wrote as UTF-8 again."""
    return make_text().encode().decode("latin-1").encode()


def make_noise(size: int = 20_000) -> bytes:
    return random.Random(7).randbytes(size)  # noqa: S311 -- noise, not a secret


TEXT = make_text().encode()
CUT_LETTER = TEXT[: TEXT.rindex("ắ".encode()) + 1]
REFUSED: dict[str, tuple[str, bytes]] = {
    "cut in a row": ("cat.csv", TEXT[:-12]),
    "cut in a quote": ("cat.csv", make_text([*make_rows(), ("7", '"Ngô Văn')]).encode()),
    "cut in a letter": ("cat.csv", CUT_LETTER),
    "workbook cut": ("cat.xlsx", make_workbook()[:-3000]),
    "gzip cut": ("cat.csv.gz", gzip.compress(TEXT)[:-20]),
    "20,000 columns": (
        "rong.csv",
        (",".join(f"c{n}" for n in range(20_000)) + "\n" + ",".join(["1"] * 20_000)).encode(),
    ),
    "a cell of 10 MB": (
        "to.csv",
        make_text([*make_rows(), ("7", "x" * 10_000_000, *make_rows()[0][2:])]).encode(),
    ),
    "noise": ("nhieu.csv", make_noise()),
    "a picture": ("anh.csv", b"\x89PNG\r\n\x1a\n" + make_noise()),
    "damaged bytes": ("hong.csv", TEXT.replace("Trần".encode(), b"Tr\xfen")),
    "zero byte": ("khong.csv", TEXT.replace(b"C34.1", b"C3\x00.1", 1)),
    "late zero byte": ("khong.csv", make_text(make_rows(20_000)).encode().replace(b"19999;", b"1999\x00;")),
    "TCVN3": ("abc.csv", spoil_names("tcvn3")),
    "VNI": ("vni.csv", spoil_names("vni")),
    "UTF-8 twice": ("hai.csv", read_twice()),
    "no header": ("khongten.csv", "\n".join(";".join(row) for row in make_rows()).encode()),
    "only a header": ("tieude.csv", (";".join(HEADER) + "\n").encode()),
    "a name twice": ("trung.csv", ("Giới;Giới\n1;2\n").encode()),
    "mixed delimiters": ("lan.csv", (make_text(make_rows(3)) + ",".join(make_rows(4)[3]) + "\n").encode()),
    "quote never closed": ("ngoac.csv", TEXT.replace(b"C34.1", b'"C34.1', 1)),
    "one endless line": ("dai.csv", b"x" * 3_000_000),
    "bomb": ("bom.xlsx", bomb_sheet()),
    "bomb that lies": ("bom.xlsx", lie_about_size(bomb_sheet())),
    "far cell": ("xa.xlsx", far_cell()),
    "laughs": ("cuoi.xlsx", laugh()),
    "outside entity": ("ngoai.xlsx", ask_outside()),
    "macros": ("macro.xlsx", change_part(make_workbook(), {"xl/vbaProject.bin": b"macro"})),
    "named as macros": ("macro.xlsm", make_workbook()),
    "password": ("khoa.xlsx", lock_archive(make_workbook())),
    "password, container": ("khoa.xls", lock_book()),
    "formula without result": ("congthuc.xlsx", compute_nothing()),
    "merged header": ("gop.xlsx", merge_header()),
    "archive in archive": ("nen.zip", zip_files({"a.zip": zip_files({"b.csv": TEXT})})),
    "archive with a link": ("lienket.zip", zip_files({"a.csv": TEXT}, link="b.csv")),
    "archive with a password": ("khoa.zip", lock_archive(zip_files({"a.csv": TEXT}))),
    "archive of too many": ("nhieu.zip", zip_files({f"{n}.csv": TEXT for n in range(21)})),
    "archive cut": ("cat.zip", zip_files({"a.csv": TEXT})[:-30]),
    "empty archive": ("rong.zip", zip_files({})),
    "program": ("chay.exe", b"MZ" + make_noise()),
    "Parquet": ("bang.parquet", b"PAR1" + make_noise()),
    "workbook named .csv": ("bang.csv", make_workbook()),
}
