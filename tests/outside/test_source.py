"""What the source may not do, found by reading it: each exception is named with its reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from banyan.config import settings as site

SOURCE = Path(__file__).resolve().parents[2] / "src" / "banyan"
MODULES = {
    path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(SOURCE.rglob("*.py"))
    if "migrations" not in path.parts
}
SCRIPTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("static/**/*.js"))}
TEMPLATES = {
    path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCE.rglob("templates/**/*.html"))
}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield module, ast.unparse(node.func), node


def imports() -> set[tuple[str, str]]:
    """Return (module, what it imports at any depth)."""
    found = set()
    for module, tree in MODULES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                found |= {(module, alias.name) for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add((module, node.module))
    return found


def importers(*names: str) -> set[str]:
    wanted = tuple(f"{name}." for name in names)
    return {module for module, name in imports() if f"{name}.".startswith(wanted)}


@pytest.mark.asvs("1.3.2", "1.2.5", "1.5.2")
def test_nothing_runs_a_text_as_code_or_through_a_shell() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}

    assert [(module, name) for module, name, _ in calls() if name in forbidden] == []
    assert importers("pickle", "marshal", "shelve", "dill", "yaml", "jsonpickle") == set()
    shells = [
        module
        for module, _, call in calls()
        for keyword in call.keywords
        if keyword.arg == "shell" and ast.unparse(keyword.value) != "False"
    ]
    assert shells == []


def is_built(text: ast.expr) -> bool:
    """Say whether a text is put together: by f"", + or %, or .format()."""
    is_formatted = isinstance(text, ast.Call) and ast.unparse(text.func).endswith(".format")
    return is_formatted or isinstance(text, ast.JoinedStr | ast.BinOp)


@pytest.mark.asvs("1.2.4")
def test_no_query_is_put_together_from_text() -> None:
    built = {
        module
        for module, name, call in calls()
        if name.endswith((".execute", ".executemany", ".raw", ".extra", "RawSQL", ".copy", "copy_table"))
        and call.args
        and is_built(call.args[0])
    }

    # names of our own tables and settings, written in the source, and keys that are numbers; no value of anybody's
    assert built <= {
        "config/database.py",
        "apps/registry/services/acceptance.py",
        "apps/core/services/bulk.py",
        "apps/people/services/bulk.py",
        "apps/registry/queries/figures.py",  # COPY of queries that stand in the source
        "apps/registry/queries/matching.py",
        "apps/registry/queries/undoing.py",
        "apps/registry/queries/held.py",
        "apps/network/queries/population.py",
    }


@pytest.mark.asvs("1.2.1", "1.1.2", "1.3.7")
def test_pages_escape_by_themselves() -> None:
    unescaped = re.compile(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b")

    assert [name for name, text in TEMPLATES.items() if unescaped.search(text)] == []
    assert {module for module, name, _ in calls() if name.endswith("mark_safe")} <= {
        "apps/insight/presenters/figure.py",  # pictures of our own renderer
        "apps/insight/forms/question.py",  # the word " selected"
    }
    templates_from_text = {"Template", "engine.from_string", "Engine.from_string"}
    assert [module for module, name, _ in calls() if name in templates_from_text] == []


@pytest.mark.asvs("1.2.3", "3.2.2", "3.5.5", "3.7.1")
def test_scripts_build_pages_from_text_alone_and_hear_no_other_window() -> None:
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|"
        r"""addEventListener\(["']message|setTimeout\(["']"""
    )

    assert [name for name, text in SCRIPTS.items() if unsafe.search(text)] == []


@pytest.mark.asvs("14.3.3")
def test_the_browser_stores_one_preference_and_nothing_of_anybody() -> None:
    stores = re.compile(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie")

    assert {name for name, text in SCRIPTS.items() if stores.search(text)} <= {"keyboard.js", "theme.js"}


@pytest.mark.asvs("15.3.6")
def test_scripts_copy_no_foreign_keys_into_objects() -> None:
    copies = re.compile(r"__proto__|\.prototype\b|Object\.assign\(\{\}|for \((?:const|let|var) \w+ in ")

    assert [name for name, text in SCRIPTS.items() if copies.search(text)] == []


@pytest.mark.asvs("1.3.6", "13.2.4", "15.3.2", "14.2.3")
def test_nothing_calls_out_but_the_letter_and_the_look_at_ourselves() -> None:
    clients = (
        "urllib.request",
        "http.client",
        "requests",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
        "telnetlib",
    )

    assert importers(*clients) <= {
        "apps/network/services/letter.py",  # the letter that invites, to the server that the site names
        "config/serve.py",  # asks itself on loopback whether it is ready
        "config/doctor/web.py",
    }


@pytest.mark.asvs("1.2.6", "1.2.7", "1.5.1")
def test_neither_ldap_nor_xml_is_read() -> None:
    # workbooks are read by calamine, which resolves no entity; tests/apps/registry tries one
    assert importers("xml", "lxml", "ldap", "ldap3", "defusedxml", "suds", "zeep") == set()


@pytest.mark.asvs(
    "1.2.8",
    "1.3.8",
    "1.3.9",
    "4.3.1",
    "4.3.2",
    "4.4.1",
    "4.4.2",
    "4.4.3",
    "4.4.4",
    "6.8.1",
    "6.8.2",
    "6.8.3",
    "6.8.4",
    "7.1.3",
    "7.6.1",
    "9.1.1",
    "9.1.2",
    "9.1.3",
    "9.2.1",
    "9.2.2",
    "9.2.3",
    "9.2.4",
    "10.1.1",
    "10.1.2",
    "10.2.1",
    "10.2.2",
    "10.3.1",
    "10.3.2",
    "10.3.3",
    "10.3.4",
    "10.4.1",
    "10.4.2",
    "10.4.3",
    "10.4.4",
    "10.4.5",
    "10.4.6",
    "10.4.7",
    "10.4.8",
    "10.4.9",
    "10.4.10",
    "10.4.11",
    "10.5.1",
    "10.5.2",
    "10.5.3",
    "10.5.4",
    "10.5.5",
    "10.6.1",
    "10.6.2",
    "10.7.1",
    "10.7.2",
    "10.7.3",
    "17.1.1",
    "17.2.1",
    "17.2.2",
    "17.2.3",
    "17.2.4",
    "17.3.1",
    "17.3.2",
)
def test_nothing_speaks_what_banyan_is_said_not_to_speak() -> None:
    """No OAuth, OpenID, SAML, signed tokens, GraphQL, WebSocket, WebRTC, memcache, JNDI or LaTeX."""
    absent = (
        "authlib",
        "oauthlib",
        "requests_oauthlib",
        "oauth2_provider",
        "jwt",
        "jose",
        "joserfc",
        "saml2",
    )
    absent += ("onelogin", "graphene", "strawberry", "ariadne", "graphql", "channels", "websockets", "aiortc")
    absent += ("pymemcache", "pylibmc", "jpype", "latex", "pylatex", "allauth.socialaccount", "allauth.idp")

    assert importers(*absent) == set()
    assert [app for app in settings.INSTALLED_APPS if app.startswith(absent)] == []
    assert "ASGI_APPLICATION" not in vars(site)
    assert {cache["BACKEND"].split(".")[-1] for cache in settings.CACHES.values()} == {"DatabaseCache"}
    lines = re.compile(r"WebSocket|RTCPeerConnection|EventSource")
    assert [name for name, text in SCRIPTS.items() if lines.search(text)] == []


@pytest.mark.asvs("1.2.9")
def test_no_pattern_is_built_from_what_somebody_typed() -> None:
    built = {
        module
        for module, name, call in calls()
        if re.fullmatch(r"re\.(compile|search|match|fullmatch|sub|split|findall|finditer)", name)
        and call.args
        and not isinstance(call.args[0], ast.Constant)
        and "re.escape" not in ast.unparse(call.args[0])
    }

    # constants that stand in the same module
    assert built <= {
        "apps/network/presenters/device.py",
        "science/coding/codes.py",
        "science/files/writing.py",
        "science/linkage/likeness.py",
    }


@pytest.mark.asvs("11.2.1", "11.3.1", "11.3.2", "11.3.3", "11.2.3")
def test_ciphers_come_from_one_library_and_are_authenticated() -> None:
    ciphers = {
        (module, name)
        for module, name in imports()
        if name.split(".")[0] in {"cryptography", "Crypto", "nacl"}
    }

    assert ciphers == {("apps/network/services/sign_in.py", "cryptography.fernet")}


@pytest.mark.asvs("11.4.1", "11.4.3")
def test_weak_digests_serve_no_secret() -> None:
    weak = {module for module, name, _ in calls() if name.endswith((".md5", ".sha1"))}

    # the published list of stolen passwords is in SHA-1; a fingerprint that only tells equal rows
    assert weak <= {"apps/network/rules/password.py", "apps/registry/rules/fingerprints.py"}
    declared = [ast.unparse(call) for module, name, call in calls() if name.endswith((".md5", ".sha1"))]
    assert [call for call in declared if "usedforsecurity=False" not in call] == []


@pytest.mark.asvs("11.5.1")
def test_secrets_are_drawn_by_the_operating_system() -> None:
    assert importers("random") == set()
    # the synthetic city is drawn with a seed, so that it is the same every time
    drawn = importers("numpy.random") | {
        module for module, name, _ in calls() if name.endswith("default_rng")
    }
    assert {module.split("/")[0] for module in drawn} <= {"science"}


@pytest.mark.asvs("14.2.2")
def test_no_page_and_no_record_is_cached() -> None:
    assert importers("django.core.cache") == set()
    kept = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node).endswith("cache_page")
    }
    assert kept == set()
    assert [name for name, text in TEMPLATES.items() if "{% cache" in text] == []


@pytest.mark.asvs("5.4.3", "5.3.1")
def test_no_file_that_was_sent_is_given_out_again() -> None:
    given = {module for module, name, _ in calls() if name.endswith(("FileResponse", "static.serve"))}

    assert given == {"apps/registry/views/batch.py"}  # a workbook made of the refused rows
    opened = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and re.search(r"\.content\.(?:open|read|path|url|file|chunks)$", ast.unparse(node))
    }
    assert [module for module in opened if "/views/" in module or "/presenters/" in module] == []


@pytest.mark.asvs("15.3.3")
def test_forms_name_each_field_that_they_may_change() -> None:
    bases = {
        module
        for module, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and any("ModelForm" in ast.unparse(base) for base in node.bases)
    }

    assert bases == set()


@pytest.mark.asvs("1.3.10")
def test_no_format_comes_from_outside() -> None:
    built = {
        module
        for module, name, call in calls()
        if name.endswith(".format") and "request" in ast.unparse(call.func)
    }

    assert built == set()
