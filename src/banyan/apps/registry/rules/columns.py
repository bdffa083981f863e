"""The columns of a case file: ours, and the names by which other programs and hospitals call them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.apps.registry.choices import DateStyle, FileRole
from banyan.science.linkage.names import fold_name


@dataclass(frozen=True, kw_only=True)
class Field:
    """One of our columns. `names` are folded: no case, accents, spaces or marks."""

    name: str
    label: Promise | str
    names: str
    is_date: bool = False
    is_person: bool = False


FIELDS = (
    Field(
        name="record_number",
        label=_("Số hồ sơ của nguồn"),
        names="recordnumber registr sohoso sobenhan mahoso mabenhan tumourid tum casno caseno caseid mrn",
    ),
    Field(
        name="patient_number",
        label=_("Số người bệnh của nguồn"),
        names="patientnumber patientid patientidtumourtable regno registrynumber pat mabn manguoibenh pid",
        is_person=True,
    ),
    Field(name="source_record", label=_("Số của nguồn tin"), names="sourcerecordid sourcerecord"),
    Field(
        name="full_name",
        label=_("Họ và tên"),
        names="fullname name hovaten hoten tennguoibenh tenbenhnhan",
        is_person=True,
    ),
    Field(name="family_name", label=_("Họ"), names="familyname famn surname lastname ho", is_person=True),
    Field(name="middle_name", label=_("Tên đệm"), names="middlename midn tendem dem", is_person=True),
    Field(
        name="given_name",
        label=_("Tên gọi"),
        names="givenname firstname firstn firstnames ten",
        is_person=True,
    ),
    Field(name="sex", label=_("Giới"), names="sex gender gioi gioitinh phai", is_person=True),
    Field(
        name="birth_date",
        label=_("Ngày sinh"),
        names="birthdate birthd birthda dob dateofbirth ngaysinh namsinh ngaythangnamsinh",
        is_date=True,
        is_person=True,
    ),
    Field(name="birth_year", label=_("Năm sinh (cột riêng)"), names="birthyear yob", is_person=True),
    Field(name="birth_month", label=_("Tháng sinh (cột riêng)"), names="birthmonth mob", is_person=True),
    Field(
        name="citizen_id",
        label=_("Số căn cước"),
        names="citizenid cccd socccd cancuoc socancuoc cmnd socmnd sodinhdanh nationalid",
        is_person=True,
    ),
    Field(
        name="insurance_number",
        label=_("Số thẻ bảo hiểm y tế"),
        names="insurancenumber bhyt sothebhyt thebhyt mathebhyt insurance",
        is_person=True,
    ),
    Field(name="address", label=_("Địa chỉ"), names="address diachi noio", is_person=True),
    Field(
        name="ward_code",
        label=_("Mã phường, xã khi mắc"),
        names="wardcode addresscode addr maphuongxa maphuong maxa madvhc geocode",
    ),
    Field(
        name="incidence_date",
        label=_("Ngày mắc"),
        names="incidencedate inciden incid ngaymac ngaychandoan diagnosisdate dateofdiagnosis doi date",
        is_date=True,
    ),
    Field(name="incidence_year", label=_("Năm mắc (cột riêng)"), names="incidenceyear yoi year nam"),
    Field(name="incidence_month", label=_("Tháng mắc (cột riêng)"), names="incidencemonth moi"),
    Field(
        name="topography", label=_("Vị trí"), names="topography topo top vitri site icdotopography mavitri"
    ),
    Field(
        name="morphology",
        label=_("Hình thái học"),
        names="morphology morp mor morph morpho histology hinhthai hinhthaihoc mobenhhoc mbh icdomorphology",
    ),
    Field(
        name="behaviour",
        label=_("Tính chất u"),
        names="behaviour behavior beha beh hanhvi tinhchat tinhchatu",
    ),
    Field(name="grade", label=_("Độ mô học"), names="grade grad gra domohoc biethoa"),
    Field(name="laterality", label=_("Bên"), names="laterality lat ben side"),
    Field(
        name="basis",
        label=_("Cơ sở chẩn đoán"),
        names="basis basi bas bod basisdiagnosis basisofdiagnosis cosochandoan cscd",
    ),
    Field(name="stage", label=_("Giai đoạn"), names="stage stag giaidoan gd"),
    Field(name="t", label="T", names="t pt ct"),
    Field(name="n", label="N", names="n pn cn"),
    Field(name="m", label="M", names="m pm cm"),
    Field(name="age", label=_("Tuổi"), names="age tuoi"),
    Field(
        name="vital_status",
        label=_("Tình trạng sống"),
        names="vitalstatus vitstat status stat tinhtrang",
        is_person=True,
    ),
    Field(
        name="last_contact_date",
        label=_("Ngày có tin cuối"),
        names="lastcontactdate lastcontact dlc lastda lastdate ngaytincuoi datelastcontact",
        is_date=True,
        is_person=True,
    ),
    Field(
        name="death_date",
        label=_("Ngày mất"),
        names="deathdate deathda dod dateofdeath ngaymat ngaychet ngaytuvong",
        is_date=True,
        is_person=True,
    ),
    Field(
        name="notification_date",
        label=_("Ngày của phiếu"),
        names="notificationdate reportdate ngayphieu ngaygui ngaybao",
        is_date=True,
    ),
)
BY_NAME: Mapping[str, Field] = {field.name: field for field in FIELDS}
DATE_FIELDS = tuple(field.name for field in FIELDS if field.is_date)
NEEDED = ("topography", "morphology")
KNOWN = {name: field.name for field in reversed(FIELDS) for name in field.names.split()}

# CanReg5's three tables are told by the keys that only they carry
ROLE_KEYS = (
    (FileRole.SOURCE, "tumouridsourcetable"),
    (FileRole.TUMOUR, "patientrecordidtumourtable"),
    (FileRole.PATIENT, "patientrecordid"),
)
DAY_NUMBER = re.compile(r"-?\d{1,5}")
# days since 1970-01-01 until the end of 2037
LAST_DAY = 24_836
TWO_PARTS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ]\d{4}\b")


def fold_column(name: str) -> str:
    """Return the form under which columns are compared: "Số CCCD" is socccd."""
    return re.sub(r"[^a-z0-9]", "", fold_name(name))


def guess_mapping(columns: Iterable[str]) -> dict[str, str]:
    """Return our fields with the file's column for each, as far as its name says."""
    mapping: dict[str, str] = {}
    for column in columns:
        field = KNOWN.get(fold_column(column))
        if field and field not in mapping:
            mapping[field] = column
    return mapping


