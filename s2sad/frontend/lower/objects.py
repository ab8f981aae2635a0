"""Objects made by the function itself: their attributes are cells of the store, as its variables are.

An `Instance` stands for one object, whichever names refer to it; assigning an attribute writes a cell, and
branches and loops merge and carry it as they do a variable. Where the object itself is wanted at run time (it
is returned, put in a list, chosen by a test) it is built from its attributes then; from there on they stay as
they are, for a write would not be seen by all that hold it.
"""
from __future__ import annotations

import dataclasses
import functools
import sys
import types
from dataclasses import dataclass
from typing import Any

import gast

from s2sad.frontend.lower import functions, memory
from s2sad.frontend.lower.state import Bound, Cell, Choice, Frame, LocalFunction, Partial, State
from s2sad.ir.kinds import Object, Static, Tuple, is_numeric
from s2sad.ir.nodes import UNDEFINED, Const, Operand, Var
from s2sad.rules.build import constant

_OVERRIDES = ("__new__", "__setattr__", "__getattribute__", "__getattr__")


@dataclass(eq=False)
class Instance:
    """An object of a class, made where lowering stands; ``path`` is how source code names the class."""

    cls: type
    path: str
    number: int
    names: dict[str, None] = dataclasses.field(default_factory=dict)
    built: bool = False

    def cell(self, name: str) -> Cell:
        return (self.number, name)


@dataclass(frozen=True, eq=False)
class Super:
    """What `super()` gives: the methods of the classes after ``cls``, bound to a receiver."""

    cls: type
    receiver: Operand


def instance_of(operand: Operand) -> Instance | None:
    return None if isinstance(operand, Var) or not isinstance(operand.value, Instance) else operand.value


def class_of(operand: Operand) -> type | None:
    """The class whose methods an operand has, if it is an object."""
    made = instance_of(operand)
    if made is not None:
        return made.cls
    return operand.kind.cls if isinstance(operand.kind, Object) else None


_MADE_HERE = (LocalFunction, Bound, Partial, Choice, Instance, types.FunctionType, functools.partial)


def is_made_here(operand: Operand) -> bool:
    """Whether an operand is code, or an object made by the function itself: both are known while compiling."""
    return isinstance(operand, Const) and isinstance(operand.value, _MADE_HERE)


def is_plain(cls: type) -> bool:
    """Whether objects of a class are what its Python source says, and no more."""
    if type(cls) is not type and type(cls).__name__ != "ABCMeta":
        return False
    for base in cls.__mro__[:-1]:
        module = base.__module__.split(".")[0]
        if module in sys.stdlib_module_names or module in ("numpy", "scipy"):
            if base.__module__ not in ("abc", "typing"):
                return False
        if any(name in base.__dict__ for name in _OVERRIDES) and not dataclasses.is_dataclass(base):
            return False
    return True


def construct(
    f: Frame, node: Any, cls: type, path: str, args: list[Operand], keywords: dict[str, Operand]
) -> Operand:
    """Make an object: run its `__init__` on it, or what a dataclass has for one."""
    f.state.frames += 1
    made = Instance(cls, path, f.state.frames)
    self = constant(made)
    init = getattr(cls, "__init__", None)
    if _has_generated_init(cls):
        _fill_fields(f, node, made, args, keywords)
    elif isinstance(init, types.FunctionType):
        functions.inline(f, node, init, [self, *args], keywords)
    elif args or keywords:
        f.fail(node, f"`{cls.__name__}` takes no arguments")
    return self


def instance_with(state: State, cls: type, path: str, values: dict[str, Operand]) -> Operand:
    """An object that has these attributes."""
    state.frames += 1
    made = Instance(cls, path, state.frames)
    for name, value in values.items():
        made.names[name] = None
        state.write(made.cell(name), value)
    return constant(made)


def _has_generated_init(cls: type) -> bool:
    owner = next(base for base in cls.__mro__ if "__init__" in base.__dict__)
    return dataclasses.is_dataclass(owner) and owner.__init__.__code__.co_filename == "<string>"


