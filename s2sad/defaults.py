"""The defaults of keyword-only parameters: a dict of the function, which may be changed where it is."""
from __future__ import annotations

import types
from typing import Any


def keywords_of(function: types.FunctionType) -> dict[str, Any]:
    """The defaults as they are now, in a dict that stays so."""
    return dict(function.__kwdefaults__ or {})


def same_keywords(function: types.FunctionType, before: dict[str, Any]) -> bool:
    """Whether the defaults are the very objects that they were."""
    now = function.__kwdefaults__ or {}
    return now.keys() == before.keys() and all([now[name] is value for name, value in before.items()])
