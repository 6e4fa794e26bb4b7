"""Frames: what is carried comes out again, however the stream is cut, whatever else is in it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.signs.onbon.frame import END, MOST, START, Frames, escape, framed, unescape

BODIES = st.binary(min_size=1, max_size=60) | st.lists(
    st.sampled_from([0xA5, 0xA6, 0x5A, 0x5B, 1, 2]), min_size=1, max_size=40
).map(bytes)


@pytest.mark.parametrize(
    ("plain", "written"), [("a5", "a602"), ("a6", "a601"), ("5a", "5b02"), ("5b", "5b01"), ("00ff", "00ff")]
)
def test_each_mark_is_written_as_the_vendor_has_it(plain: str, written: str) -> None:
    assert escape(bytes.fromhex(plain)).hex() == written
    assert unescape(bytes.fromhex(written)) == bytes.fromhex(plain)


@given(BODIES)
def test_what_is_escaped_has_neither_start_nor_end_and_comes_back(body: bytes) -> None:
    assert not {START, END} & set(escape(body))
    assert unescape(escape(body)) == body


@given(st.lists(BODIES, max_size=4), st.lists(st.integers(0, 400), max_size=6))
def test_a_stream_gives_the_same_frames_however_it_is_cut(bodies: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, bodies))
    frames = Frames()
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    found = [body for start, end in pairwise(places) for body in frames.feed(stream[start:end])]
    assert found == bodies


@given(st.binary(max_size=60).filter(lambda noise: START not in noise), BODIES)
def test_what_is_between_frames_is_dropped(noise: bytes, body: bytes) -> None:
    frames = Frames()
    assert frames.feed(noise + framed(body) + noise + framed(body)) == [body, body]


@given(BODIES, BODIES)
def test_a_frame_that_was_cut_off_costs_no_other(cut: bytes, body: bytes) -> None:
    assert Frames().feed(framed(cut)[:-1] + framed(body)) == [body]


def test_lost_starts_do_no_harm() -> None:
    assert Frames().feed(framed(b"x")[7:]) == [b"x"]


@pytest.mark.parametrize("carried", ["a6", "a603", "5b", "5b00", "00a6ff"])
def test_what_no_body_becomes_is_none(carried: str) -> None:
    assert unescape(bytes.fromhex(carried)) is None
    assert Frames().feed(bytes([START]) + bytes.fromhex(carried) + bytes([END])) == []


@given(st.binary(max_size=300))
def test_garbage_never_raises(garbage: bytes) -> None:
    frames = Frames()
    frames.feed(garbage)
    assert frames.feed(framed(b"after")) == [b"after"]


def test_what_never_ends_is_not_kept() -> None:
    frames = Frames()
    frames.feed(bytes([START]) + b"x" * (MOST + 1))
    assert frames._held is None
    assert frames.feed(framed(b"after")) == [b"after"]