def _fill_fields(f: Frame, node: Any, made: Instance, args: list[Operand], keywords: dict[str, Operand]) -> None:
    from s2sad.frontend.lower.calls import call

    fields = [field for field in dataclasses.fields(made.cls) if field.init]
    bound = {**dict(zip([field.name for field in fields if not field.kw_only], args, strict=False)), **keywords}
    for field in dataclasses.fields(made.cls):
        if field.name in bound:
            value = bound.pop(field.name)
        elif field.default is not dataclasses.MISSING:
            value = constant(field.default)
        elif field.default_factory is not dataclasses.MISSING:
            factory = field.default_factory
            value = call(f, node, constant(factory, getattr(factory, "__name__", "")), [], {})
        elif field.init:
            f.fail(node, f"`{made.cls.__name__}` needs a value for `{field.name}`")
        else:
            continue
        _put(f.state, made, field.name, value)
    if bound:
        f.fail(node, f"`{made.cls.__name__}` got an unexpected argument `{next(iter(bound))}`")
    after = getattr(made.cls, "__post_init__", None)
    if isinstance(after, types.FunctionType):
        functions.inline(f, node, after, [constant(made)], {})


# -- attributes -----------------------------------------------------------------------------------


def read(f: Frame, node: Any, base: Const, made: Instance, name: str) -> Operand:
    value = f.state.read(made.cell(name)) if name in made.names else UNDEFINED
    if value is not UNDEFINED:
        return memory.fresh(f, node, value)
    if name == "__class__":
        return constant(made.cls, made.path)
    return class_attribute(f, node, base, made.cls.__mro__, name)


def super_attribute(f: Frame, node: Any, found: Super, name: str) -> Operand:
    mro = (class_of(found.receiver) or found.cls).__mro__
    after = mro[mro.index(found.cls) + 1 :]
    if name == "__init__" and not any("__init__" in base.__dict__ for base in after[:-1]):
        return constant(_nothing)
    return class_attribute(f, node, found.receiver, after, name)


def _nothing() -> None:
    pass


def class_attribute(f: Frame, node: Any, base: Operand, mro: tuple[type, ...], name: str) -> Operand:
    """What a class and its bases give for an attribute of an object: a bound method, a property, a value."""
    from s2sad.frontend.lower.calls import call

    cls = mro[0]
    owner = next((candidate for candidate in mro if name in candidate.__dict__), None)
    if owner is None:
        f.fail(node, f"`{cls.__name__}` has no attribute `{name}` here")
    value = owner.__dict__[name]
    f.state.outside.attributes[id(owner), name] = (lambda: owner.__dict__[name]), value
    if isinstance(value, (property, functools.cached_property)):
        getter = value.fget if isinstance(value, property) else value.func
        return call(f, node, constant(getter), [base], {})
    if isinstance(value, staticmethod):
        return constant(value.__func__)
    if isinstance(value, classmethod):
        return constant(Bound(value.__func__, constant(class_of(base) or cls)))
    if isinstance(value, types.FunctionType):
        return constant(Bound(value, base))
    if isinstance(value, (int, float, str, bool)) or value is None or isinstance(constant(value).kind, Static):
        return constant(value)
    f.fail(node, f"the attribute `{name}` of the class `{cls.__name__}` is not supported here",
           "set it in __init__, or keep it outside of the class")


def write(f: Frame, node: Any, made: Instance, name: str, value: Operand) -> None:
    """``object.name = value``."""
    setter = next((base.__dict__[name] for base in made.cls.__mro__ if name in base.__dict__), None)
    if isinstance(setter, property):
        from s2sad.frontend.lower.calls import call

        if setter.fset is None:
            f.fail(node, f"the property `{name}` of `{made.cls.__name__}` cannot be assigned")
        call(f, node, constant(setter.fset), [constant(made), value], {})
        return
    if made.built:
        f.fail(node, f"the attribute `{name}` is assigned after its object was put where s2sad does not follow it",
               "assign the attributes first, or make a new object")
    if f.state.alone.enclosing is not None and made.cell(name) not in f.state.store and name in made.names:
        f.fail(node, f"the attribute `{name}` of an object from outside is assigned in a recursive function",
               "return the value instead")
    _put(f.state, made, name, value)


