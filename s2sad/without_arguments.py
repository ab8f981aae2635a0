"""The generated module for kinds that are given or annotated, with no arguments to look at."""
from __future__ import annotations

import functools
import types
from collections.abc import Callable
from typing import Any

from s2sad import pipeline
from s2sad.backends import check_backend
from s2sad.errors import SignatureError
from s2sad.frontend.annotations import kind_of_annotation
from s2sad.frontend.suggested import suggested_types
from s2sad.ir.kinds import Kind, is_differentiable
from s2sad.ir.of_values import kind_of
from s2sad.primal import Argnums, Primal
from s2sad.request import Request


def generate(
    fun: Callable[..., Any],
    mode: str,
    argnums: Argnums | None = None,
    types: dict[str, Kind] | None = None,
    outputs: Argnums | None = None,
    backend: str = "numpy",
    equal_lengths: bool = True,
) -> str:
    """The generated module for kinds that are given or annotated, with no arguments to look at.

    ``mode`` is "grad", "value_and_grad", "vjp" or "ir". With ``equal_lengths`` slices whose lengths are known only at
    run time are taken to be of equal length where they meet: the module raises a ``ValueError`` where they are not.
    Raises `SignatureError` where the kind of a parameter is
    neither in ``types`` nor annotated.
    """
    primal = Primal(fun)
    if primal.keywords or isinstance(fun, functools.partial):
        raise SignatureError("this is a functools.partial, and a module that is printed does not hold its arguments",
                             hint=f"name `{primal.function.__name__}` itself, or a function that passes them to it")
    kinds = _kinds(primal, types or {})
    if argnums is None:
        argnums = [n for n, k in kinds.items() if is_differentiable(k)] if mode in ("vjp", "ir") else 0
    picks, single = primal.select(argnums)
    wrt = tuple(dict.fromkeys(name for name, _ in picks))
    left, one = primal.outputs(outputs)
    check_backend(backend)
    return pipeline.generate(
        Request(primal.function, mode, kinds, wrt, single, False, left, one, backend == "numba", backend,
                primal.options, equal_lengths)
    ).text


def _kinds(primal: Primal, given: dict[str, Kind]) -> dict[str, Kind]:
    """The kind of each parameter: as given, as of what the callable holds, as annotated, or as of its default."""
    kinds: dict[str, Kind] = {name: kind_of(held, name) for name, held in zip(primal.names, primal.held, strict=False)}
    namespace, owner = primal.function.__globals__, _owner(primal.function)
    missing = []
    for name, parameter in primal.signature.parameters.items():
        kind = given.get(name, kinds.get(name))
        if kind is None and parameter.annotation is not parameter.empty:
            kind = kind_of_annotation(parameter.annotation, name, namespace)
        if kind is None and parameter.default is not parameter.empty:
            kind = kind_of(parameter.default, name)
        if kind is None and owner is not None and name == primal.names[0]:
            kind = kind_of_annotation(owner, name, namespace)
        if kind is None:
            missing.append(name)
        else:
            kinds[name] = kind
    if missing:
        raise _untyped(primal, missing, owner)
    return kinds


def _owner(function: types.FunctionType) -> type | None:
    """The class that a method is defined in, if its module knows it by name."""
    found: Any = function.__globals__
    for part in function.__qualname__.split(".")[:-1]:
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return found if isinstance(found, type) else None


def _untyped(primal: Primal, missing: list[str], owner: type | None) -> SignatureError:
    """The error of parameters without a type, with what they seem to be."""
    suggested = suggested_types(primal.function)
    if owner is not None:
        suggested[primal.names[0]] = f"{owner.__name__}(attribute=float)"
    written = ", ".join(f"{name}: {suggested.get(name, 'float')}" for name in missing)
    return SignatureError(f"the type of {', '.join(f'`{name}`' for name in missing)} is not known",
                          hint=f'annotate, or give it, where this is what it is: --types "{written}"')
