"""Every pass alone, on programs small enough to see what it should do; the verifier after every pass."""
from __future__ import annotations

import importlib
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import gast
import numpy as np
import pytest

from s2sad import check_grads, grad, value_and_grad
from s2sad.analyses.activity import useful
from s2sad.analyses.aliases import Aliases
from s2sad.analyses.versions import Versions
from s2sad.errors import InternalError
from s2sad.frontend import exits
from s2sad.frontend.lower import lower
from s2sad.ir.check import check
from s2sad.ir.kinds import FLOAT, INT, Array
from s2sad.ir.nodes import Assign, Block, Carry, For, Function, If, Loop, Merge, Param, Var, walk
from s2sad.ir.of_values import kind_of
from s2sad.pipeline import Request, generate
from s2sad.primal import Primal
from s2sad.rules.build import Builder, Context, constant
from s2sad.transforms.optimise.algebra import simplify
from s2sad.transforms.optimise.common import share
from s2sad.transforms.optimise.dead import remove_dead, remove_unchanged
from s2sad.transforms.optimise.restores import remove_unread_restores
from s2sad.transforms.optimise.steady import move_steady
from s2sad.transforms.optimise.sums import contract_sums
from tests import support

ROOT = Path(__file__).parents[1]
VECTOR = kind_of(np.ones(3), "v")


def lowered(function: Any, wrt: set[str] | None = None, **kinds: Any) -> Any:
    return lower(function, kinds, set(kinds) if wrt is None else wrt)


def primitives(function: Function) -> list[str]:
    return [s.primitive for s in walk(function.body) if isinstance(s, Assign)]


def named(function: Function, name: str) -> list[Var]:
    return [var for s in walk(function.body) for var in s.defined() if var.name == name]


# --- the verifier -------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", support.names("programs"))
def test_every_pass_leaves_valid_ir(name: str) -> None:
    module = support.load("programs", name)
    primal = Primal(module.program)
    arguments = primal.bind(module.inputs[0], {}).arguments
    kinds = {key: kind_of(value, key) for key, value in arguments.items()}
    wrt = tuple(dict.fromkeys(name for name, _ in primal.select(module.wrt)[0]))
    seen: list[str] = []

    def see(stage: str, function: Function) -> None:
        seen.append(stage)
        try:
            check(function, recorded=stage not in ("reverse", "clean", "restore"))
        except InternalError as error:
            raise AssertionError(f"after {stage}: {error}") from error

    generate(Request(primal.function, "vjp", kinds, wrt, len(wrt) == 1), after_pass=see)
    assert {"lower", "reverse", "clean", "record", "share", "own"} <= set(seen)


def function_of(statements: list[Any], result: Any, *params: Var) -> Function:
    return Function("f", [Param(var) for var in params], Block(statements), result)


def test_verifier_finds_a_use_before_the_definition() -> None:
    x, y, z = Var("x", FLOAT), Var("y", FLOAT), Var("z", FLOAT)
    late = [Assign(z, "operator.neg", [y]), Assign(y, "operator.neg", [x])]
    with pytest.raises(InternalError, match="`y` is used where it is not defined"):
        check(function_of(late, z, x))
    check(function_of(late[::-1], z, x))


def test_verifier_finds_a_second_definition() -> None:
    x, y = Var("x", FLOAT), Var("y", FLOAT)
    with pytest.raises(InternalError, match="`y` is defined twice"):
        check(function_of([Assign(y, "operator.neg", [x]), Assign(y, "operator.pos", [x])], y, x))


def test_verifier_finds_what_leaks_out_of_a_branch() -> None:
    x, y, out = Var("x", FLOAT), Var("y", FLOAT), Var("out", FLOAT)
    branch = If([x], Block([Assign(y, "operator.neg", [x])]), Block())
    with pytest.raises(InternalError, match="`y` is used where it is not defined"):
        check(function_of([branch], y, x))
    branch.merges.append(Merge(out, [y, x]))
    check(function_of([branch], out, x))


def test_verifier_finds_a_carry_of_the_wrong_place() -> None:
    x, n, i, param, result, y = (Var(name, FLOAT) for name in ("x", "n", "i", "param", "result", "y"))
    loop = For(i, [constant(0), n, constant(1)], body=Block([Assign(y, "operator.neg", [param])]))
    loop.carries.append(Carry(y, param, y, result))
    with pytest.raises(InternalError, match="`y` is used where it is not defined"):
        check(function_of([loop], result, x, n))
    loop.carries[0].init = x
    check(function_of([loop], result, x, n))


# --- the frontend -------------------------------------------------------------------------------------

def leaves(node: Any) -> bool:
    return any(isinstance(inner, gast.Return | gast.Continue) for inner in gast.walk(node))


def blocks(body: list[Any]) -> list[list[Any]]:
    inner = [block for s in body for block in (getattr(s, "body", None), getattr(s, "orelse", None)) if block]
    return [body, *(found for block in inner for found in blocks(block))]


@pytest.mark.parametrize("text", [
    "def f(x, n):\n    for i in range(n):\n        if x > 1:\n            continue\n        x = x * 2\n    return x",
    "def f(x, n):\n    if n:\n        return x\n    x = x * 2\n    return x",
    "def f(x, n):\n    for i in range(n):\n        if x > 1:\n            return x\n        x = x * 2\n    return x",
])
def test_exits_are_structured(text: str) -> None:
    body = exits.normalise(gast.parse(text).body[0].body, {"x", "i", "n"})
    for block in blocks(body):
        assert not any(leaves(statement) for statement in block[:-1])
        assert not any(leaves(statement) for statement in block if isinstance(statement, gast.For))


