"""One door: what is told of cases passes `insight/queries/guard.py`, whoever asks."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import banyan.apps.insight
from banyan.apps.insight.queries import guard
from banyan.apps.insight.queries.disclosure import disclose
from banyan.apps.insight.queries.question import Question
from tests.factories.register import make_cases, make_people, make_register

INSIGHT = Path(banyan.apps.insight.__file__).parent
PACKAGE = "banyan.apps.insight.queries"
# What answers from a register of cases, or hands one out, module by module. `guard` alone may call them.
ANSWERS = {
    "comparison": {"answer_comparison", "work_out_comparison", "work_out_side"},
    "completeness": {
        *("answer_sources", "work_out_sources", "recall_sources"),
        *("work_out_completeness", "judge_years"),
    },
    "incidence": {"answer_incidence", "work_out_incidence", "pool_hidden"},
    "prevalence": {"answer_prevalence", "work_out_prevalence", "count_people"},
    "quality": {"answer_quality", "work_out_quality", "measure_quality"},
    "stage": {"answer_stage", "work_out_stage", "rank_late", "share_late"},
    "survival": {"answer_survival", "work_out_survival", "estimate", "standardise", "compare_stages"},
    "design": {
        *("follow_patients", "follow_period", "follow_cases", "choose_patients"),
        *("find_last_day", "refuse_short_cohort"),
    },
    "trend": {"work_out_trend", "follow_rates"},
    "projection": {"work_out_projection", "count_years"},
    "rows": {"extract_rows", "make_extract"},
    "register": {"read_register", "shape_register", "count_tumours", "bring_up", "renew"},
    "question": {"choose_cases"},
}
# Pages worked out of what another one tells the same reader, and of which.
TOLD = {"trend": {"answer_incidence"}, "projection": {"project"}}
# The finest counts of all: `download_behind` sends them, after it has asked whether every count may be told.
ALLOWED = {("views/incidence.py", "incidence.count_behind")}
TELLERS = [
    path for room in ("views", "presenters", "forms") for path in sorted((INSIGHT / room).rglob("*.py"))
]


def list_doors(source: str) -> set[str]:
    """Name what a module takes of the queries beside the guard: functions that answer, and whole modules of them."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            module = node.module.removeprefix(PACKAGE).lstrip(".")
            for name in (alias.name for alias in node.names):
                if not module and name in ANSWERS:
                    found.add(f"{name}.*")
                if name in ANSWERS.get(module, ()) or name == "count_behind" or module.startswith("masking"):
                    found.add(f"{module}.{name}")
        if isinstance(node, ast.Import):
            found |= {f"{alias.name}.*" for alias in node.names if alias.name.startswith(PACKAGE)}
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("banyan.apps.registry"):
            found.add(f"{node.module}.*")
        if isinstance(node, ast.Attribute) and node.attr == "cases" and ends_in_register(node.value):
            found.add("register.cases")
    return found


def ends_in_register(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name in ("register", "disclosure", "told")


@pytest.mark.asvs("8.3.1")
def test_no_view_or_presenter_takes_cases_beside_the_guard():
    found = {
        (path.relative_to(INSIGHT).as_posix(), door)
        for path in TELLERS
        for door in list_doors(path.read_text(encoding="utf-8"))
    }

    assert len(TELLERS) > 15
    assert found == ALLOWED


def test_every_query_that_answers_is_known():
    """A new function that takes a register has to be named here, or to be one that hands nothing out."""
    harmless = {
        ("incidence", "count_behind"),
        ("question", "choose_people"),
        ("rows", "make_secret"),
        ("rows", "code_rows"),
        ("guard", "rows_for"),
        ("guard", "tell"),
        ("guard", "project"),
        ("projection", "list_years"),
        ("projection", "foresee_people"),
        *(
            ("guard", f"answer_{page}")
            for page in (
                "comparison",
                "completeness",
                "incidence",
                "prevalence",
                "quality",
                "stage",
                "survival",
                *TOLD,
            )
        ),
    }
    found = {
        (path.stem, node.name)
        for path in sorted((INSIGHT / "queries").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
        and any(ast.unparse(arg.annotation or ast.Constant("")) == "Register" for arg in node.args.args)
    }

    known = {(module, name) for module, names in ANSWERS.items() for name in names}
    assert found - known == harmless


@pytest.mark.parametrize(
    ("source", "door"),
    [
        ("from banyan.apps.insight.queries.stage import answer_stage", "stage.answer_stage"),
        ("from banyan.apps.insight.queries import survival", "survival.*"),
        ("import banyan.apps.insight.queries.quality", "banyan.apps.insight.queries.quality.*"),
        ("from banyan.apps.insight.queries.register import read_register", "register.read_register"),
        (
            "from banyan.apps.registry.queries.figures import read_cases",
            "banyan.apps.registry.queries.figures.*",
        ),
        ("def show(scope): return scope.register.cases.height", "register.cases"),
    ],
)
def test_a_way_round_the_guard_is_seen(source, door):
    assert list_doors(source) == {door}


def test_only_the_guard_masks_and_each_answer_is_masked():
    """The pages call the guard, and the guard masks with the mask of the same name, or asks a page that it masks."""
    source = (INSIGHT / "queries" / "guard.py").read_text(encoding="utf-8")
    calls = {
        node.name: {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("answer_")
    }

    pages = {name.removeprefix("answer_") for name in calls}
    assert pages == {
        "comparison",
        "completeness",
        "incidence",
        "prevalence",
        "quality",
        "stage",
        "survival",
        *TOLD,
    }
    masked = {page: TOLD.get(page, {f"mask_{page}", "tell"}) for page in pages}
    assert [page for page in pages if not masked[page] <= calls[f"answer_{page}"]] == []
    assert [page for page in TOLD if calls[f"answer_{page}"] & {"incidence", "tell"}] == []


def test_an_answer_that_is_remembered_is_one_of_the_same_threshold(settings):
    register = make_register(make_cases(), make_people(), -7001)
    question = Question(first=2019, last=2023, site="lung", sex="1")

    told = []
    for least in (5, 100_000):
        settings.SMALLEST_COUNT = least
        answer = guard.answer_incidence(replace(register, disclosure=disclose(register)), question)
        told.append(answer.total["cases"] is None)

    assert told == [False, True]
