"""NumPy's products and linear algebra.

Formulas: M. B. Giles, "Collected matrix derivative results for forward and reverse mode algorithmic
differentiation" (2008); for the Cholesky factor I. Murray, "Differentiation of the Cholesky decomposition"
(2016). As in JAX, the adjoint of a matrix that is taken to be symmetric is symmetric.
"""
from __future__ import annotations

from string import ascii_letters

import numpy as np

from s2sad.ir.kinds import UNKNOWN, Array, Dim, Extent, Kind, List, Scalar, Tuple, is_narrow
from s2sad.ir.meeting import broadcast_dims, common_dtype
from s2sad.ir.nodes import Operand
from s2sad.rules.adjoint_shapes import shaped_as, unreshape
from s2sad.rules.axes import flattened, rank
from s2sad.rules.build import Builder, constant
from s2sad.rules.kinds import (
    dims_of,
    equal_dim,
    numpy_arithmetic,
    product_dim,
    real_of,
    settled,
    strong,
    sum_dim,
    text_argument,
    with_dtype,
)
from s2sad.rules.linalg import matmul_left, matmul_right
from s2sad.rules.numpy_reductions import lengthened
from s2sad.rules.pieces import eye_like, operands, part, refuse, with_keywords
from s2sad.rules.table import TABLE, Call, function

# -- products -------------------------------------------------------------------------------------


def _dtype(call: Call) -> str:
    """Products make arrays of their operands first: a Python float counts as float64."""
    return common_dtype(*[getattr(call.kind(name), "dtype", "any") for name in ("x", "y")])


def _scaled(call: Call) -> Kind:
    """The kind of a product with a number."""
    return with_dtype(numpy_arithmetic(call), _dtype(call))


def _product(call: Call, dims: tuple[Extent, ...] | None) -> Kind:
    return settled(Array(_dtype(call), dims))


