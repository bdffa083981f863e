"""Every address of the project, said by hand: who may open it, what is in its address, what it answers.

A new address fails the walk until a line here says what it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from banyan.apps.core.choices import Capability

ANYBODY = None
SIGNED_IN = ""
MACHINES = "machines"  # a key opens it, a person's session never does
FORM_AGAIN = (200, 302, 400, 409, 422)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address.

    `opens` is the capability it asks for, SIGNED_IN, ANYBODY or MACHINES. `kind` names the record in its address (world.py
    makes one of each kind for each place). `get` and `post` are the statuses that a viewer in scope may be given; none
    means that the method is refused with 405. `whole_city` says that only the registry's own staff act there.
    """

    name: str
    opens: str | None
    kind: str = ""
    get: tuple[int, ...] = (200,)
    post: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    whole_city: bool = False
    also: tuple[str, ...] = ()  # and one of these capabilities
    listing: bool = False


def closed(name: str) -> Route:
    """An address that a library brings and Banyan answers with 404."""
    return Route(name=name, opens=ANYBODY, get=(404,), post=(404,))


CORE = (
    Route(name="home", opens=SIGNED_IN, get=(200, 302)),
    Route(name="help", opens=ANYBODY),
    Route(name="choose-language", opens=ANYBODY, kind="language", get=(302,)),
    Route(name="choose-theme", opens=ANYBODY, kind="theme", get=(302,)),
    Route(name="job", opens=SIGNED_IN, kind="job"),
    Route(name="job-stop", opens=SIGNED_IN, kind="job", get=(), post=(302,)),
    Route(name="health-live", opens=ANYBODY),
    Route(name="health-ready", opens=ANYBODY, get=(200, 503)),  # 503: no worker runs beside a test
    Route(name="metrics", opens=ANYBODY),
)

STAFF = Capability.MANAGE_STAFF
NETWORK = (
    Route(name="choose-posting", opens=SIGNED_IN, kind="own-posting", get=(), post=(302,)),
    Route(
        name="posting-end", opens=STAFF, kind="posting", get=(), post=(302,), data={"last_day": "01/12/2026"}
    ),
    Route(name="staff", opens=STAFF, listing=True, query={"q": "nguyen"}),
    Route(name="member-new", opens=STAFF, post=FORM_AGAIN),
    Route(name="member", opens=STAFF, kind="member"),
    Route(name="member-role", opens=STAFF, kind="member", get=(), post=FORM_AGAIN),
    Route(name="member-password", opens=STAFF, kind="member", get=(), post=(200,)),
    Route(name="member-factor", opens=STAFF, kind="member", get=(), post=FORM_AGAIN, data={"proof": "paper"}),
    Route(name="member-sign-ins", opens=STAFF, kind="member", get=(), post=(302,)),
    Route(name="member-lock", opens=STAFF, kind="member", get=(), post=(302,)),
    Route(name="link-revoke", opens=STAFF, kind="link", get=(), post=(302,)),
    Route(name="link", opens=ANYBODY, kind="secret", get=(302,)),
    Route(name="link-password", opens=ANYBODY, get=(404,), post=(404,)),
    Route(name="machines", opens=STAFF, listing=True),
    Route(name="machine-new", opens=STAFF, post=FORM_AGAIN),
    Route(name="machine", opens=STAFF, kind="machine"),
    Route(
        name="machine-key",
        opens=STAFF,
        kind="machine",
        get=(),
        post=FORM_AGAIN,
        data={"name": "k", "days": 30},
    ),
    Route(name="key-revoke", opens=STAFF, kind="key", get=(), post=(302,)),
    Route(name="devices", opens=SIGNED_IN),
    Route(name="device-end", opens=SIGNED_IN, kind="device", get=(), post=(302,)),
    Route(name="devices-end", opens=SIGNED_IN, get=(), post=(302,)),
    Route(name="api-me", opens=MACHINES),
    Route(name="api-description", opens=ANYBODY),
    Route(name="facilities", opens=STAFF, listing=True),
    Route(name="history", opens=Capability.VIEW_HISTORY, listing=True),
    Route(name="access-lines", opens=Capability.VIEW_HISTORY, listing=True),
    Route(name="access-export", opens=Capability.VIEW_HISTORY),
    Route(name="access-statement", opens=Capability.VIEW_HISTORY),
)

