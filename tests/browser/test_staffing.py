"""From a scenario to a result that is shared, as a manager gets there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from app.house import JOURNAL
from app.journal import Journal, PastTicket

from .conftest import running
from .service import NOON, Service, branch_text
from .test_every_page import AXE
from .visitor import Visitor

pytestmark = pytest.mark.browser

STUDY_MS = 300_000
"""A study takes both cores for some seconds, or for minutes where others want them too."""
NARROW = (("1", "personal"), ("2", "personal"), ("3", "company"), ("4", "deposits"))


def past() -> list[PastTicket]:
    """Twelve days: each window takes its business from nine to five, whoever came first."""
    rng = np.random.default_rng(1)
    today = datetime.now(NOON).replace(hour=9, minute=0, second=0, microsecond=0)
    made = []
    for day in range(1, 13):
        opens = (today - timedelta(days=day)).timestamp()
        free = {window: opens for window, _ in NARROW}
        for number, after in enumerate(np.sort(rng.random(150) * 7.5 * 3600.0).tolist()):
            business = str(rng.choice(["personal", "company", "deposits"], p=[0.6, 0.2, 0.2]))
            window = min((name for name, takes in NARROW if takes == business), key=lambda one: free[one])
            called = max(opens + after, free[window])
            done = called + 15.0 + float(rng.lognormal(np.log(320.0), 0.6))
            free[window] = done + float(rng.exponential(20.0))
            made.append(
                PastTicket(
                    f"{day}-{number}", business, None, window, f"T{window}", opens + after,
                    called, called + 15.0, done, free[window], None, "served",
                )
            )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of these tests' own, whose branch ``main`` has a past and whose branch ``new`` has none."""
    files = {name: branch_text(name) for name in ("main", "new")}
    service = Service(tmp_path_factory.mktemp("staffing"), files)
    service.data.mkdir()
    with Journal.open(service.data / JOURNAL) as journal:
        journal.epoch("main")
        journal.add_history("main", past()).result()
    yield from running(service)


def test_a_manager_tries_a_roster_and_passes_the_result_on(service: Service, visitor: Visitor) -> None:
    page = visitor.open("/b/main/board")
    page.get_by_role("link", name="Try another roster").click()
    expect(page.get_by_test_id("grid")).to_be_visible()
    second, third = (page.locator(f"tr[data-window='{window}'] input:checked") for window in "23")
    before = third.count()
    third.first.click()
    expect(third).to_have_count(before - 1)
    before, open_then = second.count(), int(page.locator("[data-count]").nth(7).inner_text())
    assert before >= 12
    draw(page, "2", 5, 10)
    expect(second).to_have_count(before - 6)
    expect(page.locator("[data-count]").nth(7)).to_have_text(str(open_then - 1))
    page.get_by_label("Customers, % of the usual").fill("110")
    page.get_by_label("Days to simulate").fill("400")
    page.get_by_label("Name").fill("Fewer in the morning")
    page.get_by_role("button", name="Try it against").click()
    expect(page.get_by_test_id("running")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("result")).to_be_visible(timeout=STUDY_MS)
    expect(page.get_by_test_id("trust")).to_contain_text("On 4 past days the mean wait was")
    expect(page.get_by_test_id("sentence")).to_contain_text("longer")
    expect(page.get_by_test_id("figures").locator("tbody tr")).to_have_count(6)
    expect(page.get_by_test_id("heat").locator("tbody")).to_have_count(2)
    assert scrolls_aside(page) == []
    page.locator("summary").first.click()
    assert [
        (one["id"], one["nodes"][0]["html"]) for one in Axe().run(page, options=AXE).response["violations"]
    ] == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Parquet").click()
    assert download.value.suggested_filename.endswith(".parquet")
    shared = page.url.partition("?")[0]
    assert shared in page.locator(".link").inner_text()
    other = visitor.open(shared, locale="zh-CN", context=visitor.context(locale="zh-CN"))
    expect(other.get_by_test_id("sentence")).to_contain_text("等候延长")
    other.get_by_role("link", name="修改后再试").click()
    expect(other.locator("[name=customers]")).to_have_value("110")
    expect(other.locator("tr[data-window='2'] input:checked")).to_have_count(before - 6)
    expect(other.get_by_test_id("kept")).to_contain_text("Fewer in the morning")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("None yet.")).to_be_visible()
    assert [one.name for one in (service.data / "studies").glob("of-main/*")] == []


