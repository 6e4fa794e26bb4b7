"""Pictures to messages: a screen hears of a picture only when it is another than the last one it got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import orjson

from app import screens
from app.branch.events import format_moment
from app.picture import Picture
from display.render import Renderer
from display.views import View


class Presenter:
    """Numbers the views of one branch and remembers what each screen was shown last."""

    def __init__(self, epoch: str, languages: Sequence[str]) -> None:
        self._epoch = epoch
        self._renderer = Renderer(languages)
        self._view_no = 0
        self._shown: dict[str, bytes] = {}
        self._last: dict[str, bytes] = {}
        self._rendered: dict[str, tuple[View, bytes]] = {}

    def changes(self, picture: Picture, topics: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """(topic, message) for each of the topics whose view is no longer what was shown."""
        for topic in topics:
            view = self._view(picture, topic)
            if view is not None and self._shown.get(topic) != view:
                yield topic, self._message(picture, topic, view)

    def first(self, picture: Picture, topic: str) -> bytes | None:
        """The message for a screen that has just come; None where there is no such screen.

        Where others watch already it is theirs: a newer one would be news to one screen only, and then no
        news any more to the others.
        """
        if last := self._last.get(topic):
            return last
        view = self._view(picture, topic)
        return None if view is None else self._message(picture, topic, view)

    def forget(self, topics: Iterable[str]) -> None:
        """Keep in mind only what these topics were shown; nobody watches the others any more."""
        watched = set(topics)
        self._shown = {topic: view for topic, view in self._shown.items() if topic in watched}
        self._last = {topic: message for topic, message in self._last.items() if topic in watched}
        self._rendered = {topic: kept for topic, kept in self._rendered.items() if topic in watched}

    def to_plain(self) -> dict[str, Any]:
        """What was shown, as JSON-able data."""
        return {
            "view_no": self._view_no,
            "shown": {topic: view.decode() for topic, view in self._shown.items()},
        }

    @classmethod
    def from_plain(cls, epoch: str, languages: Sequence[str], plain: dict[str, Any]) -> Presenter:
        """The presenter that ``to_plain`` described."""
        presenter = cls(epoch, languages)
        presenter._view_no = plain["view_no"]
        presenter._shown = {topic: view.encode() for topic, view in plain["shown"].items()}
        return presenter

    def _view(self, picture: Picture, topic: str) -> bytes | None:
        """The encoded view; what is as it was is not worded again. None where there is no such screen."""
        view = screens.view(picture, topic)
        if view is None:
            return None
        kept = self._rendered.get(topic)
        if kept is None or kept[0] != view:
            kept = (view, self._renderer.encode(view))
            self._rendered[topic] = kept
        return kept[1]

    def _message(self, picture: Picture, topic: str, view: bytes) -> bytes:
        self._shown[topic] = view
        self._view_no += 1
        head = {
            "kind": "view",
            "epoch": self._epoch,
            "seq": picture.state.seq,
            "view_no": self._view_no,
            "as_of": format_moment(picture.now, picture.branch.zone),
            "screen": topic,
        }
        message = self._last[topic] = orjson.dumps(head)[:-1] + b',"view":' + view + b"}"
        return message