def test_kinds_decide_meaning() -> None:
    def program(x, y):
        x += 1.0
        y += 1.0
        return np.sum(x) + y

    made = lowered(program, x=VECTOR, y=FLOAT).function
    assert primitives(made).count("s2sad.store") == 1  # of the array; the float is another one


# --- analyses -----------------------------------------------------------------------------------------

def test_activity_is_varied_and_useful() -> None:
    def program(x, n):
        a = x * 2.0
        b = a * n
        c = float(n) * 3.0
        d = x * 5.0  # noqa: F841
        return b + c

    made = lowered(program, {"x"}, x=FLOAT, n=INT).function
    (a,), (b,), (c,), (d,) = (named(made, name) for name in "abcd")
    active = useful(made)
    assert {a, b} <= active
    assert not c.varied and c not in active
    assert d.varied and d not in active


def test_aliases_know_views_and_copies() -> None:
    def program(x):
        view = x[1:]
        other = x * 1.0
        view[0] = 2.0
        return np.sum(x) + np.sum(other)

    made = lowered(program, x=VECTOR).function
    aliases = Aliases(made)
    x, (view,), (other,) = made.params[0].var, named(made, "view"), named(made, "other")
    assert aliases.class_of(view) is aliases.class_of(x)
    assert aliases.may_change(x) and aliases.may_change(view)
    assert not aliases.may_change(other)


def test_aliases_catch_up_with_what_is_appended() -> None:
    def program(x):
        view = x[1:]
        view[0] = 2.0
        return x

    made = lowered(program, x=VECTOR).function
    aliases = Aliases(made)
    assert aliases.may_change(made.result)
    value = Builder(Context(), made.body).emit("s2sad.alias", made.result, kind=made.result.kind)
    assert not aliases.may_change(value)
    aliases.catch_up()
    assert aliases.may_change(value) and aliases.may_change(made.result)
    assert aliases.class_of(value) is aliases.class_of(made.result)


def test_aliases_of_what_is_never_changed() -> None:
    def program(x):
        view = x[1:]
        return np.sum(view * x[:-1])

    made = lowered(program, x=VECTOR).function
    aliases = Aliases(made)
    (view,) = named(made, "view")
    assert not aliases.any_changed and not aliases.may_change(view)
    assert aliases.class_of(view) is aliases.class_of(made.params[0].var)


def test_what_a_round_hands_on_stays_as_it_is() -> None:
    def program(u, n, later):
        v = u * 1.0
        for _ in range(n):
            new = u.copy()
            new[1:] += u[:-1]
            u = new
            other = v.copy()
            other[1:] += v[:-1]
            v = other
        if later:
            v[0] = 2.0
        return np.sum(u * v)

    made = lowered(program, {"u"}, u=VECTOR, n=INT, later=INT).function
    aliases = Aliases(made)
    params = {c.param.name: c.param for s in walk(made.body) if isinstance(s, Loop) for c in s.carries}
    u, v = params["u"], params["v"]
    assert not aliases.may_change(u) and not aliases.may_change(made.params[0].var)
    assert any(map(aliases.may_change, named(made, "new")))
    assert aliases.may_change(v)


def test_a_list_may_grow_while_its_arrays_stay() -> None:
    def program(x, n):
        rows = []
        for i in range(n):
            rows.append(x * i)
        row = rows[0]
        return np.sum(row * row)

    made = lowered(program, x=VECTOR, n=INT).function
    aliases = Aliases(made)
    rows, (row,) = named(made, "rows"), named(made, "row")
    assert all(aliases.may_change(one) for one in rows)
    assert not aliases.may_change(row)
    assert aliases.reach(rows[0]) == [aliases.class_of(rows[0]), aliases.class_of(row)]


def test_arrays_of_a_list_are_not_copied() -> None:
    def program(x, n):
        rows = []
        for i in range(n):
            rows.append(x * i)
        total = 0.0
        for row in rows:
            total = total + np.dot(row, row) ** 2
        return total

    text = generate(Request(program, "grad", {"x": VECTOR, "n": INT}, ("x",), True)).text
    assert "copy" not in text and "rows_bar.pop()" in text


def test_arrays_that_are_joined_keep_apart() -> None:
    def program(x, n):
        h = x
        for _ in range(n):
            past = np.zeros_like(h)
            past[1:] = h[:-1]
            h = h + np.concatenate([past, h])[: len(x)]
        return np.sum(h)

    text = generate(Request(program, "grad", {"x": VECTOR, "n": INT}, ("x",), True)).text
    assert "h = x\n" in text and "concatenate([past, h])" in text
    assert "tape" not in text  # nor is what was joined kept to say how long it was


def taped(function: Any, wrt: tuple[str, ...], **kinds: Any) -> str:
    text = generate(Request(function, "grad", kinds, wrt, len(wrt) == 1)).text
    return " ".join(line.strip() for line in text.splitlines() if re.search(r"_tape(\.append|\[\w+\] =)", line))


