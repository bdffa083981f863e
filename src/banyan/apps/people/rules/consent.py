"""On what each use of a person's data stands, and so what her word changes."""

from datetime import date

from banyan.apps.people.choices import Decision, Purpose

# the law itself orders it: nobody is asked, and a refusal has no place
BY_LAW = frozenset({Purpose.REGISTRY})
# allowed until the person says no: care that she came for, and uses in which nobody can be recognised
UNTIL_REFUSED = frozenset({Purpose.CARE, Purpose.RESEARCH, Purpose.TEACHING})
# forbidden until the person says yes
AFTER_CONSENT = frozenset({Purpose.TRIALS, Purpose.ABROAD})
NO = frozenset({Decision.REFUSED, Decision.WITHDRAWN})

FIRST_TEXTS_SINCE = date(2026, 1, 1)
FIRST_VERSION = "2026-01"
# used until a site has written its own: what is done, that it may be refused, that a refusal changes no care
FIRST_TEXTS = {
    Purpose.CARE: (
        (
            "Nơi khám chữa bệnh dùng hồ sơ của tôi để chẩn đoán, điều trị và theo dõi, và chuyển phần cần thiết cho nơi "
            "chữa tiếp."
        ),
        "Those who treat me use my record to diagnose, treat and follow up, and pass on what the next place needs.",
    ),
    Purpose.REGISTRY: (
        (
            "Mỗi ca ung thư của người dân được ghi vào sổ ghi nhận ung thư theo quy định. Không cần đồng ý; tôi có quyền "
            "biết, sửa sai và yêu cầu hạn chế trong phạm vi luật cho phép."
        ),
        (
            "Every cancer of a resident is entered in the cancer register as the rules require. No consent is asked; I may "
            "know of it, have errors corrected, and ask for restriction as far as the law allows."
        ),
    ),
    Purpose.RESEARCH: (
        (
            "Dữ liệu đã bỏ tên, số và địa chỉ của tôi được dùng để nghiên cứu. Tôi từ chối hay rút lại lúc nào cũng được; "
            "việc chữa bệnh không thay đổi."
        ),
        (
            "My data without name, numbers and address are used for research. I may refuse or withdraw at any time; my "
            "care does not change."
        ),
    ),
    Purpose.TRIALS: (
        "Nhóm nghiên cứu được liên hệ tôi khi có thử nghiệm phù hợp. Được liên hệ chưa phải là tham gia.",
        "A research team may contact me when a trial fits. Being contacted is not taking part.",
    ),
    Purpose.TEACHING: (
        "Ca bệnh của tôi, đã bỏ danh tính, được dùng để giảng dạy.",
        "My case, with nothing that identifies me, is used for teaching.",
    ),
    Purpose.ABROAD: (
        "Dữ liệu của tôi được chuyển ra nước ngoài cho nơi nhận và mục đích đã nêu.",
        "My data are sent abroad to the recipient and for the purpose that were named.",
    ),
}


def allows_use(purpose: str, decision: str, *, restricted: bool) -> bool:
    """Say whether data may be used for a purpose, after the newest word on it ("" is none) and a restriction."""
    if purpose in BY_LAW:
        return True
    if restricted and purpose != Purpose.CARE:
        return False
    return decision not in NO if purpose in UNTIL_REFUSED else decision == Decision.GIVEN


def may_decide(purpose: str, decision: str, before: str) -> bool:
    """Say whether this word makes sense after the one before: only what was given is withdrawn."""
    if purpose in BY_LAW:
        return False
    return before == Decision.GIVEN if decision == Decision.WITHDRAWN else decision != before
