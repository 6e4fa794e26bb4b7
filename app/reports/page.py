"""Pages from templates, written into a folder beside and put in place when all is there."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

__all__ = ["PAGE", "render", "whole_folder"]

PAGE = "index.html"


def render(template: Path, filters: dict[str, Callable[..., str]], **values: object) -> str:
    """The page of a template, which may extend ``base.html``."""
    folders = [template.parent, Path(__file__).parent]
    page = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined)
    page.filters |= filters
    return page.get_template(template.name).render(**values)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder to write into; its files are in ``folder`` once all went well, and nowhere if it did not."""
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        yield draft
        if not folder.exists():
            draft.rename(folder)
            return
        for path in sorted(draft.iterdir(), key=lambda one: one.name == PAGE):  # the page last
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