def test_linear_loop_tapes_nothing() -> None:
    def program(x, n):
        for i in range(n):
            x = 2.0 * x + i
        return x

    assert taped(program, ("x",), x=FLOAT, n=INT) == ""


def test_cheap_values_are_computed_again() -> None:
    def program(x, n):
        for _ in range(n):
            a = x + 1.0
            b = a * a
            x = b * a
        return x

    assert taped(program, ("x",), x=FLOAT, n=INT).count("append") == 1


def test_what_is_not_overwritten_is_read_where_it_is() -> None:
    def program(x):
        y = np.zeros(len(x))
        for i in range(1, len(x)):
            y[i] = y[i - 1] * x[i] + x[i]
        return np.sum(y)

    assert taped(program, ("x",), x=VECTOR) == ""


def test_what_is_overwritten_and_read_again_is_taped() -> None:
    def program(x, n):
        y = x.copy()
        for _ in range(n):
            y[0] = y[0] * y[1]
        return np.sum(y)

    assert taped(program, ("x",), x=VECTOR, n=INT) == "y_old_tape[i] = y_old"


def test_place_below_zero_is_from_the_end() -> None:
    def program(x):
        y = np.zeros(len(x))
        for i in range(len(x)):
            y[i] = y[i - 1] * x[i] + x[i]
        return np.sum(y)

    assert "y_old_tape" in taped(program, ("x",), x=VECTOR)


# --- optimisations ------------------------------------------------------------------------------------

def built(kind: Any) -> tuple[Builder, Var]:
    return Builder(Context(), Block(), simplify=simplify, adjoint=True), Var("x", kind)


@pytest.mark.parametrize(("primitive", "other", "first"), [
    ("operator.mul", 1.0, False), ("operator.mul", 1.0, True), ("operator.add", 0.0, True),
    ("operator.truediv", 1.0, True),
    ("operator.pow", 1.0, True), ("operator.sub", 0.0, True),
])
def test_neutral_elements_go(primitive: str, other: float, first: bool) -> None:
    b, x = built(FLOAT)
    args = (x, constant(other)) if first else (constant(other), x)
    assert b.emit(primitive, *args) is x


def test_zero_times_a_value_stays() -> None:
    b, x = built(FLOAT)
    assert b.emit("operator.mul", constant(0.0), x) is not x
    assert len(b.block.statements) == 1  # it may be infinite, or have a shape


def test_one_times_an_integer_stays_a_float() -> None:
    b, n = built(INT)
    assert b.emit("operator.mul", constant(1.0), n) is not n


def test_dead_code_goes_and_effects_stay() -> None:
    def program(x, n):
        unused = x * 3.0  # noqa: F841
        y = x * 2.0
        for i in range(n):
            other = y * i  # noqa: F841
        print(n)
        return y

    made = lowered(program, {"x"}, x=FLOAT, n=INT).function
    remove_dead(made)
    assert not named(made, "unused")
    assert not [s for s in walk(made.body) if isinstance(s, Loop)]
    assert any(type(s).__name__ == "Effect" for s in made.body.statements)


def test_what_a_loop_leaves_alone_is_not_carried() -> None:
    x, n, i, param, result = (Var(name, FLOAT) for name in ("x", "n", "i", "param", "result"))
    loop = For(i, [constant(0), n, constant(1)], carries=[Carry(x, param, param, result)])
    made = function_of([loop], result, x, n)
    remove_unchanged(made)
    assert made.result is x and not loop.carries


def test_common_expressions_of_the_adjoint_are_shared() -> None:
    x, a, b, c = (Var(name, FLOAT) for name in "xabc")
    made = function_of([
        Assign(a, "math.sin", [x]),
        Assign(b, "math.sin", [x], adjoint=True),
        Assign(c, "operator.mul", [b, b], adjoint=True),
    ], c, x)
    share(made, Versions(Context(), made.body, Aliases(made)), {}, False)
    assert made.body.statements[2].args == [a, a]


def test_users_own_repetition_stays() -> None:
    x, a, b, c = (Var(name, FLOAT) for name in "xabc")
    made = function_of([
        Assign(a, "math.sin", [x]), Assign(b, "math.sin", [x]), Assign(c, "operator.mul", [a, b]),
    ], c, x)
    share(made, Versions(Context(), made.body, Aliases(made)), {}, False)
    assert made.body.statements[2].args == [a, b]


def test_adjoint_reads_the_first_of_equal_arrays() -> None:
    x, a, b, c, d, out = (Var(name, VECTOR) for name in ["x", "a", "b", "c", "d", "out"])
    made = function_of([
        Assign(a, "operator.mul", [x, x]), Assign(b, "numpy.exp", [a]),
        Assign(c, "operator.mul", [x, x]), Assign(d, "numpy.exp", [c]),
        Assign(out, "operator.mul", [d, b], adjoint=True),
    ], out, x)
    share(made, Versions(Context(), made.body, Aliases(made)), {}, False)
    assert made.body.statements[3].args == [c]
    assert made.body.statements[4].args == [b, b]