def lacking(mapping: Mapping[str, str]) -> list[Field]:
    """Return the fields without which no case can be read."""
    missing = [BY_NAME[name] for name in NEEDED if not mapping.get(name)]
    if not (mapping.get("incidence_date") or mapping.get("incidence_year")):
        missing.append(BY_NAME["incidence_date"])
    if not (mapping.get("sex")):
        missing.append(BY_NAME["sex"])
    return missing


def guess_role(columns: Iterable[str]) -> str:
    """Tell which of CanReg5's three tables this is, or that it is a table of its own."""
    folded = {fold_column(column) for column in columns}
    return next((role for role, key in ROLE_KEYS if key in folded), FileRole.TABLE)


DATUM = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|[Cc]\d{2}\.?\d|\d{4}/\d|\d{9,12}")


def looks_like_data(columns: Iterable[str]) -> bool:
    """Tell a header that is none: a date, a code or an identity number stands where a name should."""
    return any(DATUM.fullmatch(column.strip()) for column in columns)


def guess_date_style(cells: Iterable[str]) -> str:
    """Tell from filled cells of date columns how dates are written; whoever maps the columns confirms it.

    Whole numbers of at most five digits cannot be dates of any other form, unless all are years. Of these,
    days since 1970 beyond the year 2038 can only be counted as spreadsheets do, from 1900. The month comes
    first where some date cannot be read otherwise and none can only be read with the day first.
    """
    filled = [cell.strip() for cell in cells if cell and cell.strip()]
    if filled and all(DAY_NUMBER.fullmatch(cell) for cell in filled):
        numbers = [int(cell) for cell in filled]
        if all(1800 <= number <= 2200 for number in numbers):
            return DateStyle.WRITTEN
        return DateStyle.SPREADSHEET if max(numbers) > LAST_DAY and min(numbers) > 0 else DateStyle.DAYS
    parts = [(int(found[1]), int(found[2])) for cell in filled if (found := TWO_PARTS.match(cell))]
    month_first = any(second > 12 >= first for first, second in parts)
    day_first = any(first > 12 >= second for first, second in parts)
    return DateStyle.MONTH_FIRST if month_first and not day_first else DateStyle.WRITTEN


def guess_basis_scheme(cells: Iterable[str]) -> str:
    """Tell from the codes of the basis which scheme they are of: only ENCR 2022 has 7.1."""
    return "encr2022" if any(cell.replace(",", ".") in {"7.1", "7.2", "7.3"} for cell in cells) else "iarc"