def _put(state: State, made: Instance, name: str, value: Operand) -> None:
    made.names[name] = None
    if isinstance(value, Var) and not value.name and value in state.context.definitions:
        value.name = name
    state.written.add(made.cell(name))
    state.write(made.cell(name), value)


# -- objects as values ----------------------------------------------------------------------------


def value(f: Frame, node: Any, operand: Operand) -> Operand:
    """An operand as a value at run time; refused where what it holds is not known."""
    return memory.fresh(f, node, settled(f.state, operand))


def settled(state: State, operand: Operand) -> Operand:
    """An operand as a value at run time: objects known while compiling are built from what their attributes are now.

    A `Stale` where that is unknown.
    """
    if is_numeric(operand.kind):
        return operand
    made = instance_of(operand)
    if made is not None:
        return _built(state, made)
    if isinstance(operand, Var) and isinstance(operand.kind, Tuple) and holds_instance(operand.kind):
        spelled = state.context.definition(operand, "s2sad.tuple")
        assert spelled is not None
        return _of_items(state, "s2sad.tuple", [settled(state, item) for item in spelled.args])
    display = state.context.definition(operand, "s2sad.list")
    if display is not None and any(map(instance_of, display.args)):
        return _of_items(state, "s2sad.list", [settled(state, item) for item in display.args])
    return operand


def _of_items(state: State, primitive: str, items: list[Operand]) -> Operand:
    return memory.first_stale(items) or state.builder.emit(primitive, *items)


def holds_instance(kind: object) -> bool:
    if isinstance(kind, Tuple):
        return any(holds_instance(item) for item in kind.items)
    return isinstance(kind, Static) and isinstance(kind.value, Instance)


def _built(state: State, made: Instance) -> Operand:
    if not made.built:
        made.built = True
        state.built.append(made.number)
    names = [name for name in made.names if state.store.get(made.cell(name), UNDEFINED) is not UNDEFINED]
    values = [settled(state, memory.now(state, state.read(made.cell(name)))) for name in names]
    stale = memory.first_stale(values)
    if stale is not None:
        return stale
    kind = Object(made.cls, tuple((name, value.kind) for name, value in zip(names, values, strict=True)))
    varied = any(value.varied for value in values)
    style = "" if _takes_its_fields(state, made.cls, names) else "attributes"
    return state.builder.emit("s2sad.new", *values, extra=(made.cls, made.path, tuple(names)), kind=kind,
                              varied=varied, style=style)


def _takes_its_fields(state: State, cls: type, names: list[str]) -> bool:
    """Whether calling the class with its attributes makes the same object."""
    if dataclasses.is_dataclass(cls) and _has_generated_init(cls):
        return not hasattr(cls, "__post_init__") and names == [f.name for f in dataclasses.fields(cls) if f.init]
    init = getattr(cls, "__init__", None)
    if not isinstance(init, types.FunctionType):
        return False
    return _keeps_what_it_is_given(functions.source_of(state, init).tree, names)


def _keeps_what_it_is_given(init: Any, names: list[str]) -> bool:
    """Whether all that an `__init__` does is to keep each of its parameters under its own name."""
    own, *params = [param.id for param in init.args.args]
    kept: list[str] = []
    for s in init.body:
        match s:
            case gast.Assign(targets=[gast.Attribute(value=gast.Name(id=of), attr=name)], value=gast.Name(id=source)):
                if of != own or source != name:
                    return False
                kept.append(name)
            case gast.Expr(value=gast.Constant()):
                pass
            case _:
                return False
    return params == names == kept and not (init.args.vararg or init.args.kwonlyargs or init.args.kwarg)