@pytest.mark.parametrize("function, guards", [
    (lambda x, w: np.sum(np.where(x > 0.0, w * (x * x) ** 2 / x.shape[0], 0.0)), 0),
    (lambda x, w: np.sum(np.where(x > 0.0, (w * x) ** 3.0, 0.0)), 0),
    (lambda x, w: np.sum(np.where(x > 0.0, (w * x) ** 1.5, 0.0)), 1),
    (lambda x, w: np.sum(np.where(x > 0.0, w * x ** -2, 0.0)), 1),
    (lambda x, w: np.sum(np.where(x > 0.0, x / w, 0.0)), 1),
    (lambda x, w: np.sum((x / (1.0 + x)) ** w), 0),
])
def test_only_what_may_be_infinite_is_guarded(function: Any, guards: int) -> None:
    made = grad(function).source(np.ones(3), 2.0).partition(")),")[2]
    # What is selected is a contribution, not the adjoint that it is computed from.
    assert made.count("np.where(") - made.count("np.where(x > 0.0, 1.0, 0.0)") == guards


def hinges_of_ratios(x: Any, w: float) -> Any:
    total = 0.0
    for i in range(len(x)):
        total += max(w - 1.0 / x[i], 0.0)
    return total


def hinges_of_products(x: Any, w: float) -> Any:
    total = 0.0
    for i in range(len(x)):
        total += max(w - abs(x[i]) * x[i] * np.exp(x[i]) * w, 0.0)
    return total


@pytest.mark.parametrize("function, guarded", [(hinges_of_ratios, True), (hinges_of_products, False)])
def test_what_a_maximum_passed_over_is_guarded_where_a_partial_is_infinite_at_a_point(
    function: Any, guarded: bool
) -> None:
    made = grad(function)
    check_grads(function, (np.array([0.5, -2.0, 3.0]), 1.5), order=1, modes=("rev",))
    assert ("!= 0.0" in made.source(np.ones(3), 1.5)) == guarded
    with np.errstate(divide="ignore"):
        assert np.isfinite(made(np.zeros(3), 1.5)).all()


def along_rows(x: Any) -> Any:
    z = x - x.max(axis=1, keepdims=True)
    return np.sum((z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))[np.arange(3), [0, 2, 1]])


def along_columns(x: Any) -> Any:
    z = x - np.max(x, axis=0)
    return np.sum((z - np.log(np.exp(z).sum(axis=0)))[0])


def rows_less_columns(x: Any) -> Any:
    z = x - np.max(x, axis=1)
    return np.sum((z - np.log(np.exp(z).sum(axis=0)))[0])


@pytest.mark.parametrize("function, guarded", [
    (along_rows, False), (along_columns, False), (rows_less_columns, True)])
def test_logarithm_of_a_sum_of_shifted_exponentials_is_not_guarded(function: Any, guarded: bool) -> None:
    x = np.sin(np.arange(9.0)).reshape(3, 3)
    check_grads(function, (x,), order=1, modes=("rev",))
    assert ("!= 0.0" in grad(function).source(x)) == guarded


def test_restore_that_nothing_reads_goes() -> None:
    context = Context()
    array = kind_of(np.ones(3), "a")
    a, old, b, item = Var("a", array), Var("old", FLOAT), Var("a", array), Var("item", FLOAT)
    zero, one = constant(0), constant(1)
    for place, left in ((zero, 2), (one, 1)):
        block = Block([
            Assign(b, "s2sad.store", [a, a, zero, old]), Assign(item, "s2sad.getitem", [b, place]),
        ])
        remove_unread_restores(context, block, [item], Versions(context, block, Aliases(function_of([], item, a))))
        assert len(block.statements) == left, place


def test_old_elements_of_a_band_are_not_kept() -> None:
    """Where a row begins is counted from the front: at 1, or further on."""
    program = support.load("programs", "band_written_once")
    text = value_and_grad(program.program, (0, 1)).source(*program.inputs[0])
    assert "_tape = []" not in text and text.count("_tape = ") == text.count("way_tape = bytearray()") == 1, text


def made_in_each_round(x: Any, n: int) -> Any:
    total = 0.0
    for _ in range(n):
        c = np.zeros(len(x))
        for i in range(1, len(x)):
            c[i] = np.sin(c[i - 1]) * x[i] + x[i - 1]
        total = total + c[-1]
    return total


def carried_through_rounds(x: Any, n: int) -> Any:
    c = np.zeros(len(x))
    for _ in range(n):
        for i in range(1, len(x)):
            c[i] = np.sin(c[i - 1]) * x[i] + c[i]
    return np.sum(c)


@pytest.mark.parametrize(("function", "taped"), [(made_in_each_round, False), (carried_through_rounds, True)])
def test_an_array_of_one_round_is_not_put_back_for_the_next(function: Any, taped: bool) -> None:
    x = np.array([0.4, 0.9, -0.3, 0.7])
    check_grads(lambda x: function(x, 3), (x,), order=1, modes=("rev",))
    assert ("c_old" in grad(function).source(x, 3)) == taped


def test_what_a_branch_tells_apart_is_not_put_back() -> None:
    module = importlib.import_module("tests.programs.places_told_apart_by_branches")
    text = grad(module.program, argnums=(0, 1)).source(*module.inputs[0])
    assert [name for name in ("low", "u", "w") if f"{name}_old" in text] == ["u", "w"]


def kept_from_every_round(w: Any, n: Any) -> Any:
    kept, total = [], 0.0
    for k in range(n):
        rate = 0.5 * w
        kept.append(rate)
        total += np.sum(np.sin(w) * k)
    return total, kept


