"""A speaker's knowledge: the branch's plan, the room's windows, and the bank's own recordings."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.branch.branch_file import parse
from app.branch.errors import Unknown
from app.voice import chime_of, speaker, voices_of

from .branch.branches import TEXT
from .served import TEN, Serve

PLAN = """
[voice]
languages = ["en", "zh-Hant-HK"]
volume = [{ from = "12:00", level = 0.4 }, { from = "08:00", level = 1 }]

[voice.room.upstairs]
windows = ["3"]
"""


def test_a_speaker_knows_its_room_and_its_hours(tmp_path: Path) -> None:
    branch = parse(TEXT + PLAN)
    knows = speaker(branch, tmp_path / "voice", "upstairs", TEN)
    assert [one["language"] for one in knows["speech"]] == ["en", "zh-Hant-HK"]
    assert [list(one["calls"]) for one in knows["speech"]] == [["3"], ["3"]]
    assert knows["speech"][0]["calls"]["3"] == ("{number}", "to-counter", "3")
    assert knows["volume"] == [["08:00", 1.0], ["12:00", 0.4]]
    assert (knows["forget_ms"], knows["chime"]) == (30_000, "/static/voice/chime.opus")
    assert knows["memory"] == "voice:riverside:upstairs"
    assert knows["now"].startswith("20")


def test_without_a_plan_all_windows_are_spoken_in_the_branchs_languages(tmp_path: Path) -> None:
    knows = speaker(parse(TEXT), tmp_path / "voice", None, TEN)
    assert [one["language"] for one in knows["speech"]] == ["zh-Hans", "en"]
    assert [list(one["calls"]) for one in knows["speech"]] == [["1", "2", "3"]] * 2
    assert knows["volume"] == []


def test_an_unknown_room_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unknown, match="upstairs"):
        speaker(parse(TEXT + PLAN), tmp_path / "voice", "cellar", TEN)


def test_own_recordings_are_used_and_other_files_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "voice"
    (folder / "cmn" / "taken").mkdir(parents=True)
    for name in ("a.wav", "7.MP3", "notes.txt", "私人 银行.ogg"):
        (folder / "cmn" / name).write_bytes(b"")
    (folder / "chime.flac").write_bytes(b"")
    chunks = voices_of(folder)["cmn"].chunks
    assert (chunks["A"], chunks["7"]) == ("/static/voice/own/cmn/a.wav", "/static/voice/own/cmn/7.MP3")
    assert chunks["私人 银行"] == "/static/voice/own/cmn/%E7%A7%81%E4%BA%BA%20%E9%93%B6%E8%A1%8C.ogg"
    assert "NOTES" not in chunks
    assert chunks["B"] == "/static/voice/cmn/B.opus"
    assert voices_of(folder)["en"] == voices_of(tmp_path)["en"]
    assert chime_of(folder) == "/static/voice/own/chime.flac"


@pytest.mark.anyio
async def test_a_hall_speaks_only_where_it_is_told_to(serve: Serve) -> None:
    async with serve() as served:
        assert (await served.client.get("/static/voice/own/en/a.wav")).status_code == 404
        own = served.house.recordings / "en"
        own.mkdir(parents=True)
        (own / "a.wav").write_bytes(b"RIFF")
        hall = "/b/small/hall"
        for path in (hall, f"{hall}?voice=off"):
            assert 'id="voice"' not in (await served.client.get(path)).text
        assert "/static/voice/own/en/a.wav" in (await served.client.get(f"{hall}?voice=on")).text
        assert (await served.client.get("/static/voice/own/en/a.wav")).content == b"RIFF"
        assert (await served.client.get("/static/voice/cmn/7.opus")).content.startswith(b"OggS")
        assert (await served.client.get(f"{hall}?voice=on&room=cellar")).status_code == 404
        assert (await served.client.get(f"{hall}?voice=loud")).status_code == 422
