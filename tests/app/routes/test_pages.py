"""The pages as a browser asks for them."""

import pytest

from tests.app.served import Served

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("query", "header", "lang"),
    [
        ("", "", "zh-Hans"),
        ("", "fr", "zh-Hans"),
        ("", "zh-CN;q=0.5, en-GB;q=0.8", "en"),
        ("", "zh-TW", "zh-Hans"),
        ("?lang=en", "zh-CN", "en"),
        ("?lang=zh-Hant-HK", "", "zh-Hant-HK"),
        ("?lang=fr", "en", "en"),
    ],
)
async def test_a_page_speaks_the_reader_s_language(small: Served, query: str, header: str, lang: str) -> None:
    page = await small.client.get(f"/b/small/board{query}", headers={"accept-language": header})
    assert page.status_code == 200
    assert f'<html lang="{lang}"' in page.text


@pytest.mark.parametrize(
    ("query", "lang"), [("", "en"), ("?lang=zh-Hant-TW", "zh-Hant-TW"), ("?lang=fr", "en")]
)
async def test_a_ticket_s_page_speaks_its_own_language_unless_asked(
    small: Served, query: str, lang: str
) -> None:
    taken = await small.post("/tickets", {"business": "personal", "language": "en"})
    page = await small.client.get(taken.json()["url"] + query, headers={"accept-language": "zh-CN"})
    assert f'<html lang="{lang}"' in page.text


@pytest.mark.parametrize("path", ["/", "/b/small/hall", "/healthz", "/api/v1/branches/small"])
async def test_what_can_be_got_can_be_asked_for_its_head(small: Served, path: str) -> None:
    head, got = await small.client.head(path), await small.client.get(path)
    assert (head.status_code, head.headers["content-type"]) == (200, got.headers["content-type"])


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/b/small/window/9", "/b/small/window/1"),
        ("/b/small/teller/9?lang=en", "/b/small/teller/1"),
        ("/b/small/board?window=9", "/b/small/board?window=1"),
        ("/b/large/hall", "/b/small/hall"),
    ],
)
async def test_a_page_about_what_is_unknown_leads_to_what_there_is(
    small: Served, path: str, known: str
) -> None:
    headers = {"accept": "text/html"}
    page = await small.client.get(path, headers=headers)
    assert page.status_code == 404
    assert f'href="{known}"' in page.text
    assert (await small.client.get(known, headers=headers)).status_code == 200