def test_what_is_the_same_in_every_round_is_computed_once_unless_it_is_handed_on() -> None:
    gradient = value_and_grad(kept_from_every_round, has_aux=True)
    (_, kept), slope = gradient(np.ones(2), 3)
    np.testing.assert_allclose(slope, 3 * np.cos(np.ones(2)))
    assert len({id(one) for one in kept}) == 3
    before = gradient.source(np.ones(2), 3).partition("for k")[0]
    assert "np.sin" in before and "rate" not in before


def emitted(made: list[Any], x: Any, y: Any, primitive: str, *after: Any) -> list[str]:
    """The primitives that are left of a sum of products of the adjoint, and of what else reads the products."""
    context = Context()
    block = Block()
    builder = Builder(context, block, simplify=simplify, adjoint=True)
    product = builder.emit(primitive, x, y)
    result = builder.emit("numpy.sum", product, *after, keywords=("axis",) * len(after))
    function = function_of(block.statements, result, x, y)
    contract_sums(context, function, Aliases(function))
    remove_dead(function)
    made.append(function.result)
    return [s.primitive for s in function.body.statements if isinstance(s, Assign)]


def test_sums_of_products_are_one_operation() -> None:
    matrix, row = (Var(name, kind_of(np.ones(shape), name)) for name, shape in (("m", (3, 4)), ("r", (4,))))
    number, made = Var("c", FLOAT), []
    assert emitted(made, matrix, matrix, "operator.mul") == ["numpy.vdot"]
    assert emitted(made, row, row, "operator.mul") == ["numpy.dot"]
    assert emitted(made, matrix, matrix, "operator.mul", constant(1)) == ["numpy.einsum"]
    assert emitted(made, matrix, number, "operator.mul") == ["numpy.sum", "operator.mul"]
    assert made[2].kind.dims == matrix.kind.dims[:1]


def test_what_is_subtracted_at_places_is_subtracted_as_it_stands() -> None:
    def program(x, places):
        y = np.zeros(4)
        np.subtract.at(y, places, np.sin(x))
        return np.sum(y**2)

    text = value_and_grad(program).source(np.ones(5), np.array([0, 1, 1, 3, 2]))
    assert "np.subtract.at(y, places, np.sin(x))" in text, text


def test_products_that_others_read_are_not_taken_apart_for_a_sum() -> None:
    def program(x, amp, decay, freq):
        z = amp * np.exp(-decay * np.abs(x)) * np.cos(freq * x)
        return np.sum(np.log1p(z * z))

    text = value_and_grad(program, (0, 1, 2, 3)).source(np.ones(3), 1.2, 0.7, 3.0)
    assert text.count("np.sin(") == 1 and "np.dot(product, x)" in text, text
    assert "np.dot(product_bar, abs_value)" in text, text


def test_steady_factor_of_a_sum_goes_in_front() -> None:
    matrix = Var("m", kind_of(np.ones((3, 4)), "m"))
    row = Var("r", Array("float64", matrix.kind.dims[1:]))
    made: list[Any] = []
    assert emitted(made, matrix, row, "operator.mul", constant(0)) == ["numpy.sum", "operator.mul"]
    assert emitted(made, matrix, row, "operator.mul", constant(1)) == ["operator.matmul"]


def test_steady_arithmetic_leaves_the_reverse_loop() -> None:
    x, n, i, a, b, param, result = (Var(name, FLOAT) for name in ("x", "n", "i", "a", "b", "param", "result"))
    forward = For(i, [constant(0), n, constant(1)])
    loop = For(Var("k", INT), [constant(0), n, constant(1)], of=forward)
    loop.body = Block([
        Assign(a, "operator.mul", [x, x], adjoint=True),
        Assign(b, "math.sqrt", [x], adjoint=True),
        Assign(out := Var("out", FLOAT), "operator.mul", [param, a], adjoint=True),
    ])
    loop.carries = [Carry(x, param, out, result)]
    function = function_of([loop], result, x, n)
    move_steady(Context(), function)
    assert [s.defined() for s in function.body.statements] == [[a], [result]]
    assert len(loop.body.statements) == 2  # a square root may fail, where the loop has no round


def test_compiled_code_divides_by_what_comes_from_outside() -> None:
    """The primal's loop divides by a number made in front of it; what is not divided by stays where it was written."""
    x, n, i, power, twice, quotient, param, result = (
        Var(name, FLOAT) for name in ("x", "n", "i", "power", "twice", "quotient", "param", "result"))
    for compiled in (False, True):
        loop = For(i, [constant(0), n, constant(1)])
        loop.body = Block([
            Assign(power, "operator.pow", [x, constant(2)]),
            Assign(twice, "operator.mul", [x, constant(2.0)]),
            Assign(quotient, "operator.truediv", [param, power]),
            Assign(out := Var("out", FLOAT), "operator.mul", [quotient, twice]),
        ])
        loop.carries = [Carry(x, param, out, result)]
        function = function_of([loop], result, x, n)
        context = Context()
        context.array_tapes = compiled
        moved = move_steady(context, function)
        assert [s.target for s in moved] == [power] * compiled
        assert function.body.statements == [*moved, loop] and len(loop.body.statements) == 4 - compiled


def damp(x: Any, s: float, t: float) -> Any:
    return np.sum(np.cos(s * (t * x)))


def damp_and_keep(x: Any, s: float, t: float) -> Any:
    y = t * x
    return np.sum(np.cos(s * y) + y**2)