def _dot_kind(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    if one == () or two == ():
        return _scaled(call)
    if one is None or two is None:
        return TABLE["operator.matmul"].kind(call)
    return _product(call, one[:-1] + (two[:-2] + two[-1:] if len(two) > 1 else ()))


def _dot_left(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, y = call.bound["x"], call.bound["y"]
    one, two = rank(x.kind), rank(y.kind)
    if 0 in (one, two):
        return b.expression("g * y", {"g": g, "y": y})
    if one is None or two is None:
        return b.emit("s2sad.dot_left", g, x, y)
    if two <= 2 and (one <= 2 or two == 1):
        return matmul_left(b, call, g, ans, name)
    of_g, of_y = tuple(range(one - 1, one + two - 2)), tuple(n for n in range(two) if n != two - 2)
    return b.expression("np.tensordot(g, y, axes)", {"g": g, "y": y, "axes": constant((of_g, of_y))})


def _dot_right(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, y = call.bound["x"], call.bound["y"]
    one, two = rank(x.kind), rank(y.kind)
    if 0 in (one, two):
        return b.expression("g * x", {"g": g, "x": x})
    if one is None or two is None:
        return b.emit("s2sad.dot_right", g, x, y)
    if two <= 2 and one <= 2:
        return matmul_right(b, call, g, ans, name)
    axes = tuple(range(one - 1))
    text = "np.tensordot(x, g, axes)" if two <= 2 else "np.moveaxis(np.tensordot(x, g, axes), 0, -2)"
    return b.expression(text, {"g": g, "x": x, "axes": constant((axes, axes))})


def _vdot(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, y = call.bound["x"], call.bound["y"]
    names = {"g": g, "x": x, "y": unreshape(b, y, x)}
    if name == "x":
        return b.expression("conj(g * y)", names)
    return b.expression("g * conj(x)", {"g": g, "x": unreshape(b, x, y)})


def _vdot_kind(call: Call) -> Kind:
    return Scalar(_dtype(call), weak=False)


def _inner_kind(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    if one == () or two == ():
        return _scaled(call)
    return _product(call, None if one is None or two is None else one[:-1] + two[:-1])


def _inner(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    one, two = rank(call.kind("x")), rank(call.kind("y"))
    if one is None or two is None:
        raise refuse(b, "the number of dimensions must be known here")
    left = name == "x"
    names = {"g": g, "other": call.bound["y" if left else "x"]}
    if 0 in (one, two) or one == two == 1:
        return b.expression("g * other", names)
    of_g = tuple(range(one - 1, one + two - 2)) if left else tuple(range(one - 1))
    names["axes"] = constant((of_g, tuple(range(len(of_g)))))
    return b.expression("np.tensordot(g, other, axes)", names)


def _outer_kind(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    if one is None or two is None:
        return Array(_dtype(call), (Dim(call.fresh()), Dim(call.fresh())))
    return Array(_dtype(call), (product_dim(one), product_dim(two)))


def _outer(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, y = call.bound["x"], call.bound["y"]
    if name == "x":
        return unreshape(b, b.emit("operator.matmul", g, flattened(b, y)), x)
    return unreshape(b, b.emit("operator.matmul", flattened(b, x), g), y)


def _kron_kind(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    if one is None or two is None:
        return Array(_dtype(call), None)
    width = max(len(one), len(two))
    one, two = ((1,) * (width - len(dims)) + dims for dims in (one, two))
    return _product(call, tuple(product_dim(pair) for pair in zip(one, two, strict=True)))


def _kron(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The axes of the two factors are split again."""
    x, y = call.bound["x"], call.bound["y"]
    if rank(x.kind) != rank(y.kind) or rank(x.kind) not in (1, 2):
        raise refuse(b, "np.kron has a derivative rule for two vectors or two matrices only")
    names = {"g": g, "x": x, "y": y}
    if rank(x.kind) == 1:
        names["g"] = b.expression("np.reshape(g, (x.shape[0], y.shape[0]))", names)
        return b.expression("g @ y" if name == "x" else "x @ g", names)
    names["g"] = b.expression("np.reshape(g, (x.shape[0], y.shape[0], x.shape[1], y.shape[1]))", names)
    text = "np.einsum('ikjl,kl->ij', g, y)" if name == "x" else "np.einsum('ikjl,ij->kl', g, x)"
    return b.expression(text, names)


def _cross(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Of vectors with three components. Where there are several, `np.linalg.cross` says so if they have two."""
    several = {rank(call.kind("x")), rank(call.kind("y"))} != {1}
    function = "np.linalg.cross" if several and hasattr(np.linalg, "cross") else "np.cross"
    text = f"{function}(y, g)" if name == "x" else f"{function}(g, x)"
    return b.expression(text, {"g": g, **call.bound})


# -- tensordot ------------------------------------------------------------------------------------


def _contracted(call: Call) -> tuple[list[int], list[int]] | None:
    """The axes of x and of y that are summed, as non-negative numbers; None where a rank is not known."""
    one, two = rank(call.kind("x")), rank(call.kind("y"))
    axes = call.constant("axes", 2)
    if one is None or two is None:
        return None
    if isinstance(axes, int):
        return list(range(one - axes, one)), list(range(axes))
    pair = [list(part) if isinstance(part, tuple) else [part] for part in axes]
    return [n % one for n in pair[0]], [n % two for n in pair[1]]


def _rest(count: int | None, axes: list[int]) -> list[int]:
    return [number for number in range(count or 0) if number not in axes]


def _tensordot_kind(call: Call) -> Kind:
    found, one, two = _contracted(call), dims_of(call.kind("x")), dims_of(call.kind("y"))
    if found is None or one is None or two is None:
        return Array(_dtype(call), None)
    rest_x, rest_y = _rest(len(one), found[0]), _rest(len(two), found[1])
    return Array(_dtype(call), tuple(one[n] for n in rest_x) + tuple(two[n] for n in rest_y))


def _tensordot(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The cotangent contracted with the other factor over the other's own axes, transposed to fit."""
    found, one, two = _contracted(call), rank(call.kind("x")), rank(call.kind("y"))
    if found is None:
        raise refuse(b, "the number of dimensions must be known here")
    own, others = found if name == "x" else found[::-1]
    rest_x = _rest(one, found[0])
    rest = rest_x if name == "x" else _rest(two, found[1])
    free = _rest(two, found[1]) if name == "x" else rest_x
    of_g = range(len(rest_x), len(rest_x) + len(free)) if name == "x" else range(len(free))
    paired = [own[i] for i in sorted(range(len(own)), key=others.__getitem__)]
    order = rest + paired if name == "x" else paired + rest
    pair = (tuple(of_g), tuple(free))
    names = {"g": g, **call.bound, "axes": constant(pair if name == "x" else pair[::-1])}
    text = "np.tensordot(g, y, axes)" if name == "x" else "np.tensordot(x, g, axes)"
    if order == sorted(order):
        return b.expression(text, names)
    names["inverse"] = constant(tuple(order.index(number) for number in range(len(order))))
    return b.expression(f"np.transpose({text}, inverse)", names)


# -- einsum ---------------------------------------------------------------------------------------


def _subscripts(call: Call) -> tuple[list[str], str] | None:
    """The letters of each operand and of the result; None where they are not literal, or have an ellipsis."""
    text = text_argument(call, "subscripts")
    if text is None or "." in text:
        return None
    left, arrow, right = text.replace(" ", "").partition("->")
    letters = left.split(",")
    once = sorted({letter for letter in left if letter.isalpha() and left.count(letter) == 1})
    return letters, right if arrow else "".join(once)


def _einsum_kind(call: Call) -> Kind:
    kinds = [operand.kind for operand in call.rest()]
    found, dtypes = _subscripts(call), [getattr(kind, "dtype", "any") for kind in kinds]
    if not dtypes:
        return UNKNOWN
    dtype = common_dtype(*dtypes)
    if found is None:
        return Array(dtype, None)
    lengths: dict[str, list[Extent]] = {}
    for letters, kind in zip(found[0], kinds, strict=False):
        dims = dims_of(kind)
        if dims is None or len(dims) != len(letters):
            return Array(dtype, None)
        for letter, dim in zip(letters, dims, strict=True):
            lengths.setdefault(letter, []).append(dim)
    return settled(Array(dtype, tuple(_broadcast_dim(call, lengths[letter]) for letter in found[1])))


def _broadcast_dim(call: Call, dims: list[Extent]) -> Extent:
    whole: tuple[Extent, ...] = dims[0],
    for dim in dims[1:]:
        whole = broadcast_dims(whole, (dim,), call.fresh)
    return whole[0]


def _einsum(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The result's letters join the other operands' to give this one's. A letter that is summed in this
    operand alone comes back as a broadcast; one that is repeated in it, through a unit matrix."""
    found = _subscripts(call)
    if found is None:
        raise refuse(b, "np.einsum needs literal subscripts without an ellipsis here")
    inputs, output = found
    number, rest = int(name[1:]) - 1, call.rest()
    x, own = rest[number], inputs[number]
    others = [rest[i] for i in range(len(rest)) if i != number]
    letters = [inputs[i] for i in range(len(rest)) if i != number]
    unused = iter(letter for letter in ascii_letters if letter not in "".join(inputs) + output)
    wanted = ""
    for place, letter in enumerate(own):
        if letter in wanted:
            other = next(unused)
            side = b.expression("x.shape[place]", {"x": x, "place": constant(place)})
            others.append(eye_like(b, side, constant(None), constant(None), x))
            letters.append(letter + other)
            letter = other
        wanted += letter
    present = {letter for text in [output, *letters] for letter in text}
    kept = "".join(letter for letter in wanted if letter in present)
    if not output and not others:
        return g
    if not output and all(is_narrow(other.kind) for other in others):
        others[0] = b.expression("1.0 * x", {"x": others[0]})
    if output:
        letters, others = [output, *letters], [g, *others]
    spec = constant(f"{','.join(letters)}->{kept}")
    result = with_keywords(b, "numpy.einsum", spec, *others, optimize=call.get("optimize"))
    if not output:
        result = b.emit("operator.mul", g, result)
    gone = tuple(place for place, letter in enumerate(wanted) if letter not in present)
    if gone and not isinstance(result.kind, Scalar) and gone != tuple(range(len(gone))):
        result = b.emit("numpy.expand_dims", result, constant(gone if len(gone) > 1 else gone[0]))
    return result


# -- matrices -------------------------------------------------------------------------------------


def _matrix(call: Call) -> Kind:
    kind = call.kind("x")
    return with_dtype(kind, _inexact(getattr(kind, "dtype", "any")))


def _inexact(dtype: str) -> str:
    return dtype if dtype.startswith(("float", "complex", "any")) else "float64"


def _of_matrix(call: Call, keep: int) -> Kind:
    """A number, or a vector, a matrix."""
    dims = dims_of(call.kind("x"))
    dtype = _inexact(getattr(call.kind("x"), "dtype", "any"))
    if dims is None:
        return Array(dtype, None)
    return settled(Array(dtype, dims[: len(dims) - 2 + keep]))


def _det_kind(call: Call) -> Kind:
    return _of_matrix(call, 0)


def _slogdet_kind(call: Call) -> Kind:
    kind = _det_kind(call)
    return Tuple((kind, real_of(kind)))


def _eigh_kind(call: Call) -> Kind:
    return Tuple((real_of(_of_matrix(call, 1)), _matrix(call)))


def _slogdet(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x = call.bound["x"]
    if getattr(x.kind, "dtype", "any").startswith("complex"):
        raise refuse(b, "np.linalg.slogdet of a complex matrix has no derivative rule")
    names = {"x": x, "part": _over_matrix(b, part(b, g, 1), x)}
    return b.expression("part * mT(np.linalg.inv(x))", names)


def _over_matrix(b: Builder, g: Operand, x: Operand) -> Operand:
    """A number for each matrix of a stack, as it broadcasts over them."""
    if rank(x.kind) == 2:
        return g
    return b.expression("np.expand_dims(g, (-2, -1))", {"g": g})


def _det(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x = call.bound["x"]
    names = {"x": x, "part": _over_matrix(b, b.expression("g * ans", {"g": g, "ans": ans}), x)}
    return b.expression("part * mT(np.linalg.inv(x))", names)


def _solve_kind(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    dtype = _inexact(_dtype(call))
    if one is None or two is None or len(two) < 1:
        return Array(dtype, None)
    batch = one[:-2] if len(two) == 1 else broadcast_dims(one[:-2], two[:-2], call.fresh)
    columns = () if len(two) == 1 else two[-1:]
    return Array(dtype, (*batch, equal_dim([one[-1], two[0] if len(two) == 1 else two[-2]]), *columns))


def _solve(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x, y = call.bound["x"], call.bound["y"]
    one, two = rank(x.kind), rank(y.kind)
    if one is None or two is None or one != two and (one, two) != (2, 1):
        # NumPy 1 and 2 read a stack of vectors differently.
        raise refuse(b, "np.linalg.solve needs a right-hand side of as many dimensions as the matrix here")
    names = {"x": x, "g": g, "ans": ans}
    names["y_bar"] = b.expression(_solved_by_factor(b, x, names) or "np.linalg.solve(mT(x), g)", names)
    if name == "y":
        return names["y_bar"]
    return b.expression("-np.outer(y_bar, ans)" if two == 1 else "-(y_bar @ mT(ans))", names)


def _solved_by_factor(b: Builder, x: Operand, names: dict[str, Operand]) -> str | None:
    """The product that solves for a Cholesky factor or its transpose, by the inverse that the adjoint of the factor
    needs; None for another matrix."""
    turned = b.context.definition(x, "array.T")
    factor = x if turned is None else turned.args[0]
    if not x.varied or b.context.definition(factor, "numpy.linalg.cholesky") is None:
        return None
    names["inverse"] = b.emit("s2sad.inverse_of_lower", factor)
    return "mT(inverse) @ g" if turned is None else "inverse @ g"


def _cholesky(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Murray (2016), eq. 10: with P the lower triangle of L' g, its diagonal halved, the adjoint is the
    symmetric part of inv(L)' P inv(L). The inverse and two products cost less than to solve twice."""
    names = {"g": g, "ans": ans}
    names["product"] = b.expression("conj(mT(ans)) @ g", names)
    names["symmetric"] = b.expression("np.tril(product) + mT(np.tril(product, -1))", names)
    names["inverse"] = b.emit("s2sad.inverse_of_lower", ans)
    return b.expression("0.5 * (mT(inverse) @ symmetric @ inverse)", names)


def _eigh(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """Giles (2008), section 3.1: v (diag(w_bar) + (v' v_bar) / (w_j - w_i)) v', symmetrised."""
    x = call.bound["x"]
    if rank(x.kind) != 2 or getattr(x.kind, "dtype", "any").startswith("complex"):
        raise refuse(b, "np.linalg.eigh has a derivative rule for one real matrix only")
    names = {"w_bar": part(b, g, 0), "v_bar": part(b, g, 1), "w": part(b, ans, 0), "v": part(b, ans, 1)}
    if b.context.definition(names["v_bar"], "s2sad.zeros_like") is not None:
        return b.expression("(v * w_bar) @ v.T", names)
    names["eye"] = b.expression("eye_like(x.shape[0], none, none, x)", {"x": x, "none": constant(None)})
    names["gap"] = b.expression("w - np.expand_dims(w, 1) + eye", names)
    names["inside"] = b.expression("eye * w_bar + (1.0 - eye) * (v.T @ v_bar) / gap", names)
    names["whole"] = b.expression("v @ inside @ v.T", names)
    return b.expression("0.5 * (whole + whole.T)", names)


def _eigvalsh(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    x = call.bound["x"]
    if rank(x.kind) != 2 or getattr(x.kind, "dtype", "any").startswith("complex"):
        raise refuse(b, "np.linalg.eigvalsh has a derivative rule for one real matrix only")
    names = {"g": g, "v": b.expression("np.linalg.eigh(x)[1]", {"x": x})}
    return b.expression("(v * g) @ v.T", names)


# -- signals --------------------------------------------------------------------------------------


def _convolved(call: Call) -> Kind:
    one, two = dims_of(call.kind("x")), dims_of(call.kind("y"))
    mode = call.constant("mode", "full")
    if one is not None and two is not None and len(one) == len(two) == 1 and mode == "full":
        return Array(_dtype(call), (lengthened(sum_dim([one[0], two[0]]), -1),))
    return Array(_dtype(call), (Dim(call.fresh()),))


def _convolve(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """The cotangent, put back into its place in the full convolution, correlated with the other signal."""
    x, y, mode = call.bound["x"], call.bound["y"], call.constant("mode", "full")
    if rank(x.kind) != 1 or rank(y.kind) != 1:
        raise refuse(b, "np.convolve needs vectors here")
    names = {"g": g, "x": x, "y": y, "other": y if name == "x" else x}
    if mode != "full":
        shorter = "min(x.shape[0], y.shape[0]) - 1"
        names["before"] = b.expression(shorter if mode == "valid" else f"({shorter}) // 2", names)
        names["after"] = b.expression("x.shape[0] + y.shape[0] - 1 - g.shape[0] - before", names)
        names["g"] = b.expression("np.pad(g, (before, after))", names)
    return shaped_as(b.expression("np.convolve(g, other[::-1], 'valid')", names), call.bound[name])


def _interpolated(call: Call) -> Kind:
    return with_dtype(strong(call.kind("x")), "float64")


def _interp(b: Builder, call: Call, g: Operand, ans: Operand, name: str) -> Operand:
    """A point between two abscissas has the slope of its interval, and gives its cotangent to the
    ordinates by its distance from them; outside, all to the nearest."""
    names = operands(call, g, ans)
    for other in sorted({"xp", "fp"} - {name}):
        if isinstance(call.kind(other), (List, Tuple)):
            names[other] = b.expression("np.asarray(points)", {"points": names[other]})
    clip = "min(max({}, {}), {})" if isinstance(call.kind("x"), Scalar) else "np.clip({}, {}, {})"
    names["k"] = b.expression(clip.format("np.searchsorted(xp, x, 'right') - 1", "0", "xp.shape[0] - 2"), names)
    if name == "x":
        names["slope"] = b.expression("(fp[k + 1] - fp[k]) / (xp[k + 1] - xp[k])", names)
        return b.expression("np.where((x >= xp[0]) & (x <= xp[-1]), g * slope, 0.0)", names)
    names["t"] = b.expression(clip.format("(x - xp[k]) / (xp[k + 1] - xp[k])", "0.0", "1.0"), names)
    zero = b.emit("s2sad.zeros_like", names["fp"])
    low = b.emit("s2sad.index_add", zero, names["k"], b.expression("g * (1.0 - t)", names))
    return b.emit("s2sad.index_add", low, b.expression("k + 1", names), b.expression("g * t", names))


# -- the table ------------------------------------------------------------------------------------

function("np.dot(x, y)", _dot_kind, x=_dot_left, y=_dot_right)
function("np.vdot(x, y)", _vdot_kind, x=_vdot, y=_vdot)
function("np.inner(x, y)", _inner_kind, x=_inner, y=_inner)
function("np.outer(x, y)", _outer_kind, x=_outer, y=_outer)
function("np.kron(x, y)", _kron_kind, x=_kron, y=_kron)
function("np.tensordot(x, y, axes=2)", _tensordot_kind, x=_tensordot, y=_tensordot)
function("np.einsum(subscripts, *operands, optimize=False)", _einsum_kind, **{"*": _einsum})  # type: ignore[arg-type]
function("np.cross(x, y)", _scaled, x=_cross, y=_cross)
function("np.linalg.cross(x, y)", _scaled, x=_cross, y=_cross)
function("np.linalg.inv(x)", _matrix, x="-(mT(ans) @ g @ mT(ans))")
function("np.linalg.det(x)", _det_kind, x=_det)
function("np.linalg.slogdet(x)", _slogdet_kind, x=_slogdet)
function("np.linalg.solve(x, y)", _solve_kind, x=_solve, y=_solve)
function("np.linalg.cholesky(x)", _matrix, x=_cholesky)
function("np.linalg.eigh(x)", _eigh_kind, x=_eigh)
function("np.linalg.eigvalsh(x)", lambda call: real_of(_of_matrix(call, 1)), x=_eigvalsh)
function("np.convolve(x, y, mode=None)", _convolved, x=_convolve, y=_convolve)
function("np.interp(x, xp, fp)", _interpolated, x=_interp, fp=_interp)
function("s2sad.dot_left(g, x, y)", lambda call: call.kind("x"))
function("s2sad.dot_right(g, x, y)", lambda call: call.kind("y"))
