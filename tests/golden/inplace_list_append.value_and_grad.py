import copy
import numpy as np


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float."""
    values = []
    for i in range(3):
        values.append(x * i)
    count = len(values)
    shape_tape = []
    value = 0
    for k in range(count):
        shape_tape.append(np.shape(value))
        value = value + values[k]

    # return sum(values)
    values_bar = [_zeros(item) for item in values]
    total_bar = 1.0
    for k in reversed(range(count)):
        shape = shape_tape.pop()
        # return sum(values)
        t = _unbroadcast(total_bar, shape)
        values_bar[k] += total_bar
        total_bar = t
    x_bar = 0.0
    for i in reversed(range(3)):
        # values.append(x * i)
        product_bar = np.sum(values_bar[-1])
        values_bar.pop()
        x_bar += np.sum(product_bar * i)
    return value, x_bar


def _unbroadcast(g, shape):
    """Sum ``g`` over the axes along which a value of this shape was broadcast."""
    if np.shape(g) == shape:
        return g
    if np.ndim(g) < len(shape):
        return np.broadcast_to(g, shape)
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i])
    g = np.sum(g, axis=axes, keepdims=True) if axes else g
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result


def _zeros(x):
    """The zero adjoint of a value."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(_zeros(item) for item in x)
    if isinstance(x, dict):
        return {key: _zeros(value) for key, value in x.items()}
    if isinstance(x, np.ndarray):
        return np.zeros_like(x)
    if hasattr(x, "__dict__"):
        return _like(x, **{name: _zeros(value) for name, value in vars(x).items()})
    return 0.0 if isinstance(x, (float, np.floating)) else x