def test_numbers_are_collected_in_front_of_an_array() -> None:
    x = np.arange(3.0)
    assert "x_bar = np.sin(s * (t * x)) * -(t * s)" in grad(damp).source(x, 0.5, 0.3)
    assert "x_bar = y_bar * t" in grad(damp_and_keep).source(x, 0.5, 0.3)


def shifted(x: Any, b: Any) -> Any:
    y = x + b
    return np.mean(y**2)


def test_sum_of_what_is_scaled_anyway_is_that_of_the_scaled() -> None:
    text = grad(shifted, argnums=(0, 1)).source(np.ones((4, 3)), np.ones(3))
    assert "b_bar = np.sum(y_bar, axis=0)" in text


def rate(p: Any, q: Any, which: Any) -> Any:
    total = 0.0
    for i in which:
        total += np.dot(p[i], q[i]) + np.dot(p[i], p[i]) + np.dot(q[i], q[i])
    return total


def test_updates_of_two_arrays_in_turn_are_one_for_each_place() -> None:
    text = grad(rate, argnums=(0, 1)).source(np.ones((4, 3)), np.ones((4, 3)), np.array([0, 2, 2]))
    assert text.count("p_bar[i] +=") == text.count("q_bar[i] +=") == 1


def attend(x: Any) -> Any:
    e = np.exp(0.5 * (x - np.max(x, axis=1, keepdims=True)))
    return np.sum((e @ x / np.sum(e, axis=1, keepdims=True)) ** 2)


def across(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=0)) ** 2)


def twice(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e**2 / np.sum(e, axis=1, keepdims=True)) ** 2)


def crossed(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 2)


def entropy(x: Any) -> Any:
    shifted = x - x.max(axis=1)[:, None]
    p = np.exp(shifted) / np.exp(shifted).sum(axis=1)[:, None]
    return np.sum(p * (shifted - np.log(np.exp(shifted).sum(axis=1))[:, None]))


def likelihood(x: Any) -> Any:
    m = x.max(axis=1, keepdims=True)
    return np.sum(np.log(np.exp(x - m).sum(axis=1)) + np.squeeze(m, axis=1))


def columns(x: Any) -> Any:
    e = np.exp(x - np.expand_dims(np.max(x, axis=0), 0))
    return np.sum((e / np.expand_dims(e.sum(axis=0), axis=0)) ** 2)


@pytest.mark.parametrize("function, felt", [(attend, False), (across, True), (twice, True), (crossed, True),
                                            (entropy, False), (likelihood, False), (columns, False)])
def test_maximum_that_is_subtracted_for_safety_has_no_adjoint(function: Any, felt: bool) -> None:
    x = np.sin(np.arange(16.0)).reshape(4, 4)
    check_grads(function, (x,), order=1, modes=("rev",))
    assert ("==" in grad(function).source(x)) == felt


def softmax(x: Any) -> Any:
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return np.sum((e / np.sum(e, axis=1, keepdims=True)) ** 3)


def test_slope_of_a_softmax_comes_from_its_result() -> None:
    x = np.sin(np.arange(12.0)).reshape(4, 3)
    check_grads(softmax, (x,), order=1, modes=("rev",))
    slope = grad(softmax).source(x).partition("x_bar = ")[2]
    assert "ratio" in slope and "/" not in slope

def log_of_sum(a: float, b: float, c: float) -> float:
    m = max(a, b, c)
    return m + math.log(math.exp(a - m) + math.exp(b - m) + math.exp(c - m))


def felt(a: float, b: float, c: float) -> float:
    m = max(a, b, c)
    return 2.0 * m + math.log(math.exp(a - m) + math.exp(b - m) + math.exp(c - m))


@pytest.mark.parametrize("arguments", [(0.3, 1.2, -0.4), (1.3, 1.2, -0.4), (0.3, 1.2, 2.4)])
def test_a_maximum_subtracted_for_safety_has_no_derivative(arguments: tuple[float, ...]) -> None:
    assert ">" not in grad(log_of_sum).source(*arguments)
    assert ">" in grad(felt).source(*arguments)
    weights = np.exp(arguments) / np.sum(np.exp(arguments))
    assert grad(log_of_sum, (0, 1, 2))(*arguments) == pytest.approx(tuple(weights), rel=1e-14)
    weights[np.argmax(arguments)] += 1.0
    assert grad(felt, (0, 1, 2))(*arguments) == pytest.approx(tuple(weights), rel=1e-14)


def cross_entropy(z: Any, labels: Any) -> Any:
    z = z - np.max(z, axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(z), axis=1)) - z[np.arange(len(labels)), labels])


def test_one_element_of_each_row_is_added_to_in_place() -> None:
    labels = np.array([2, 0, 1, 1])
    text = grad(cross_entropy).source(np.ones((4, 3)), labels)
    assert "np.add.at" not in text and "==" not in text
    check_grads(lambda z: cross_entropy(z, labels), (np.sin(np.arange(12.0)).reshape(4, 3),), order=1, modes=("rev",))


def root(v: Any) -> Any:
    return np.sum(np.sqrt(np.maximum(v, 0.0) * 2.0))


def roots(v: Any, w: Any) -> Any:
    return np.sum(np.sqrt(v) * w + np.sqrt(v) ** 3)


def test_value_that_is_computed_twice_has_one_adjoint() -> None:
    text = grad(roots).source(np.ones(3), np.ones(3))
    assert text.count("/ sqrt") == 1