def test_a_roster_is_searched_for_and_fills_the_boxes(visitor: Visitor) -> None:
    page = visitor.open("/b/main/staffing")
    page.get_by_label("A wait is long from, minutes").fill("20")
    page.get_by_label("At most so many %").fill("40")
    page.get_by_role("button", name="Search for such a roster").click()
    expect(page.get_by_test_id("advice")).to_contain_text("window-hours a day instead of", timeout=STUDY_MS)
    expect(page.get_by_label("At most so many %")).to_have_value("40")
    assert scrolls_aside(page) == []


def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(visitor: Visitor) -> None:
    page = visitor.open("/b/main/staffing")
    visitor.expected.append("422")
    page.get_by_label("Close at").fill("08:00")
    page.get_by_label("Name").fill("Early")
    page.get_by_role("button", name="Try it against").click()
    expect(page.get_by_test_id("wrong")).to_contain_text("is not after opens")
    expect(page.get_by_label("Close at")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Name")).to_have_value("Early")
    page.get_by_label("Close at").fill("17:00")
    shut = page.locator("tr[data-window='4'] input:checked")
    while shut.count():
        shut.first.uncheck()
    page.get_by_role("button", name="Try it against").click()
    expect(page.get_by_test_id("failed")).to_be_visible(timeout=STUDY_MS)
    expect(page.get_by_test_id("wrong")).to_contain_text("no open window ever takes 'deposits'")
    expect(page.locator("tr[data-window='4'] input:checked")).to_have_count(0)
    expect(page.get_by_label("Name")).to_have_value("Early")


def test_a_run_that_is_stopped_leaves_nothing_but_what_was_asked(service: Service, visitor: Visitor) -> None:
    page = visitor.open("/b/main/staffing")
    page.get_by_label("Days to simulate").fill("20000")
    page.get_by_role("button", name="Try it against").click()
    expect(page.locator("[data-stage=days][aria-current=step]")).to_be_visible(timeout=STUDY_MS)
    page.reload()
    expect(page.get_by_test_id("progress")).to_be_visible()
    page.get_by_role("button", name="Stop it").click()
    expect(page.get_by_test_id("stopped")).to_be_visible()
    expect(page.get_by_label("Days to simulate")).to_have_value("20000")
    assert (
        page.url.partition("?")[0].rpartition("/")[2] not in page.get_by_test_id("kept-results").inner_html()
    )
    assert [one.name for one in (service.data / "studies").glob(".draft-*")] == []


def test_a_branch_without_a_past_says_so_and_asks_who_comes(visitor: Visitor) -> None:
    page = visitor.open("/b/new/staffing")
    expect(page.get_by_text("Nothing is known of past days yet.")).to_be_visible()
    for business, each in (("personal", "12"), ("company", "2"), ("deposits", "3")):
        for box in page.locator(f"[name='a.{business}']").all():
            box.fill(each)
    page.get_by_label("Days to simulate").fill("50")
    page.get_by_role("button", name="Try it against").click()
    expect(page.get_by_test_id("trust")).to_contain_text("0 past days", timeout=STUDY_MS)
    expect(page.get_by_test_id("sentence")).to_contain_text("no difference")


def draw(page: Page, window: str, first: int, last: int) -> None:
    """Press on a box and go along the row."""
    boxes = page.locator(f"tr[data-window='{window}'] input")
    boxes.nth(first).hover()
    page.mouse.down()
    for number in range(first, last + 1):
        boxes.nth(number).hover()
    page.mouse.up()


def scrolls_aside(page: Page) -> list[str]:
    """The parts of the page that are wider than it."""
    found: list[str] = page.evaluate(
        """() => [document.scrollingElement, ...document.querySelectorAll("main, main > *")]
          .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    )
    return found
