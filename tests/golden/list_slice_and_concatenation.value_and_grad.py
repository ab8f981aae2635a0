import copy
import numpy as np


def program_value_and_grad(xs):
    """Return the value and the gradient of `program` with respect to xs, for xs: list[float]."""
    middle = xs[1:-1]
    t = middle + [xs[0] * 2]
    again = t + xs[::-1]
    doubled = again * 2

    doubled_bar = [0.0] * len(doubled)
    total = 0.0
    for i, value in enumerate(doubled):
        total_1 = i + 1
        total = total + total_1 * value ** 2
        # total = total + (i + 1) * value**2
        value_bar = 2.0 * total_1 * value
        # for i, value in enumerate(doubled):
        doubled_bar[i] = value_bar
    value = total + len(doubled) * xs[-1]
    # return total + len(doubled) * xs[-1]
    xs_bar = [0.0] * len(xs)
    xs_bar[-1] = 1.0 * len(doubled)
    # doubled = again * 2
    again_bar = _fold_repeats(doubled_bar, len(again))
    # again = middle + [xs[0] * 2] + xs[::-1]
    t_bar = again_bar[:len(t)]
    xs_bar[::-1] = [(a + b) for a, b in zip(xs_bar[::-1], again_bar[len(t):])]
    middle_bar = t_bar[:len(middle)]
    xs_bar[0] += 2.0 * t_bar[len(middle):][0]
    # middle = xs[1:-1]
    xs_bar[1:-1] = [(a + b) for a, b in zip(xs_bar[1:-1], middle_bar)]
    return value, xs_bar


def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result


def _add(x, y):
    """The sum of two adjoints of one structure."""
    if isinstance(x, (list, tuple)):
        return getattr(x, "_make", type(x))(_add(a, b) for a, b in zip(x, y))
    if isinstance(x, dict):
        return {key: _add(value, y[key]) for key, value in x.items()}
    if isinstance(x, (float, np.generic, np.ndarray)):
        return x + y
    if hasattr(x, "__dict__"):
        return _like(x, **{name: _add(value, getattr(y, name)) for name, value in vars(x).items()})
    return x


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


def _fold_repeats(g, count, like=None):
    """The sum of the stretches of ``count`` items of a list, which are ``like`` these where they are no numbers."""
    whole = g[:count] or ([0.0] * count if like is None else _zeros(like))
    for start in range(count, len(g), max(count, 1)):
        whole = _add(whole, g[start:start + count])
    return whole
