"""The pages: shells that the server renders and a script keeps up to date.

``render`` makes the HTML of one page; it is pure. The shell carries the first view as data, so that the page
is right before its socket opens. Afterwards the script only reconnects, and loads the page anew where the
service says that it has been updated.

Context of every page, unless said otherwise:

============  ===========================================================================================
``lang``      the reader's language, one of ``LANGUAGES``
``languages`` the branch's languages, in its order; public screens show them all at once
``branch``    plain dict: ``id``, ``names``, ``languages``, ``businesses`` [{``id``, ``prefix``, ``names``,
              ``items`` (bool)}], ``windows`` [{``id``, ``label``, ``businesses``}], ``priorities``
              [{``id``, ``names``}]
``first``     the first message of the live channel (``{"kind": "view", …}``), or None
``speed``     how fast the service's clock runs; every page says so when it is not 1
``live_url``  path of the socket with its query, e.g. ``/api/v1/branches/b/live?screen=window&window=3``
``api``       base path of the commands, e.g. ``/api/v1/branches/b``
``far``       how many times larger than drawn small type is (``display.legibility``); 1 where it is missing
============  ===========================================================================================

And per page:

============  ===========================================================================================
``window``    ``window`` {``id``, ``label``}; screen ``window``
``strip``     ``window``; screen ``window``
``desk``      ``window``; screen ``desk``
``hall``      ``voice`` where it speaks (``app.voice.speaker``), else None; screen ``hall``
``teller``    ``window``; screen ``teller``
``kiosk``     ``kiosk``, which one it is; screen ``hall``
``ticket``    ``token``; screen ``ticket``; ``lang`` is the ticket's language
``board``     ``why`` may be there: {``label``, ``as_of``, ``lines``, ``shares`` [(words, percent)], ``pools``
              [(kind, of, basis, teller, cases)]}, all in ``lang``; screen ``board``
``promises``  ``review`` (the API's answer), ``sentence``, ``chosen`` (one of ``review.about``), ``spans``
              {name: (first, last)}; no ``first``, ``live_url``, ``api``: nothing runs in it
``hours``     ``hours`` (as ``app.hours.plain.page_part`` makes it), all in ``lang``; nothing runs in it
``staffing``  ``survey`` (of the past), ``rows`` and ``expected`` (the grid), ``typed`` {field: [values]},
              ``wrong`` (field, sentence), ``ended``, ``halves``, ``kept_list``, ``running``; no ``first``
``study_…``   ``study_running``: ``run``, how far it is, asked again of ``api``
``study``     ``kept``, its ``study``, ``shown`` (``display.staffing.result``), ``made_at``, ``link``
``index``     only ``lang``, ``speed`` and ``branches`` [branch dicts as above]
``error``     only ``lang``, ``speed``, ``status``, ``title``, ``detail`` and ``known`` [{``text``,
              ``href``}]: what there is instead
``link``      only ``lang``, ``speed``, ``status`` and ``over``: a ticket's link whose day has ended, or that
              leads nowhere; in all languages
============  ===========================================================================================

Static files are expected under ``/static/``. A page needs no inline script and no inline style: it works
under ``default-src 'self'``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import languages
from .catalogues import messages, spoken_as, text_in
from .page_words import BY_PAGE

LANGUAGES: Mapping[str, str] = {code: one.name for code, one in languages.LANGUAGES.items()}
"""HTML language code → its name in itself."""

HERE = Path(__file__).parent
STATIC = HERE / "static"


@cache
def labels(language: str) -> Mapping[str, str]:
    """Give the pages' own messages in a language: message id → words. Errors: ``KeyError`` if it has none."""
    base = "en" if language == "en-HK" else language
    if base not in LANGUAGES:
        raise KeyError(language)
    return {**messages(base, "pages"), **messages(language, "pages")}


RANGE = re.compile(r"(\d+(?:–\d+)? (?:分钟内?|分鐘內?|min)|\d\d:\d\d)")
"""What is never torn apart at the end of a line; the scripts know the same."""


def whole(text: str) -> Markup:
    """Write a text whose ranges and times each stay on one line."""
    parts = RANGE.split(text)
    kept = Markup('<span class="whole">{}</span>')
    return Markup("").join(kept.format(part) if place % 2 else part for place, part in enumerate(parts))


def gettext_in(language: str, message: str, beside: Sequence[str] = ()) -> str:
    """Say a label in one of the languages that a screen shows ``beside`` each other.

    Errors: ``KeyError`` for a message that the catalogue lacks.
    """
    return labels(spoken_as(language, beside))[message]


def pick(text: Mapping[str, str], language: str) -> str:
    """Take the words that a reader of this language understands best; empty when there are none."""
    return text_in(text, language) or ""


def script_words(page: str, languages: Sequence[str]) -> dict[str, dict[str, str]]:
    """Collect what the page's script says by itself: language → name → words."""
    return {
        each: {name: gettext_in(each, message, languages) for name, message in BY_PAGE[page].items()}
        for each in languages
    }


@cache
def build() -> str:
    """Name what browsers run: another name as soon as any script, style, template or sentence is another."""
    digest = hashlib.sha256()
    for file in sorted(HERE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def environment() -> Environment:
    """Make the environment of the pages: everything escaped, nothing missing silently."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["whole"] = whole
    made.globals.update(
        LANGUAGES=LANGUAGES, build=build(), gettext_in=gettext_in, pick=pick, script_words=script_words
    )
    return made


def render(page: str, *, lang: str, **context: Any) -> str:  # noqa: ANN401 - a template takes anything
    """Render a page as HTML.

    ``page`` is a template's name without ``.html``; the context is described above.
    Errors: ``jinja2.UndefinedError`` or ``TypeError`` when the context lacks something, ``KeyError`` for an
    unknown language.
    """
    say = partial(gettext_in, lang, beside=tuple(context.get("languages", ())))
    return environment().get_template(f"{page}.html").render(_=say, lang=lang, **context)