PERSONS, CASES, IMPORT = Capability.VIEW_PERSONS, Capability.EDIT_CASES, Capability.IMPORT_CASES
EDIT, MERGE = Capability.EDIT_PERSONS, Capability.MERGE_PERSONS
TELLERS = (Capability.RECORD_CONSENT, Capability.VIEW_HISTORY)
PEOPLE = (
    Route(name="people", opens=PERSONS, post=(302,), data={"q": "Quách"}, query={"q": "thi"}, listing=True),
    Route(name="person-new", opens=EDIT, post=FORM_AGAIN),
    Route(name="people-alike", opens=PERSONS, post=(200,), data={"full_name": "Quách Thị Uyển Nhi"}),
    Route(name="duplicates", opens=MERGE, listing=True),
    Route(name="duplicates-find", opens=MERGE, get=(), post=(302,)),
    Route(name="duplicate", opens=MERGE, kind="pair", get=(), post=(302,)),
    Route(name="merge-undo", opens=MERGE, kind="merge", post=FORM_AGAIN),
    Route(name="person", opens=PERSONS, kind="person"),
    Route(name="person-edit", opens=EDIT, kind="person", post=FORM_AGAIN),
    Route(name="person-history", opens=PERSONS, kind="person"),
    Route(name="person-seen", opens=PERSONS, kind="person", also=TELLERS),
    Route(name="person-name", opens=EDIT, kind="person", get=(), post=(302,)),
    Route(name="person-paper", opens=EDIT, kind="person", get=(), post=(302,)),
    Route(name="residence-new", opens=EDIT, kind="person", post=FORM_AGAIN),
    Route(name="residence", opens=EDIT, kind="residence", post=FORM_AGAIN),
    Route(name="person-merge-with", opens=MERGE, kind="person", get=(), post=(302,)),
    Route(name="person-merge", opens=MERGE, kind="two", post=FORM_AGAIN),
)

CONSENT, RIGHTS, REVIEW = Capability.RECORD_CONSENT, Capability.MANAGE_RIGHTS, Capability.REVIEW_ACCESS
LAW = (
    Route(name="alerts", opens=CONSENT, listing=True),
    Route(name="alert-read", opens=CONSENT, kind="alert", get=(), post=(302,)),
    Route(name="person-consent", opens=CONSENT, kind="person", post=FORM_AGAIN, data={"purpose": "research"}),
    Route(name="request-new", opens=CONSENT, kind="person", post=FORM_AGAIN),
    Route(name="person-restriction", opens=RIGHTS, kind="person", get=(), post=(302,)),
    Route(name="people-withdrawn", opens=RIGHTS, post=(302,), data={"q": "Quách"}, listing=True),
    Route(name="person-dossier", opens=RIGHTS, kind="person"),
    Route(name="person-dossier-json", opens=RIGHTS, kind="person"),
    Route(name="person-erasure", opens=RIGHTS, kind="person", post=FORM_AGAIN),
    Route(name="person-hold", opens=RIGHTS, kind="person", get=(), post=(302,)),
    Route(name="hold-end", opens=RIGHTS, kind="hold", get=(), post=(302,)),
    Route(name="glass", opens=PERSONS, post=FORM_AGAIN),
    Route(name="glass-close", opens=PERSONS, kind="own-grant", get=(), post=(302,)),
    Route(name="grants", opens=REVIEW, listing=True),
    Route(name="grant", opens=REVIEW, kind="grant", post=FORM_AGAIN),
    Route(name="requests", opens=CONSENT, listing=True),
    Route(name="request", opens=CONSENT, kind="request"),
    Route(name="request-step", opens=RIGHTS, kind="request-step", get=(), post=FORM_AGAIN),
    Route(name="breaches", opens=RIGHTS, listing=True),
    Route(name="breach-new", opens=RIGHTS, post=FORM_AGAIN),
    Route(name="breach", opens=RIGHTS, kind="breach"),
    Route(name="breach-json", opens=RIGHTS, kind="breach"),
    Route(name="breach-step", opens=RIGHTS, kind="breach-step", get=(), post=FORM_AGAIN),
    Route(name="erasures", opens=RIGHTS, listing=True),
    Route(name="erasure", opens=RIGHTS, kind="erasure", post=FORM_AGAIN),
    Route(name="retention", opens=RIGHTS, post=FORM_AGAIN),
    Route(name="terms", opens=RIGHTS),
)

REGISTRY = (
    Route(name="cases", opens=PERSONS, post=(302,), data={"q": "Quách"}, listing=True),
    Route(name="cases-waiting", opens=CASES, listing=True),
    Route(name="case-new", opens=CASES, post=FORM_AGAIN),
    Route(name="case-new-alike", opens=CASES, get=(), post=(200,), data={"full_name": "Quách Thị Uyển Nhi"}),
    Route(name="case-new-draft", opens=CASES, get=(), post=(302,), data={"full_name": "Tạ"}),
    Route(name="case", opens=CASES, kind="case", post=FORM_AGAIN),
    Route(name="case-history", opens=CASES, kind="case"),
    Route(name="case-confirm", opens=CASES, kind="case", get=(), post=(302,)),
    Route(name="case-draft", opens=CASES, kind="case", get=(), post=(302,), data={"full_name": "Tạ"}),
    Route(name="finding-answer", opens=CASES, kind="finding", get=(), post=(302,), data={"reason": "đã hỏi"}),
    Route(name="batches", opens=IMPORT, listing=True),
    Route(name="batch-new", opens=IMPORT, post=FORM_AGAIN),
    Route(name="batch", opens=IMPORT, kind="batch"),
    Route(name="batch-columns", opens=IMPORT, kind="batch", post=FORM_AGAIN),
    Route(name="batch-accept", opens=IMPORT, kind="batch", get=(), post=(302,), whole_city=True),
    Route(name="batch-undo", opens=IMPORT, kind="batch", get=(302,), post=(302,), whole_city=True),
    Route(name="batch-drop", opens=IMPORT, kind="batch", get=(), post=(302,)),
    Route(name="batch-row", opens=IMPORT, kind="row", post=FORM_AGAIN),
    Route(name="batch-row-draft", opens=IMPORT, kind="row", get=(), post=(302,)),
    Route(name="batch-refused-csv", opens=IMPORT, kind="batch"),
    Route(name="batch-refused-xlsx", opens=IMPORT, kind="batch"),
    Route(name="codes", opens=PERSONS, query={"q": "vu"}),
    Route(name="code-list", opens=PERSONS, kind="code-list"),
    Route(name="search", opens=PERSONS, post=(302,), data={"q": "Quách"}, query={"q": "thi"}),
)