def test_root_of_a_maximum_is_flat_where_it_was_not_taken() -> None:
    with np.errstate(divide="ignore", invalid="ignore"):
        assert grad(root)(np.array([-1.0, 0.0, 2.0])).tolist() == [0.0, np.inf, 0.5]


def advect(u0: Any, c: float, nu: float, steps: int) -> Any:
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[1:-1] - c * u[1:-1] * (u[1:-1] - u[:-2]) + nu * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def diffuse(u0: Any, nu: float, steps: int) -> Any:
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += nu * (u[2:] - 2.0 * u[1:-1] + u[:-2])
    return np.sum(u**2)


def tapes(function: Any, argnums: Any, *args: Any) -> list[str]:
    """What each tape of the generated code holds."""
    return re.findall(r"\.append\((.*)\)", value_and_grad(function, argnums).source(*args))


def test_stencil_tapes_what_it_overwrites_or_what_is_computed_of_it() -> None:
    u = np.linspace(0.0, 1.0, 7)
    assert tapes(advect, (0, 1, 2), u, 0.1, 0.2, 3) == ["u_old"]
    assert tapes(diffuse, (0, 1), u, 0.2, 3) == ["total"]
    assert tapes(diffuse, 0, u, 0.2, 3) == []


def test_what_is_computed_again_of_restored_memory_is_computed_once() -> None:
    def program(x, n):
        y = x.copy()
        for _ in range(n):
            d = y[:, None] - y[None, :]
            y -= np.sum(d / (1.0 + d * d) ** 1.5, axis=1)
        return np.sum(y)

    text = generate(Request(program, "grad", {"x": VECTOR, "n": INT}, ("x",), True)).text
    backward = "\n".join(line for line in text.partition("reversed")[2].splitlines() if "#" not in line)
    assert backward.count("[:, None] - y") == 1 and backward.count("** 1.5") == 1
    assert text.count(".copy()") == 2  # of the argument, and of what an update overwrites
    assert "y_bar[...]" not in text and "y[...]" not in text


def test_a_place_that_is_read_once_is_not_cleared() -> None:
    def program(x, n):
        y = np.zeros(n + 1)
        y[0] = x
        for i in range(1, n + 1):
            y[i] = np.sin(y[i - 1]) * x
        return y[n]

    text = generate(Request(program, "grad", {"x": FLOAT, "n": INT}, ("x",), True)).text
    assert "y_bar[i] = 0.0" not in text

    def twice(x, n):
        y = np.zeros(n + 1)
        for i in range(n):
            y[i] = np.sin(x * i)
            y[i] = y[i + 1] * x + y[i] ** 2
        return np.sum(y)

    text = generate(Request(twice, "grad", {"x": FLOAT, "n": INT}, ("x",), True)).text
    assert text.count("y_bar[i] = ") == 1  # what the second statement adds to the place that it overwrites


def relaxed(u: Any, k: Any) -> Any:
    u = u.copy()
    for i in range(1, u.shape[0] - 1):
        for j in range(1, u.shape[1] - 1):
            u[i, j] = k * (u[i - 1, j] + u[i, j + 1])
    return np.sum(u**2)


def triangle(a: Any) -> Any:
    total = 0.0
    for i in range(a.shape[0]):
        for j in range(i + 1, a.shape[0]):
            total += a[i + 1, j] ** 2
    return total


def test_innermost_loops_go_along_rows() -> None:
    text = grad(relaxed, 0).source(np.ones((4, 5)), 0.2).partition("reversed")[2]
    assert "u_bar_row = u_bar[i]" in text and "u_bar_row[j + 1] += " in text
    # Where the loop does not run there is no row to take: the last one would be out of bounds.
    a = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal(grad(triangle)(a), 2.0 * np.triu(a, 1) * (np.arange(3) > 0)[:, None]
                                  + 2.0 * np.diag(np.diag(a)) * (np.arange(3) > 0))


def force(x: Any, mass: Any) -> Any:
    d = x - x[:, None]
    return np.sum(mass * d / (d * d + 0.1), axis=1)


def test_what_begins_the_first_round_is_computed_again_at_the_end() -> None:
    def leapfrog(x, v, mass, steps):
        for _ in range(steps):
            v = v + force(x, mass)
            x = x + v
            v = v + force(x, mass)
        return np.sum(v * v)

    text = value_and_grad(leapfrog, (0, 1, 2)).source(*np.ones((3, 4)), 2)
    forward, backwards = text.split("for _ in reversed(range(steps)):")
    assert forward.count("  d = ") == 2  # of the first round, and of each
    assert backwards.count("  d = ") == 2 and "\n    d = x - x[:, None]\n" in backwards


def test_a_sum_of_what_is_kept_is_written_again() -> None:
    def program(x, w):
        t = np.tanh(x)
        a = 0.5 * t * (1.0 + t)
        return np.sum(a * (w + 1.0)) + np.sum(t)

    text = value_and_grad(program, (0, 1)).source(np.ones(3), np.ones(3))
    forward, _, backwards = text.partition("# return")
    assert "a = 0.5 * t * (1.0 + t)" in forward and "total" not in forward
    assert "w + 1.0" in backwards and "1.0 + t" in backwards


