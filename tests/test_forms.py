"""The same updates in different forms: in place, as new arrays, by elements, through views, in functions."""
from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from s2sad import value_and_grad
from tests.generated import load

SIZE = 6
X = np.linspace(-0.8, 1.1, SIZE)

# Each update: where its target and its source begin, how long they are, an operator and a function.
Update = tuple[int, int, int, str, str]


@st.composite
def updates(draw) -> Update:
    length = draw(st.integers(1, SIZE))
    starts = st.integers(0, SIZE - length)
    return draw(starts), draw(starts), length, draw(st.sampled_from("=+*-")), draw(st.sampled_from(["sin", "tanh"]))


def _operator(sign: str) -> str:
    return "=" if sign == "=" else f"{sign}="


def in_place(number: int, update: Update) -> list[str]:
    target, source, n, sign, function = update
    return [f"y[{target}:{target + n}] {_operator(sign)} np.{function}(y[{source}:{source + n}])"]


def through_view(number: int, update: Update) -> list[str]:
    target, source, n, sign, function = update
    return [f"v{number} = y[{target}:][:{n}]", f"w{number} = y[{source}:{source + n}]",
            f"v{number}[:] {_operator(sign)} np.{function}(w{number})"]


def new_array(number: int, update: Update) -> list[str]:
    target, source, n, sign, function = update
    part = f"np.{function}(y[{source}:{source + n}])"
    if sign != "=":
        part = f"y[{target}:{target + n}] {sign} {part}"
    return [f"y = np.concatenate([y[:{target}], {part}, y[{target + n}:]])"]


def by_element(number: int, update: Update) -> list[str]:
    target, source, n, sign, function = update
    return ["old = y.copy()", f"for i in range({n}):",
            f"    y[{target} + i] {_operator(sign)} np.{function}(old[{source} + i])"]


def in_function(number: int, update: Update) -> list[str]:
    target, source, n, sign, function = update
    return [f"def step{number}(a):", f"    a[{target}:{target + n}] {_operator(sign)} np.{function}"
            f"(a[{source}:{source + n}])", f"step{number}(y)"]


FORMS = (in_place, through_view, new_array, by_element, in_function)


def written(form, program: list[Update], in_loop: bool) -> str:
    lines = [line for number, update in enumerate(program) for line in form(number, update)]
    body = ["for _ in range(2):", *[f"    {line}" for line in lines]] if in_loop else lines
    text = "\n".join(f"    {line}" for line in ["y = x * 1.5", *body, "return np.sum(y * y * x)"])
    return f"import numpy as np\n\n\ndef program(x):\n{text}\n"


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.lists(updates(), min_size=1, max_size=4), st.booleans())
def test_forms_agree(program: list[Update], in_loop: bool) -> None:
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for form in FORMS:
            text = written(form, program, in_loop)
            note(text)
            results.append(value_and_grad(load(text, Path(folder)).program)(X))
    value, gradient = results[0]
    for other_value, other in results[1:]:
        np.testing.assert_allclose(other_value, value, rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(other, gradient, rtol=1e-11, atol=1e-12)
