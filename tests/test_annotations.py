"""Kinds from --types and from annotations are those of a value that fits them."""
from __future__ import annotations

import typing
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any, List, NamedTuple, Optional, Tuple, TypedDict  # noqa: UP035

import numpy as np
import numpy.typing as npt
import pytest

from s2sad.errors import SignatureError
from s2sad.frontend.annotations import kind_of_annotation, parse_type, parse_types
from s2sad.ir import kinds
from s2sad.ir.of_values import kind_of


class Pair(NamedTuple):
    left: float
    right: Annotated[np.ndarray, "f64[:]"]


@dataclass
class Layer:
    W: f64[:, :]  # noqa: F821
    b: Annotated[np.ndarray, "f64[:]"]


@dataclass
class Model(Layer):
    name: str
    pair: Pair
    sizes: tuple[int, int]


class Config(TypedDict):
    rate: float
    steps: int


@dataclass
class Endless:
    next: Endless


@dataclass
class Vague:
    W: np.ndarray


class Net:
    def __init__(self):
        self.W, self.b = W, b


VECTOR = "f64[:]"
class Written:
    rate: float
    known: typing.ClassVar[int] = 3


class Inherits(Written):
    W: Annotated[np.ndarray, "f64[:, :]"]

    def __init__(self):
        self.rate, self.W = 0.1, W


class Partly:
    rate: float
    rest: Any


W, b = np.ones((3, 2)), np.ones(3)
layer = Layer(W, b)
model = Model(W, b, "m", Pair(1.0, b), (2, 3))

# (what is written, a value of that type)
VALUES = [
    ("float", 1.5),
    ("int", 3),
    ("complex", 1j),
    ("bool", True),
    ("str", "text"),
    ("None", None),
    ("f64", np.float64(1.0)),
    ("f32", np.float32(1.0)),
    ("np.int32", np.int32(1)),
    ("f64[:]", np.ones(3)),
    ("f64[:,:]", np.ones((3, 2))),
    ("f64[n, 2]", np.ones((3, 2))),
    ("float[:, :]", np.ones((3, 2))),
    ("float64[:, ::1]", np.ones((3, 2))),
    ("np.float64[:]", np.ones(3)),
    ("f64[()]", np.array(1.0)),
    ("f64[0]", np.ones(0)),
    ("f32[3, 1]", np.ones((3, 1), np.float32)),
    ("f16[1]", np.ones(1, np.float16)),
    ("c128[:]", np.ones(3, complex)),
    ("c64[:]", np.ones(3, np.complex64)),
    ("i64[:]", np.arange(3)),
    ("int[:]", np.arange(3)),
    ("i32[:]", np.ones(3, np.int32)),
    ("int8[:]", np.ones(3, np.int8)),
    ("u64[:]", np.ones(3, np.uint64)),
    ("uint8[:]", np.ones(3, np.uint8)),
    ("b1[:]", np.ones(3, bool)),
    ("bool[:]", np.ones(3, bool)),
    ("()", ()),
    ("(float, int)", (1.0, 2)),
    ("(f64[:],)", (np.ones(3),)),
    ("tuple[float, (int, f64[:])]", (1.0, (2, np.ones(3)))),
    ("list[float]", [1.0, 2.0]),
    ("List[f64[:, :]]", [np.ones((2, 3))]),
    ("list[(float, f64[:])]", [(1.0, np.ones(3))]),
    ("{'W': f64[:, :], 'b': f64[:]}", {"W": W, "b": b}),
    ("{0: float, ('a', -1): {'y': f64[:]}}", {0: 1.0, ("a", -1): {"y": b}}),
    ("Layer", layer),
    ("Layer(W=f64[:, :], b=f64[:])", layer),
    ("Model", model),
    ("Pair", Pair(1.0, b)),
    ("Pair(left=float, right=f64[:])", Pair(1.0, b)),
    ("Net(W=f64[:, :], b=f64[:])", Net()),
]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_as_the_kind_of_a_value(text, value):
    assert parse_type(text, "p", globals()) == kind_of(value, "p")
    assert parse_types(f"n: int, p: {text}", globals()) == {"n": kinds.INT, "p": kind_of(value, "p")}


def test_several():
    found = parse_types("w: f64[:,:], n: int,\n  t: (float, int), flag: bool, ")
    assert list(found) == ["w", "n", "t", "flag"]
    assert str(found["w"]) == "float[:, :]"
    assert parse_types("") == parse_types("  ") == {}


