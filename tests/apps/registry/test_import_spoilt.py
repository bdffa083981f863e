"""Files that are cut, spoilt, swollen or made to harm: refused in a sentence on the page, and nothing is kept."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from banyan.apps.core.choices import Role
from banyan.apps.registry.models import Batch, BatchFile
from banyan.apps.registry.services.receiving import receive_files
from banyan.apps.registry.services.unpacking import clean_name
from banyan.science.files import FileFault
from tests.factories.spoilt import HEADER, REFUSED, make_rows, make_text, zip_files

SENTENCES = {
    "cut in a row": "cat.csv, dòng 7: dòng có 6 ô, tiêu đề có 8 cột.",
    "cut in a quote": "cat.csv, dòng 8: dấu ngoặc kép mở mà không đóng.",
    "cut in a letter": "cat.csv, dòng 7: tệp bị cắt cụt ở giữa một chữ.",
    "workbook cut": "cat.xlsx: bảng tính bị cắt cụt hoặc hỏng.",
    "gzip cut": "cat.csv.gz: tệp gzip bị cắt cụt hoặc hỏng.",
    "20,000 columns": "rong.csv: bảng có 20000 cột; chỉ đọc được nhiều nhất 2000 cột.",
    "a cell of 10 MB": "to.csv, dòng 8: có ô dài 10000000 ký tự; mỗi ô chỉ được dài nhất 100000 ký tự.",
    "noise": "nhieu.csv: đây không phải một bảng: tệp không phải văn bản, Parquet hay XLSX.",
    "a picture": "anh.csv: nội dung không khớp với đuôi tên tệp; hãy lưu lại bảng dạng CSV hoặc XLSX.",
    "damaged bytes": "hong.csv, dòng 3: văn bản là UTF-8 nhưng ở đây có byte sai; tệp bị hỏng khi chuyển.",
    "zero byte": "khong.csv, dòng 2: văn bản có byte 0; tệp bị hỏng khi chuyển.",
    "late zero byte": "khong.csv, dòng 20000: văn bản có byte 0; tệp bị hỏng khi chuyển.",
    "TCVN3": "abc.csv: tên viết theo phông chữ cũ TCVN3 (ABC, .VnTime) (‘H»ng’); hãy chuyển sang Unicode rồi gửi lại.",
    "VNI": "vni.csv: tên viết theo phông chữ cũ VNI (‘Haèng’); hãy chuyển sang Unicode rồi gửi lại.",
    "UTF-8 twice": "hai.csv: chữ đã bị đổi sai bảng mã (‘Báº£o’); hãy xuất lại dạng UTF-8.",
    "no header": "khongten.csv, dòng 1: dòng đầu là số liệu chứ không phải tên cột; hãy thêm một dòng tên cột.",
    "only a header": "tieude.csv: tệp chỉ có dòng tiêu đề, không có dòng nào khác.",
    "a name twice": "trung.csv, dòng 1, cột Giới: cột ‘Giới’ có hai lần ở dòng tiêu đề.",
    "mixed delimiters": "lan.csv, dòng 5: dòng có 1 ô, tiêu đề có 8 cột.",
    "quote never closed": "ngoac.csv, dòng 2: dấu ngoặc kép mở mà không đóng.",
    "one endless line": "dai.csv, dòng 1: không đọc được tiêu đề: các dòng đầu không phải một hàng tên cột.",
    "bomb": "bom.xlsx: bảng tính giải nén ra quá lớn so với dung lượng của nó.",
    "bomb that lies": "bom.xlsx: bảng tính giải nén ra quá lớn so với dung lượng của nó.",
    "far cell": "xa.xlsx: trang tính trải trên hơn 5000000 ô; hãy lưu dạng CSV.",
    "laughs": "cuoi.xlsx: bảng tính khai báo thực thể XML, điều không phần mềm bảng tính nào làm.",
    "outside entity": "ngoai.xlsx: bảng tính khai báo thực thể XML, điều không phần mềm bảng tính nào làm.",
    "macros": "macro.xlsx: bảng tính có macro; hãy lưu lại dạng .xlsx không macro.",
    "named as macros": "macro.xlsm: chỉ đọc .csv, .tsv, .txt, .xlsx, .xls, có thể nén .gz hoặc .zip.",
    "password": "khoa.xlsx: bảng tính có mật khẩu; hãy lưu lại không đặt mật khẩu.",
    "password, container": "khoa.xls: bảng tính có mật khẩu; hãy lưu lại không đặt mật khẩu.",
    "formula without result": "congthuc.xlsx: bảng tính có công thức chưa lưu kết quả; "
    "hãy mở bằng phần mềm bảng tính rồi lưu lại.",
    "merged header": "gop.xlsx, dòng 1: tiêu đề để 6 cột có dữ liệu mà không có tên; "
    "hãy bỏ gộp ô, mỗi cột một tên.",
    "archive in archive": "a.zip: tệp nén chứa tệp nén khác, hoặc đường dẫn.",
    "archive with a link": "lienket.zip: tệp nén chứa tệp nén khác, hoặc đường dẫn.",
    "archive with a password": "khoa.zip: tệp nén có mật khẩu.",
    "archive of too many": "nhieu.zip: tệp nén chứa quá 20 tệp hoặc quá 500 MB.",
    "archive cut": "cat.zip: tệp nén bị cắt cụt hoặc hỏng.",
    "empty archive": "rong.zip: tệp nén không có tệp nào.",
    "program": "chay.exe: chỉ đọc .csv, .tsv, .txt, .xlsx, .xls, có thể nén .gz hoặc .zip.",
    "Parquet": "bang.parquet: chỉ đọc .csv, .tsv, .txt, .xlsx, .xls, có thể nén .gz hoặc .zip.",
    "workbook named .csv": "bang.csv: nội dung không khớp với đuôi tên tệp; hãy lưu lại bảng dạng CSV hoặc XLSX.",
}


@pytest.fixture
def kept(settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def send(client, *files: tuple[str, bytes]):
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(reverse("batch-new"), {"files": uploads, "origin": "Sông Nhuệ", "kind": "discharge"})


def list_files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.asvs("1.5.1", "5.2.1", "5.2.2", "5.2.3", "5.2.5", "15.2.2", "15.2.5")
def test_each_is_refused_with_its_sentence_and_nothing_stays(sign_in, kept):
    client = sign_in(Role.REGISTRAR)

    said = {}
    for name, file in REFUSED.items():
        answer = send(client, file)
        said[name] = (
            " ".join(answer.context["form"].errors["files"]) if answer.status_code == 200 else answer.url
        )

    assert said == SENTENCES
    assert (Batch.objects.count(), BatchFile.objects.count(), list_files(kept)) == (0, 0, [])


def test_the_sentence_is_english_for_who_reads_english(sign_in, kept):
    client = sign_in(Role.REGISTRAR)
    client.cookies["banyan_language"] = "en"

    answer = send(client, REFUSED["cut in a letter"])

    assert answer.context["form"].errors["files"] == [
        "cat.csv, line 7: the file is cut short in the middle of a letter."
    ]


@pytest.mark.asvs("5.2.1")
def test_an_upload_over_the_limit_is_answered_with_413_and_what_to_do(sign_in, kept, settings):
    client = sign_in(Role.REGISTRAR)
    settings.UPLOAD_MOST = 1024

    answer = send(client, ("to.csv", make_text(make_rows(100)).encode()))

    assert answer.status_code == 413
    assert "Tệp lớn quá mức nhận" in answer.content.decode()
    assert Batch.objects.count() == 0


@pytest.mark.asvs("5.3.2", "5.4.1", "5.4.2")
@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\ha\\ca bệnh.csv", "ca bệnh.csv"),
        ("ca\u202evsc.exe.csv", "cavsc.exe.csv"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie: x.csv"),
        ("CON.csv", "CON.csv"),
        ("x" * 300 + ".csv", "x" * 116 + ".csv"),
        ("\u0000", "tệp"),
        ("", "tệp"),
    ],
)
def test_a_name_is_shown_without_folders_and_marks_and_never_used_as_a_path(name, shown):
    assert clean_name(name) == shown


@pytest.mark.asvs("5.3.2", "5.3.3")
def test_files_are_stored_under_names_of_ours(registrar, kept):
    archive = zip_files({"../../../../tmp/thoát.csv": make_text().encode()})
    files = [("x/" + "ờ" * 300 + ".csv", make_text().encode()), ("a.zip", archive)]

    with pytest.raises(FileFault, match="second file of the same kind"):
        receive_files(files=files, origin="x", facility_id=None, kind="discharge", by=registrar)
    batch = receive_files(files=files[1:], origin="x", facility_id=None, kind="discharge", by=registrar)

    [file] = batch.files.all()
    assert file.name == "thoát.csv"
    assert list_files(kept) == [Path(file.content.name).name]
    assert Path(file.content.path).parent == kept / "batches"
    assert len(Path(file.content.name).name) == 32


def test_a_large_file_is_taken_in_as_a_stream(registrar, kept):
    file = io.BytesIO(make_text(make_rows(40_000)).encode())

    batch = receive_files(
        files=[("lon.csv", file)], origin="x", facility_id=None, kind="discharge", by=registrar
    )

    assert (batch.rows, batch.columns, batch.delimiter) == (40_000, list(HEADER), ";")