def test_a_product_takes_the_memory_of_an_adjoint_that_is_asked_for_no_more() -> None:
    def flow(u, conductance, left, right):
        jump = u[right] - u[left]
        flux = conductance * jump * np.abs(jump)
        out = np.zeros_like(u)
        np.add.at(out, left, flux)
        return np.sum(out**2)

    def asked_again(u, conductance):
        jump = u - 1.0
        flux = conductance * jump * np.abs(jump)
        return np.sum(flux * u)

    args = np.ones(3), np.ones(4), np.arange(4) % 3, np.arange(4) % 2
    assert "flux_bar *= abs_value" in grad(flow, (0, 1)).source(*args)
    assert "*=" not in grad(asked_again, (0, 1)).source(np.ones(3), np.ones(3))


def test_what_reads_parameters_is_written_behind_an_update() -> None:
    def program(x, mass, n):
        for _ in range(n):
            r = x * x
            x = np.sum(mass * np.tanh(r)) * x
        return np.sum(x)

    text = grad(program, (0, 1)).source(np.ones(3), np.ones(3), 2)
    assert "mass_bar += total_bar * tanh" in text and "r_bar = total_bar * mass * (1.0 - tanh * tanh)" in text


def test_an_array_with_one_reader_is_no_name_that_outlives_it() -> None:
    def program(x, w):
        y = np.zeros((len(x), 2))
        for k in range(w.shape[0]):
            y += x @ w[k]
        return np.sum(y * y)

    text = grad(program, (0, 1)).source(np.ones((3, 4)), np.ones((5, 4, 2)))
    assert "w_bar[k] = x.T @ y_bar" in text and "x_bar += y_bar @ w[k].T" in text


def test_masks_are_kept_where_the_state_is_larger() -> None:
    def program(u, steps):
        u = u.copy()
        for _ in range(steps):
            d = u[1:] - u[:-1]
            u[1:-1] = u[1:-1] + np.where(np.abs(d[1:]) < np.abs(d[:-1]), d[1:], d[:-1])
        return np.sum(u * u)

    text = grad(program).source(np.ones(5), 2)
    assert "test_tape.append(test)" in text and "u_old" not in text


def test_what_comes_of_elements_that_stay_is_computed_of_them_again() -> None:
    def table(x, n):
        d = np.zeros((n + 1, n + 1))
        for i in range(1, n + 1):
            for j in range(1, n + 1):
                e = math.exp(-d[i - 1, j]) + math.exp(-d[i, j - 1])
                d[i, j] = x[i] + math.log(e)
        return d[n, n]

    def overwritten(x, n):
        d = x.copy()
        for _ in range(n):
            for i in range(1, n):
                e = math.exp(-d[i - 1])
                d[i] = d[i] * e + e * e
        return np.sum(d)

    text = generate(Request(table, "grad", {"x": VECTOR, "n": INT}, ("x",), True)).text
    assert "tape" not in text
    text = generate(Request(overwritten, "grad", {"x": VECTOR, "n": INT}, ("x",), True)).text
    assert "tape" in text


def test_a_maximum_is_not_felt_for_a_name_that_a_loop_leaves_and_nothing_reads() -> None:
    def program(w, x):
        loss = 0.0
        for k in range(len(x)):
            z = x[k] @ w
            z = z - np.max(z)
            loss += np.log(np.sum(np.exp(z))) - z[0]
        return loss

    assert "==" not in grad(program).source(np.ones((3, 2)), np.ones((4, 3)))


def test_what_is_negated_for_a_place_is_taken_from_it() -> None:
    def program(u, n):
        for _ in range(n):
            d = u[1:] - u[:-1]
            u = u + np.concatenate([d * d, d[:1]])
        return np.sum(u)

    text = generate(Request(program, "grad", {"u": VECTOR, "n": INT}, ("u",), True)).text
    assert "u_bar[:-1] -= d_bar" in text and "-d_bar" not in text


# --- the whole ----------------------------------------------------------------------------------------

SAME = ["model_lstm_cell", "closure_nonlocal", "object_nested", "dict_literal_and_lookup", "recursion_mutual",
        "inplace_array_written_through_view", "function_chosen_at_run_time", "loop_exits_mixed"]
SHOW = """
import sys
sys.path.insert(0, {root!r})
from tools.update import golden_text
print("".join(golden_text(name, "value_and_grad") for name in {names!r}))
"""


def test_text_is_the_same_in_every_process() -> None:
    script = SHOW.format(root=str(ROOT), names=SAME)
    texts = {
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True,
                       env={"PYTHONHASHSEED": seed, "S2SAD_CACHE": "off"}).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(texts) == 1
    assert len(texts.pop()) > 1000


def test_the_reverse_of_a_loop_that_counts_down_counts_up() -> None:
    def program(x, n, m):
        s = x
        for k in range(n - 1, -1, -1):
            for j in range(m, k - 1, -1):
                s = s * x + math.sin(s) * j
        for k in range(m, -1, -1):
            s = s * x + k
        return s

    check_grads(program, (0.7, 3, 4))
    text = generate(Request(program, "grad", {"x": FLOAT, "n": INT, "m": INT}, ("x",), True)).text
    reverse = text[text.index("x_bar ="):]
    assert [line.strip() for line in reverse.splitlines() if "for " in line and "#" not in line] == [
        "for k in range(m + 1):", "for k in range(n):", "for j in range(k, m + 1):"]