def test_unknown_rank():
    assert parse_type("f64[...]", "p") == kinds.Array("float64", None)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("w", "`w` does not read as `name: type"),
        ("w: ", "`w:` does not read"),
        ("w: float n: int", "does not read"),
        ("float", "does not read"),
        ("w:\n float[", "`w: float[` does not read"),
        ("'w': float", "`'w'` does not read"),
        ("**w", "does not read"),
        ("w: float}, {n: int", "does not read"),
        ("w: f64[:,", "`w: f64[:,` does not read"),
        ("w: f65[:]", "`f65[:]` is not a type"),
        ("w: i8[:]", "`i8[:]` is not a type"),
        ("w: (float, double)", "`double` is not a type"),
        ("w: os.float64", "`os.float64` is not a type"),
        ("w: f64[1:2]", "has the dimension `1:2`"),
        ("w: f64[-1]", "has the dimension `-1`"),
        ("w: f64[True]", "has the dimension `True`"),
        ("w: f64[:, ...]", "has the dimension `...`"),
        ("w: 3", "`3` is not a type"),
        ("w: list", "`list` is not a type"),
        ("w: tuple[float, ...]", "`...` is not a type"),
        ("w: list[float, int][0]", "is not a type"),
        ("w: {[]: float}", "has a key that is no string or number"),
        ("w: {**x}", "has a key"),
        ("w: dict[str, float]", "`dict[str, float]` is not a type"),
        ("w: Unheard(a=float)", "names `Unheard`, which is no class"),
        ("w: print(a=float)", "names `print`"),
        ("w: Layer(W=f64[:, :])", "should give the types of W, b"),
        ("w: Layer(1)", "is not a type"),
        ("w: Vague", "`Vague` is not a type"),
        ("w: f64 if x else int", "is not a type"),
    ],
)
def test_mistakes(text, shown):
    with pytest.raises(SignatureError) as caught:
        parse_types(text, globals())
    message = str(caught.value)
    assert shown in message and "\n" not in message


def test_two_types_for_one_name():
    with pytest.raises(SignatureError, match="`w` is given two types"):
        parse_types("w: float, w: int")


def test_accepted_is_accepted():
    from s2sad.frontend.annotations import ACCEPTED

    for number, one in enumerate(("float", "f64[...]", "(float, int)", "{'W': f64[:, :]}")):
        assert one in ACCEPTED
        parse_type(one, number)
    parse_type(f"({ACCEPTED})", "all")


ANNOTATIONS: list[tuple[Any, Any]] = [
    (float, 1.0),
    (int, 1),
    (bool, True),
    (complex, 1j),
    (str, "x"),
    (None, None),
    (type(None), None),
    (slice, slice(1)),
    (np.float32, np.float32(1)),
    (np.bool_, np.bool_(True)),
    (list[float], [1.0]),
    (List[float], [1.0]),  # noqa: UP006
    (tuple[float, int], (1.0, 1)),
    (Tuple[float, VECTOR], (1.0, b)),  # noqa: UP006
    (tuple[()], ()),
    (list[Pair], [Pair(1.0, b)]),
    (Annotated[np.ndarray, "f64[:, :]"], W),
    (Annotated[np.ndarray, 3, "the weights", "f64[:, :]"], W),
    (Annotated[float, "learning rate in 1/s"], 1.0),
    (Annotated[list[Annotated[np.ndarray, "f64[:]"]], "all"], [b]),
    (np.ndarray[tuple[int, int], np.dtype[np.float64]], W),
    (np.ndarray[tuple[int], np.dtype[np.int32]], np.ones(3, np.int32)),
    (Pair, Pair(1.0, b)),
    (Layer, layer),
    (Model, model),
    (Inherits, Inherits()),
    (Config, {"rate": 0.1, "steps": 3}),
    ("float", 1.0),
    ("f64[:, :]", W),
    (" float64[:, :]", W),
    ("'f64[:, :]'", W),
    ("Layer", layer),
    ("list[Pair]", [Pair(1.0, b)]),
    ("Annotated[np.ndarray, 'f64[:, :]']", W),
    ("np.float32", np.float32(1)),
    ("tuple[float, Layer]", (1.0, layer)),
    (typing.ForwardRef("Layer"), layer),
]


@pytest.mark.parametrize(("annotation", "value"), ANNOTATIONS)
def test_annotations(annotation, value):
    assert kind_of_annotation(annotation, "p", globals()) == kind_of(value, "p")


@pytest.mark.parametrize(
    "annotation",
    [
        np.ndarray,
        npt.NDArray[np.float64],
        np.ndarray[Any, np.dtype[np.float64]],
        np.ndarray[tuple[int, ...], np.dtype[np.float64]],
        np.ndarray[tuple[int], np.dtype[np.floating]],
        np.floating,
        np.str_,
        npt.ArrayLike,
        dict,
        dict[str, float],
        list,
        tuple,
        tuple[float, ...],
        list[np.ndarray],
        Optional[float],  # noqa: UP045
        float | None,
        Any,
        object,
        typing.Callable[[float], float],
        typing.TypeVar("T"),
        typing.Sequence[float],
        Endless,
        Vague,
        Net,
        Partly,
        SimpleNamespace,
        Path,
        "np.ndarray",
        "Unheard",
        "some words",
        "1 / 0",
        "",
        "'" * 7,
        3,
        [],
        print,
    ],
)
def test_annotations_that_do_not_tell(annotation):
    assert kind_of_annotation(annotation, "p", globals()) is None


WRONG = "f64[-1]"


@pytest.mark.parametrize(
    "annotation", ["f64[:, ", "f64[1:2]", "float64[x.y]", Annotated[np.ndarray, "f64[:,,]"], list[WRONG]]
)
def test_mistakes_in_annotations(annotation):
    with pytest.raises(SignatureError) as caught:
        kind_of_annotation(annotation, "p")
    assert "\n" not in str(caught.value)
