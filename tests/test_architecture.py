"""The arrows between the packages: who may import whom, and who may touch the world outside."""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("app", "display", "estimator", "simulations")

DOMAIN = {"app.branch", "estimator.discipline", "estimator.observation"}
MAY_IMPORT = {
    "estimator": {"estimator"},
    "display": {"display"},
    "simulations": {"simulations", "display", "estimator", "app.branch"},
    "app/branch": DOMAIN,
    "app": set(PACKAGES),
}
"""What a folder's modules may import of the project; the first folder that a module lies in counts."""

OUTSIDE = {
    *("asyncio", "fcntl", "http", "multiprocessing", "os", "random", "secrets", "select", "shutil"),
    *("socket", "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid"),
    *("fastapi", "httpx2", "sqlalchemy", "starlette", "structlog", "uvicorn", "websockets"),
}
"""Modules that reach sockets, files, clocks or chance."""
CLOCKS = {"now", "today", "utcnow"}
FILES = {"open", "read_bytes", "read_text", "unlink", "write_bytes", "write_text"}
OWN_FILES = {
    *("display/catalogues.py", "display/languages.py", "display/pages.py", "display/voice.py"),
    *("simulations/acting/busy.py", "simulations/acting/demo.py"),
}
"""Those that read what is part of the program: catalogues, templates, voices, generated lobbies."""


def modules(*folders: str) -> list[str]:
    return [
        path.relative_to(ROOT).as_posix() for one in folders for path in sorted((ROOT / one).rglob("*.py"))
    ]


PURE = modules("display", "estimator", "simulations", "app/branch")


@cache
def nodes(module: str) -> list[ast.AST]:
    return list(ast.walk(ast.parse((ROOT / module).read_text("utf-8"), module)))


def imported(module: str) -> Iterator[str]:
    """Each imported module or name in full, also those for the type checker only."""
    package = Path(module).parent.parts
    for node in nodes(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def called(module: str) -> Iterator[str]:
    """Each function called, as it is written."""
    return (ast.unparse(node.func) for node in nodes(module) if isinstance(node, ast.Call))


def within(name: str, allowed: Iterable[str]) -> bool:
    return any(f"{name}.".startswith(f"{one}.") for one in allowed)


def floor_of(module: str) -> set[str]:
    return next(allowed for folder, allowed in MAY_IMPORT.items() if module.startswith(f"{folder}/"))


def test_a_module_imports_only_what_its_floor_may() -> None:
    arrows = [(module, name) for module in modules(*PACKAGES) for name in imported(module)]
    assert len(arrows) > 500
    inside = [(module, name) for module, name in arrows if within(name, PACKAGES)]
    assert [(module, name) for module, name in inside if not within(name, floor_of(module))] == []


def test_the_domain_needs_the_standard_library_only() -> None:
    arrows = [(module, name) for module in modules("app/branch") for name in imported(module)]
    others = [one for one in arrows if one[1].partition(".")[0] not in sys.stdlib_module_names]
    assert [(module, name) for module, name in others if not within(name, DOMAIN)] == []


def test_only_the_estimator_knows_the_compiler() -> None:
    compiled = {one for one in modules(*PACKAGES) if any(within(name, {"numba"}) for name in imported(one))}
    assert {module.partition("/")[0] for module in compiled} == {"estimator"}


def test_what_is_pure_reaches_nothing_outside() -> None:
    arrows = [(module, name) for module in PURE for name in imported(module)]
    assert [(module, name) for module, name in arrows if within(name, OUTSIDE)] == []
    calls = [(module, name, name.rpartition(".")[2]) for module in PURE for name in called(module)]
    assert [(module, name) for module, name, last in calls if last in CLOCKS] == []
    files = {module for module, _, last in calls if last in FILES}
    assert files <= OWN_FILES


def test_what_is_pure_draws_from_no_hidden_generator() -> None:
    calls = [(module, name) for module in PURE for name in called(module) if name.startswith("np.random.")]
    assert [(module, name) for module, name in calls if name != "np.random.default_rng"] == []
