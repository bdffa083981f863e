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
FORM_AGAIN = (200, 302, 400, 409, 422)


@dataclass(frozen=True, kw_only=True)
class Route:
    """One address.

    `opens` is the capability it asks for, SIGNED_IN, or ANYBODY. `kind` names the record in its address (world.py
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
    Route(name="member-password", opens=STAFF, kind="member", get=(), post=FORM_AGAIN),
    Route(name="member-lock", opens=STAFF, kind="member", get=(), post=(302,)),
    Route(name="facilities", opens=STAFF, listing=True),
    Route(name="history", opens=Capability.VIEW_HISTORY, listing=True),
    Route(name="access-lines", opens=Capability.VIEW_HISTORY, listing=True),
)

PERSONS, CASES, IMPORT = Capability.VIEW_PERSONS, Capability.EDIT_CASES, Capability.IMPORT_CASES
REGISTRY = (
    Route(name="cases", opens=PERSONS, listing=True),
    Route(name="cases-waiting", opens=CASES, listing=True),
    Route(name="case-new", opens=CASES, post=FORM_AGAIN),
    Route(name="case", opens=CASES, kind="case", post=FORM_AGAIN),
    Route(name="case-history", opens=CASES, kind="case"),
    Route(name="case-confirm", opens=CASES, kind="case", get=(), post=(302,)),
    Route(name="finding-answer", opens=CASES, kind="finding", get=(), post=(302,), data={"reason": "đã hỏi"}),
    Route(name="batches", opens=IMPORT, listing=True),
    Route(name="batch-new", opens=IMPORT, post=FORM_AGAIN),
    Route(name="batch", opens=IMPORT, kind="batch"),
    Route(name="batch-columns", opens=IMPORT, kind="batch", post=FORM_AGAIN),
    Route(name="batch-accept", opens=IMPORT, kind="batch", get=(), post=(302,), whole_city=True),
    Route(name="batch-drop", opens=IMPORT, kind="batch", get=(), post=(302,)),
    Route(name="batch-row", opens=IMPORT, kind="row", post=FORM_AGAIN),
    Route(name="batch-refused-csv", opens=IMPORT, kind="batch"),
    Route(name="batch-refused-xlsx", opens=IMPORT, kind="batch"),
    Route(name="codes", opens=PERSONS, query={"q": "vu"}),
    Route(name="code-list", opens=PERSONS, kind="code-list"),
    Route(name="search", opens=PERSONS, query={"q": "thi"}),
)

FIGURES = Capability.VIEW_FIGURES
INSIGHT = (
    Route(name="figures-incidence", opens=FIGURES),
    Route(name="figures-incidence-file", opens=FIGURES, kind="incidence-file"),
    Route(name="figures-survival", opens=FIGURES),
    Route(name="figures-survival-file", opens=FIGURES, kind="survival-file", get=(200, 404)),
    Route(name="figures-stage", opens=FIGURES),
    Route(name="figures-stage-file", opens=FIGURES, kind="stage-file", get=(200, 404)),
    Route(name="figures-quality", opens=FIGURES),
    Route(name="figures-quality-file", opens=FIGURES, kind="quality-file", get=(200, 404)),
    Route(name="figures-method", opens=FIGURES),
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
    *map(
        closed,
        (
            "account_signup",
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

ROUTES = (*CORE, *NETWORK, *REGISTRY, *INSIGHT, *ACCOUNTS)
BY_NAME = {route.name: route for route in ROUTES}
# patterns without a name, which stand before others to close them
NAMELESS = {r"^accounts/(?:signup|email|confirm-email|password/(?:set|reset)|login/code)/"}


def list_patterns() -> Iterator[tuple[str, URLPattern]]:
    """Return every address of the project with its view, those of libraries too."""
    yield from walk_resolver(get_resolver(), "")


def walk_resolver(resolver: URLResolver, before: str) -> Iterator[tuple[str, URLPattern]]:
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            yield from walk_resolver(part, before + str(part.pattern))
        else:
            yield before + str(part.pattern), part
