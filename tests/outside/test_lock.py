"""What Banyan stands on: locked, hashed, of known licences, and installed as locked."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LINE = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$", re.MULTILINE)
# families that Banyan may be given away with; LGPL and MPL are used unchanged, as libraries
ALLOWED = re.compile(
    r"\b(MIT|MIT-0|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla|LGPL|Lesser General|0BSD|Unlicense|"
    r"HPND|OFL|Open Font|Zlib|CC0|PostgreSQL|Public Domain)\b",
    re.IGNORECASE,
)
COPYLEFT = re.compile(r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public", re.IGNORECASE)
# whose metadata names no licence: read in the package itself
READ_BY_HAND: dict[str, str] = {}


def locked(name: str) -> dict[str, str]:
    """Return package and version of each line of a lock that applies to this machine."""
    text = (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8")
    return {
        package: number
        for package, number, marker in LINE.findall(text)
        if not marker or Marker(marker.strip()).evaluate()
    }


def licence_of(package: str) -> str:
    about = distribution(package).metadata
    stated = [about.get("License-Expression") or "", (about.get("License") or "")[:200]]
    stated += [line for line in about.get_all("Classifier") or [] if line.startswith("License")]
    return " | ".join(filter(None, stated))


def installed(package: str) -> str:
    try:
        return str(Version(version(package)))
    except PackageNotFoundError:
        return "not installed"


@pytest.mark.asvs("15.1.2", "15.2.4")
@pytest.mark.parametrize("lock", ["base", "dev", "uv"])
def test_each_line_of_a_lock_has_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())

    assert len(blocks) == len(LINE.findall(text))
    assert [block for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--(?:extra-)?index|--find-links|git\+", text)


@pytest.mark.asvs("15.1.2")
def test_each_dependency_of_the_project_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.match(r"[A-Za-z0-9._-]+", line)[0].lower() for line in project["dependencies"]}

    assert wanted - {name.lower() for name in locked("base")} == set()


@pytest.mark.asvs("15.2.4")
def test_what_is_installed_is_what_is_locked() -> None:
    wanted = {name: str(Version(number)) for name, number in locked("base").items()}

    assert {
        name: (installed(name), number) for name, number in wanted.items() if installed(name) != number
    } == {}


def test_no_package_of_the_product_is_under_the_gpl_or_an_unknown_licence() -> None:
    licences = {name: READ_BY_HAND.get(name) or licence_of(name) for name in locked("base")}

    refused = {
        name: licence
        for name, licence in licences.items()
        if not ALLOWED.search(licence) or COPYLEFT.search(licence)
    }

    assert refused == {}


@pytest.mark.asvs("15.2.1")
def test_the_audit_reads_the_lock() -> None:
    """`make audit` asks the list of known faults where there is a network; here, that it would read the lock."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "pip-audit --strict --require-hashes --disable-pip -r requirements/base.txt" in recipe

    asked = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--version"], capture_output=True, text=True, check=True
    )

    assert asked.stdout.startswith("pip-audit ")
