from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan.apps.core.choices import DatePrecision
from banyan.apps.network.choices import Sex, WardEdition

__all__ = ["DatePrecision", "DeathSource", "ResidenceMethod", "Sex", "VitalStatus", "WardEdition"]


class VitalStatus(models.TextChoices):
    ALIVE = "alive", _("còn sống")
    DEAD = "dead", _("đã mất")
    LOST = "lost", _("mất tin")
    EMIGRATED = "emigrated", _("đã chuyển đi")


class Purpose(models.TextChoices):
    """What a person's data may be used for; each is asked, given and withdrawn by itself."""

    CARE = "care", _("khám, chữa bệnh và chăm sóc")
    REGISTRY = "registry", _("ghi nhận ung thư và báo cáo theo luật")
    RESEARCH = "research", _("nghiên cứu khoa học, đã bỏ danh tính")
    TRIALS = "trials", _("liên hệ mời dự thử nghiệm lâm sàng")
    TEACHING = "teaching", _("giảng dạy, đã bỏ danh tính")
    ABROAD = "abroad", _("chuyển dữ liệu ra nước ngoài")


class Decision(models.TextChoices):
    """What a person said of one purpose. The newest word holds."""

    GIVEN = "given", _("đồng ý")
    REFUSED = "refused", _("không đồng ý")
    WITHDRAWN = "withdrawn", _("rút lại đồng ý")


class ConsentWay(models.TextChoices):
    PAPER = "paper", _("giấy có chữ ký")
    IN_PERSON = "in_person", _("nói trực tiếp, có người chứng kiến")
    PHONE = "phone", _("qua điện thoại, có ghi âm")
    ELECTRONIC = "electronic", _("bản điện tử có xác thực")
    GUARDIAN = "guardian", _("người giám hộ ký thay")


class RequestKind(models.TextChoices):
    """What a person may ask of those who keep her data."""

    ACCESS = "access", _("xem và nhận bản sao dữ liệu của mình")
    CORRECTION = "correction", _("sửa dữ liệu sai")
    RESTRICTION = "restriction", _("hạn chế việc xử lý")
    DELETION = "deletion", _("xóa dữ liệu")
    WITHDRAWAL = "withdrawal", _("rút lại đồng ý")
    OBJECTION = "objection", _("phản đối việc xử lý")


class RequestChannel(models.TextChoices):
    DESK = "desk", _("tại quầy")
    LETTER = "letter", _("thư, công văn")
    EMAIL = "email", _("thư điện tử")
    PHONE = "phone", _("điện thoại")
    PORTAL = "portal", _("cổng dịch vụ")


class IdentityCheck(models.TextChoices):
    """How it was made sure that the one who asks is the person, or may speak for her."""

    NOT_YET = "not_yet", _("chưa kiểm tra")
    CARD = "card", _("đối chiếu căn cước bản gốc")
    VNEID = "vneid", _("định danh điện tử VNeID")
    KNOWN = "known", _("người bệnh quen, có hai người nhận mặt")
    GUARDIAN = "guardian", _("giấy tờ của người đại diện")


class RequestState(models.TextChoices):
    RECEIVED = "received", _("mới nhận")
    ANSWERED = "answered", _("đã trả lời, đang làm")
    DONE = "done", _("đã làm xong")
    REFUSED = "refused", _("không làm được, đã nói lý do")
    JOINED = "joined", _("đã nhập vào yêu cầu khác")


class GlassReason(models.TextChoices):
    """Why a record outside one's scope, or under restriction, must be opened now."""

    EMERGENCY = "emergency", _("cấp cứu, người bệnh không nói được")
    CONSULTATION = "consultation", _("hội chẩn gấp theo đề nghị của nơi khác")
    ARRIVED = "arrived", _("người bệnh đang ở đây, chưa có giấy chuyển")
    CONTINUITY = "continuity", _("điều trị tiếp, hồ sơ đang bị hạn chế")
    OTHER = "other", _("lý do khác, ghi rõ")


class GlassVerdict(models.TextChoices):
    JUSTIFIED = "justified", _("có lý do chính đáng")
    UNJUSTIFIED = "unjustified", _("không chính đáng")


class BreachKind(models.TextChoices):
    DISCLOSED = "disclosed", _("lộ cho người không được xem")
    LOST = "lost", _("mất dữ liệu hoặc mất máy")
    CHANGED = "changed", _("bị sửa trái phép")
    UNAVAILABLE = "unavailable", _("không truy cập được")


class RecordClass(models.TextChoices):
    """What is kept, by how long it is needed. Rooms above say which of their records are due."""

    DEAD_PERSON = "dead_person", _("hồ sơ người đã mất")
    CLOSED_REQUEST = "closed_request", _("yêu cầu đã giải quyết")
    CLOSED_BREACH = "closed_breach", _("sự cố đã khép lại")
    GLASS_GRANT = "glass_grant", _("lần mở khẩn cấp đã duyệt")
    SOURCE_FILE = "source_file", _("tệp nguồn đã nhập")
    ACCESS_LINE = "access_line", _("nhật ký truy cập")


class RetentionAction(models.TextChoices):
    REVIEW = "review", _("người xem lại rồi quyết định")
    ANONYMISE = "anonymise", _("bỏ danh tính")
    ERASE = "erase", _("xóa")


class ErasureState(models.TextChoices):
    ASKED = "asked", _("chờ người thứ hai duyệt")
    DONE = "done", _("đã xóa danh tính")
    REFUSED = "refused", _("không duyệt")
    JOINED = "joined", _("đã nhập vào đề nghị khác")


class DeathSource(models.TextChoices):
    CERTIFICATE = "certificate", _("giấy báo tử")
    COMMUNE = "commune", _("sổ tử vong xã, phường (A6)")
    HOSPITAL = "hospital", _("bệnh viện")
    FAMILY = "family", _("gia đình")


class ResidenceMethod(models.TextChoices):
    """How the code of the new ward was found from what was written."""

    STATED = "stated", _("ghi theo mã mới")
    WHOLE = "whole", _("phường cũ nhập trọn")
    DEFAULT = "default", _("phường cũ bị chia, lấy mặc định")
    CHOSEN = "chosen", _("phường cũ bị chia, người chọn")
    UNKNOWN = "unknown", _("không rõ")


class IdentifierKind(models.TextChoices):
    """A number by which a person is or was known beside her citizen id and her insurance number."""

    OLD_CARD = "old-card", _("chứng minh nhân dân 9 số")
    PASSPORT = "passport", _("hộ chiếu")
    OTHER = "other", _("giấy tờ khác")


class NameKind(models.TextChoices):
    ALIAS = "alias", _("tên gọi khác")
    FORMER = "former", _("tên cũ")


class PairState(models.TextChoices):
    """Two records that may be one person: what somebody has decided, once."""

    OPEN = "open", _("chờ xem")
    SAME = "same", _("là một người")
    DIFFERENT = "different", _("là hai người")
