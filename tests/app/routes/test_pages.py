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