FIGURES = Capability.VIEW_FIGURES
INSIGHT = (
    Route(name="figures-incidence", opens=FIGURES),
    Route(name="figures-incidence-file", opens=FIGURES, kind="incidence-file", get=(200, 404)),
    Route(name="figures-survival", opens=FIGURES),
    Route(name="figures-survival-file", opens=FIGURES, kind="survival-file", get=(200, 404)),
    Route(name="figures-prevalence", opens=FIGURES),
    Route(name="figures-prevalence-file", opens=FIGURES, kind="prevalence-file", get=(200, 404)),
    Route(name="figures-stage", opens=FIGURES),
    Route(name="figures-stage-file", opens=FIGURES, kind="stage-file", get=(200, 404)),
    Route(name="figures-projection", opens=FIGURES),
    Route(name="figures-projection-file", opens=FIGURES, kind="projection-file", get=(200, 404)),
    Route(name="figures-trend", opens=FIGURES),
    Route(name="figures-trend-file", opens=FIGURES, kind="trend-file", get=(200, 404)),
    Route(name="figures-comparison", opens=FIGURES),
    Route(name="figures-comparison-file", opens=FIGURES, kind="comparison-file", get=(200, 404)),
    Route(name="figures-quality", opens=FIGURES),
    Route(name="figures-quality-file", opens=FIGURES, kind="quality-file", get=(200, 404)),
    Route(name="figures-method", opens=FIGURES),
    Route(name="figures-rows", opens=Capability.VIEW_ROWS),
    Route(name="figures-rows-file", opens=Capability.VIEW_ROWS, kind="rows-file", get=(200, 404)),
)

ACCOUNTS = (
    Route(name="account_login", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="account_logout", opens=ANYBODY, get=(200, 302), post=(302,)),
    Route(name="account_inactive", opens=ANYBODY),
    Route(name="account_reauthenticate", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="account_change_password", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_index", opens=ANYBODY, get=(200, 302), post=(302, 405)),
    Route(name="mfa_authenticate", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_reauthenticate", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_activate_totp", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_deactivate_totp", opens=ANYBODY, get=(200, 302, 404), post=(*FORM_AGAIN, 404)),
    Route(name="mfa_view_recovery_codes", opens=ANYBODY, get=(200, 302, 404), post=(302, 404, 405)),
    Route(name="mfa_generate_recovery_codes", opens=ANYBODY, get=(200, 302, 404), post=(*FORM_AGAIN, 404)),
    Route(name="mfa_download_recovery_codes", opens=ANYBODY, get=(200, 302, 404), post=(302, 404, 405)),
    Route(name="mfa_list_webauthn", opens=ANYBODY, get=(200, 302), post=(302, 405)),
    Route(name="mfa_add_webauthn", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_reauthenticate_webauthn", opens=ANYBODY, get=(200, 302), post=FORM_AGAIN),
    Route(name="mfa_remove_webauthn", opens=ANYBODY, kind="security-key", get=(302, 404), post=(302, 404)),
    Route(name="mfa_edit_webauthn", opens=ANYBODY, kind="security-key", get=(302, 404), post=(302, 404)),
    *map(
        closed,
        (
            "account_signup",
            "usersessions_list",
            "account_email",
            "account_email_verification_sent",
            "account_set_password",
            "account_reset_password",
            "account_reset_password_done",
            "account_reset_password_from_key_done",
            "account_confirm_login_code",
        ),
    ),
    Route(name="account_confirm_email", opens=ANYBODY, kind="letter", get=(404,), post=(404,)),
    Route(name="account_reset_password_from_key", opens=ANYBODY, kind="reset-key", get=(404,), post=(404,)),
)

ROUTES = (*CORE, *NETWORK, *PEOPLE, *LAW, *REGISTRY, *INSIGHT, *ACCOUNTS)
BY_NAME = {route.name: route for route in ROUTES}
# patterns without a name, which stand before others to close them
NAMELESS = {r"^accounts/(?:signup|sessions|email|confirm-email|password/(?:set|reset)|login/code)/"}


def list_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Return every address of the project with its view, those of libraries too."""
    yield from walk_resolver(get_resolver(), "")


def walk_resolver(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from walk_resolver(part, before + str(part.pattern))
        else:
            yield before + str(part.pattern), part
