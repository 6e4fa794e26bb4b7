from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable


def _plain(compiled: Any) -> Callable[..., Any]:  # noqa: ANN401 - numba's dispatchers have no type
    source = compiled.py_func
    names = dict(vars(sys.modules[source.__module__]))
    for name in source.__code__.co_names:
        if hasattr(names.get(name), "py_func"):
            names[name] = _plain(names[name])
    return types.FunctionType(source.__code__, names, source.__name__)


@pytest.fixture(scope="session")
def undecorated() -> Callable[..., Callable[..., Any]]:
    """The Python source of a compiled function, which calls the Python source of the others."""
    return _plain
