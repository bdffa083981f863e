"""Django's settings. Everything that differs between two sites comes from the environment."""

import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF

from banyan.config.database import read_settings
from banyan.config.logs import read_logging
from banyan.config.mail import read_mail


def read_secret(folder: Path) -> str:
    """Return the signing key: given, kept in the data folder, or made there once."""
    if key := os.environ.get("BANYAN_SECRET_KEY"):
        return key
    kept = folder / "secret_key"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64), encoding="ascii")
        # of processes that make one at once the first is right, and none reads half of one
        with suppress(FileExistsError):
            os.link(fresh, kept)
        fresh.unlink()
    return kept.read_text(encoding="ascii")


def read_number(name: str, otherwise: int) -> int:
    """Return a whole number from the environment."""
    return int(os.environ.get(name, otherwise))


def read_file(name: str) -> str:
    """Return the path of a file that the environment names, or nothing. A name that leads nowhere stops the start."""
    path = os.environ.get(name, "")
    if path and not Path(path).is_file():
        raise ValueError(f"{name} names {path}, where there is no file")
    return path


PACKAGE = Path(__file__).resolve().parents[1]
DEMO = os.environ.get("BANYAN_DEMO") == "1"
# a demonstration never shares a folder with a site's own records
VAR = Path(os.environ.get("BANYAN_VAR", "var/demo" if DEMO else "var/site")).resolve()
SECRET_KEY = read_secret(VAR)
DEBUG = os.environ.get("BANYAN_DEBUG") == "1"
HTTPS = os.environ.get("BANYAN_HTTPS") == "1"
ALLOWED_HOSTS = os.environ.get("BANYAN_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BANYAN_ORIGINS", "").split(",") if origin]

DATABASES = {"default": read_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "banyan.apps.core",
    "banyan.apps.network",
    "banyan.apps.people",
    "banyan.apps.registry",
    "banyan.apps.insight",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_htmx",
    "django_include_bootstrap",
]

MIDDLEWARE = [
    "banyan.apps.core.views.request.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "banyan.apps.core.views.headers.HeadersMiddleware",
    "banyan.apps.core.views.methods.MethodsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "banyan.apps.core.views.language.LanguageMiddleware",
    "banyan.apps.core.views.upload.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "banyan.apps.network.views.service_key.ServiceKeyMiddleware",
    "banyan.apps.network.views.clock.SessionClockMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "banyan.apps.network.views.viewer.ViewerMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "banyan.apps.core.views.text.TextMiddleware",
    "banyan.apps.network.views.guard.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "banyan.config.urls"
WSGI_APPLICATION = "banyan.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "banyan.apps.core.presenters.page.describe_page",
            ],
            "builtins": ["banyan.apps.core.templatetags.banyan"],
        },
    },
]

# Sign-in
AUTH_USER_MODEL = "network.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "banyan.apps.network.services.sign_in.StaffBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "banyan.apps.network.forms.password.GuessableValidator"},
    {"NAME": "banyan.apps.network.forms.password.BreachedValidator"},
]
BREACHED_PASSWORDS = read_file("BANYAN_BREACHED_PASSWORDS")
# on for every site; tests of other rooms turn it off to stand inside at once
GUARD_ACCOUNTS = True
LINK_LIFE = timedelta(hours=read_number("BANYAN_LINK_HOURS", 72))
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "banyan.apps.network.services.sign_in.ClosedAccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# a hospital signs in from one address at half past seven; accounts are guarded by axes
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip", "key_failed": "30/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = read_number("BANYAN_PROXIES", 0)
MFA_ADAPTER = "banyan.apps.network.services.sign_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "banyan.apps.network.forms.second_factor.CodeForm",
    "reauthenticate": "banyan.apps.network.forms.second_factor.ConfirmationForm",
    "add_webauthn": "banyan.apps.network.forms.second_factor.NewKeyForm",
    "edit_webauthn": "banyan.apps.network.forms.second_factor.RenamedKeyForm",
}
MFA_TOTP_ISSUER = "Banyan"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # a browser offers keys only over HTTPS or on localhost
AXES_FAILURE_LIMIT = read_number("BANYAN_LOCK_FAILURES", 5)
AXES_COOLOFF_TIME = timedelta(minutes=read_number("BANYAN_LOCK_MINUTES", 15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_HANDLER = "banyan.apps.network.services.lockout.LockoutHandler"
AXES_USERNAME_CALLABLE = "banyan.apps.network.services.lockout.name_account"
AXES_CLIENT_IP_CALLABLE = "banyan.apps.network.services.lockout.find_address"
AXES_LOCKOUT_CALLABLE = "banyan.apps.network.views.lockout.say_locked"
AXES_SENSITIVE_PARAMETERS = ["login", "email", "code", "username", "ip_address"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody holds a colleague's account shut for ever
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
SESSION_IDLE_LIMIT = timedelta(minutes=read_number("BANYAN_IDLE_MINUTES", 30))
SESSION_WHOLE_LIMIT = timedelta(hours=read_number("BANYAN_SESSION_HOURS", 12))
# who opens more pages of persons in a minute than this is no reader but a program, and is signed out
LOOKS_A_MINUTE = read_number("BANYAN_LOOKS_A_MINUTE", 300)
SESSION_COOKIE_AGE = int(SESSION_WHOLE_LIMIT.total_seconds())
# a browser takes a __Host- cookie from this very host alone, over HTTPS alone
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}banyan_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}banyan_csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS
# a machine that calls without TLS is refused, never led on: its key has been read on the way
SECURE_REDIRECT_EXEMPT = [r"^api/"]
# the proxy in front sets the header itself, and takes away what a visitor put there (docs/explanation/security.md)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
WHITENOISE_ALLOW_ALL_ORIGINS = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"  # no word of a page in a cookie

# Nothing inline, nothing from elsewhere
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

# Language and time: Vietnamese is written first, English from the same meaning
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}banyan_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
FORMAT_MODULE_PATH = ["banyan.config.formats"]
USE_THOUSAND_SEPARATOR = True

# Static files: from packages and apps, hashed and compressed
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
SILENCED_SYSTEM_CHECKS = ["staticfiles.W004"]  # the folder below is made at the first start
STATICFILES_DIRS = [VAR / "build" / "static"]  # the typefaces, cut to what we use
STORAGES = {
    "default": {"BACKEND": "banyan.apps.core.services.storage.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get("BANYAN_STATIC", "django.contrib.staticfiles.storage.StaticFilesStorage"),
    },
}
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_TEMP_DIR = None
# patients' files, for this account alone
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# what may be sent at once, and what the process that reads it may use
UPLOAD_MOST = int(os.environ.get("BANYAN_UPLOAD_MB", "200")) * 1024 * 1024
READING_MEMORY = int(os.environ.get("BANYAN_READING_MB", "900")) * 1024 * 1024
READING_SECONDS = int(os.environ.get("BANYAN_READING_SECONDS", "300"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Counters of attempts and used codes: two workers of the web server must see the same, so not in their memory
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "network_shared_counter",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

FORM_RENDERER = "banyan.apps.core.forms.renderer.TextRenderer"

# single edits reach the figures after at most so many seconds; an import reaches them at once
FIGURES_LAG = float(os.environ.get("BANYAN_FIGURES_LAG", "600"))

# limits of the law and of the house ("answer=2,breach=72": people.rules.terms), and days off that follow the moon
TERMS = os.environ.get("BANYAN_TERMS", "")
HOLIDAYS = os.environ.get("BANYAN_HOLIDAYS", "")

globals().update(read_mail())

LOGGING = read_logging()
