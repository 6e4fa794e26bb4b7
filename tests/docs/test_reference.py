"""The reference is whole and current: held to the code, name by name."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import UTC
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from app import main
from app.audience import Audience
from app.branch import branch_file
from app.branch.branch_file import LANGUAGES, REPORTS, RESOURCES, parse
from app.branch.events import TYPES
from app.history.table import COLUMNS
from app.history.times import parse_time
from app.routes import (
    advice,
    events,
    hours,
    leaving,
    notices,
    pages,
    printers,
    promises,
    staffing,
    state,
    studies,
    tickets,
    why,
    windows,
)
from app.settings import Settings
from display import views

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
API = "/api/v1/branches/{branch}"


def text_of(page: str) -> str:
    return (REFERENCE / page).read_text("utf-8")


def section(page: str, heading: str) -> str:
    """The part of a page under the heading that begins so."""
    found = re.search(rf"^#+ {re.escape(heading)}.*?(?=^#|\Z)", text_of(page), re.MULTILINE | re.DOTALL)
    assert found, f"{page} has no section {heading}"
    return found[0]


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MADE = load(ROOT / "docs" / "make_reference.py")


@pytest.mark.parametrize("page", MADE.PAGES)
def test_what_the_code_writes_is_current(page: str) -> None:
    assert text_of(page) == MADE.PAGES[page](), "run: python docs/make_reference.py"


def test_every_event_is_explained() -> None:
    assert set(MADE.MEANINGS) == set(TYPES)


def routes() -> Iterator[tuple[str, APIRoute]]:
    for prefix, router in (
        *(
            (API, module.router)
            for module in (
                *(events, tickets, windows, notices, why, advice),
                *(state, promises, hours, printers, studies),
            )
        ),
        ("", pages.router),
        ("", leaving.router),
        ("", staffing.router),
        ("", main.health),
    ):
        for route in router.routes:
            if isinstance(route, APIRoute) and (
                route.include_in_schema or router in (pages.router, staffing.router)
            ):
                (method,) = route.methods or {""}
                yield f"{method} {prefix}{route.path}", route


def as_written(name: str) -> str:
    """``POST /api/v1/branches/{branch}/tickets/{ticket}`` as the page has it: ``POST …/tickets/TICKET``."""
    return re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), name.replace(API, "…"))


ROUTES = {as_written(name): route for name, route in routes()}


def test_every_route_is_in_the_page_and_no_other() -> None:
    named = set(re.findall(r"`((?:GET|POST|DELETE) [^`?]+)", text_of("http.md")))
    assert named == {*ROUTES, "GET …/live"}


def fields_of(route: APIRoute) -> set[str]:
    hints = [hint for name, hint in get_type_hints(route.endpoint).items() if name != "return"]
    models = [part for hint in hints for part in (hint, *get_args(hint)) if isinstance(part, type)]
    return {name for model in models if issubclass(model, BaseModel) for name in model.model_fields}


@pytest.mark.parametrize("name", [name for name, route in ROUTES.items() if fields_of(route)])
def test_every_field_of_a_command_is_named_beside_it(name: str) -> None:
    page = text_of("http.md")
    beside = page[page.index(f"`{name}`") :].partition("\n\nAnswer" if "/tickets`" in f"{name}`" else "\n")[0]
    assert fields_of(ROUTES[name]) <= set(re.findall(r"`(\w+)`", beside))


def test_every_audience_is_named() -> None:
    for audience in Audience:
        assert audience.value in text_of("http.md")


@pytest.mark.parametrize(
    "view", [kind for kind in vars(views).values() if isinstance(kind, type) and is_dataclass(kind)]
)
def test_every_field_of_a_view_is_named_in_its_section(view: type[Any]) -> None:
    heading = "In every view" if view is views.Shown else view.__name__
    named = set(
        re.findall(r"\b\w+\b", " ".join(re.findall(r"`([^`]+)`", section("live-channel.md", heading))))
    )
    assert {field.name for field in fields(view)} <= named


HEADINGS = {
    "branch": "`[branch]`",
    "business": "`[[business]]`",
    "window": "`[[window]]`",
    "priority": "`[priority.ID]`",
    "step": "`[[step]]`",
    "sender": "`[[sender]]`",
    "printer": "`[[printer]]`",
    "promise": "`[promise]`",
    "screens": "`[screens]`",
    "spell": "`[roster]`",
    "voice": "`[voice]`",
    "volume": "`[[voice.volume]]`",
    "room": "`[voice.room.ID]`",
    "onbon": '`"onbon-5k"`',
    "numeric": '`"numeric"`',
}


@pytest.mark.parametrize("table", HEADINGS)
def test_every_key_of_the_branch_file_has_its_row_and_no_other(table: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("branch-file.md", HEADINGS[table]), re.MULTILINE)
    assert rows == list(branch_file._KNOWN[table])


def test_every_table_of_the_branch_file_is_there() -> None:
    inner = {"spell", "volume", "room", "onbon", "numeric"}
    assert {*HEADINGS} - inner | {"roster"} == {*branch_file._KNOWN[""]}
    assert {*HEADINGS} | {"roster", ""} == {*branch_file._KNOWN}


def test_the_defaults_of_signs_are_as_said() -> None:
    plan = branch_file.SignPlan("onbon-5k", "sign", 5005)
    for heading in ("onbon", "numeric"):
        rows = section("branch-file.md", HEADINGS[heading])
        for name, value in re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", rows, re.MULTILINE):
            assert tomllib.loads(f"it = {value}")["it"] == getattr(plan, name), name


def whole_example() -> str:
    found = re.search(r"```toml\n(.*?)```", section("branch-file.md", "A small one, whole"), re.DOTALL)
    assert found
    return found[1]


def test_the_example_of_a_branch_file_is_one() -> None:
    assert parse(whole_example()).windows["2"].reluctance == {"corporate": 0, "personal": 900}


def test_the_defaults_of_a_branch_file_are_as_said() -> None:
    bare = parse(
        re.sub(r"^(languages|late_share) = .*$", "", whole_example(), flags=re.MULTILINE), "the example"
    )
    parts = [section("branch-file.md", HEADINGS[table]) for table in ("branch", "promise")]
    said = dict(re.findall(r"^\| `(\w+)` \|.*\| `(.*)` \|$", "".join(parts), re.MULTILINE))
    assert said.keys() >= {"day_change", "languages", "late_s", "walking_s", "early_share"}
    for name, value in said.items():
        has = getattr(bare, name)
        shown = f"{has:%H:%M}" if name == "day_change" else list(has) if name == "languages" else has
        assert tomllib.loads(f"it = {value}")["it"] == shown


def test_the_choices_of_a_branch_file_are_named() -> None:
    page = text_of("branch-file.md")
    for choice in (*(f'"{one}"' for one in (*REPORTS, *RESOURCES)), *LANGUAGES):
        assert f"`{choice}`" in page


def test_every_column_of_a_history_has_its_row() -> None:
    rows = re.findall(r"^\| `(\w+)` \|", section("history-files.md", "Columns"), re.MULTILINE)
    assert rows == list(COLUMNS)


def test_the_times_of_a_history_are_read() -> None:
    named = re.findall(r"`([\d/-]{10}[T ][^`]+)`", section("history-files.md", "Times"))
    assert named
    for one in named:
        parse_time(one, UTC)


def test_the_variables_of_the_environment_are_as_said() -> None:
    said = dict(re.findall(r"`LOBBYCLOCK_(\w+)` \| `[^`]+` \| `([^`]+)`", text_of("command-line.md")))
    settings = Settings.model_fields
    assert said == {name.upper(): str(field.default) for name, field in settings.items()}


def test_every_make_target_has_its_row_and_no_other() -> None:
    rules = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert re.findall(r"^\| `make (\w+)` \|", text_of("make.md"), re.MULTILINE) == rules
