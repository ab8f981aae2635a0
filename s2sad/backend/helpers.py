"""The few functions that a generated module may contain beside the derivative: as text, when used."""
from __future__ import annotations

from s2sad.errors import LENGTHS_DIFFER

SAME_LENGTH = f'''
def _same_length(one, two):
    """Raise if two lengths differ that are taken to be equal: no adjoint here sums what was broadcast between them."""
    if one != two:
        raise ValueError("{LENGTHS_DIFFER}")
'''

HELPERS: dict[str, str] = {
    "_unbroadcast": '''
def _unbroadcast(g, shape):
    """Sum ``g`` over the axes along which a value of this shape was broadcast."""
    if np.shape(g) == shape:
        return g
    g = np.expand_dims(g, tuple(range(len(shape) - np.ndim(g))))
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i])
    g = np.sum(g, axis=axes, keepdims=True) if axes else g
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)
''',
    "_check_apart": '''
def _check_apart(updated, others):
    """Raise if an array that the function updates shares memory with another argument."""
    arguments = {**updated, **others}
    for number, (name, array) in enumerate(updated.items()):
        for other in list(arguments)[number + 1:]:
            if any(np.shares_memory(array, held) for held in _arrays(arguments[other])):
                raise ValueError(f"`{name}` is updated and shares memory with `{other}`: pass a copy of one of them")


def _arrays(value):
    """The arrays that an argument holds."""
    if isinstance(value, np.ndarray):
        return [value]
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    items = vars(value).values() if hasattr(value, "__dict__") else items
    return [array for item in items for array in _arrays(item)]
''',
    "_check_contiguous": '''
def _check_contiguous(name, array):
    """Raise if the views of an array that the function updates through them would be copies."""
    if not array.flags.c_contiguous:
        raise ValueError(f"`{name}` must lie in memory in C order: pass np.ascontiguousarray({name})")
''',
    "_same_length": SAME_LENGTH,
    "_matmul_left": '''
def _matmul_left(g, x, y):
    """The adjoint of ``x`` in ``x @ y``."""
    if np.ndim(y) == 1:
        return np.expand_dims(g, -1) * y
    if np.ndim(x) == 1:
        return _unbroadcast(np.sum(np.expand_dims(g, -2) * y, axis=-1), np.shape(x))
    return _unbroadcast(g @ np.swapaxes(y, -1, -2), np.shape(x))
''',
    "_matmul_right": '''
def _matmul_right(g, x, y):
    """The adjoint of ``y`` in ``x @ y``."""
    if np.ndim(y) == 1:
        return _unbroadcast(np.expand_dims(g, -1) * x, np.shape(y))
    if np.ndim(x) == 1:
        return _unbroadcast(np.expand_dims(x, -1) * np.expand_dims(g, -2), np.shape(y))
    return _unbroadcast(np.swapaxes(x, -1, -2) @ g, np.shape(y))
''',
    "_like": '''
def _like(obj, **attributes):
    """A copy of an object with other values of these attributes."""
    result = copy.copy(obj)
    for name, value in attributes.items():
        object.__setattr__(result, name, value)
    return result
''',
    "_add": '''
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
''',
    "_zeros": '''
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
''',
    "_grown": '''
def _grown(tape):
    """A tape with twice the places."""
    result = np.empty((2 * len(tape),) + tape.shape[1:], tape.dtype)
    result[:len(tape)] = tape
    return result
''',
    "_last_writes": '''
def _last_writes(g, x, index):
    """The elements of ``g`` that stay in ``x`` when ``x[index] = g`` writes some places more than once."""
    places = np.arange(np.size(g)).reshape(np.shape(g))
    last = np.zeros(np.shape(x), dtype=int)
    last[index] = places
    return np.where(last[index] == places, g, 0.0)
''',
    "_fold_repeats": '''
def _fold_repeats(g, count, like=None):
    """The sum of the stretches of ``count`` items of a list, which are ``like`` these where they are no numbers."""
    whole = g[:count] or ([0.0] * count if like is None else _zeros(like))
    for start in range(count, len(g), max(count, 1)):
        whole = _add(whole, g[start:start + count])
    return whole
''',
    "_inverse_of_lower": '''
def _inverse_of_lower(x):
    """The inverse of a lower triangular matrix: by halves, so that products of matrices do the work."""
    n = x.shape[-1]
    if n <= 64:
        return np.linalg.inv(x)
    half = n // 2
    first, last = _inverse_of_lower(x[..., :half, :half]), _inverse_of_lower(x[..., half:, half:])
    inverse = np.zeros_like(x)
    inverse[..., :half, :half] = first
    inverse[..., half:, half:] = last
    inverse[..., half:, :half] = -(last @ x[..., half:, :half] @ first)
    return inverse
''',
    "_split_like": '''
def _split_like(g, like, axis):
    """The stretches of ``g`` that hold the arrays of ``like`` along an axis."""
    return np.split(g, np.cumsum([part.shape[axis] for part in like])[:-1], axis)
''',
    "_cumprod_adjoint": '''
def _cumprod_adjoint(g, x, axis):
    """The adjoint of ``x`` in ``np.cumprod(x, axis)``, exact where elements are zero."""
    g, x = np.moveaxis(g, axis, 0), np.moveaxis(x, axis, 0)
    x_bar = np.empty_like(x)
    products = np.cumprod(x, axis=0)
    if np.all(np.abs(products) >= np.finfo(products.dtype).tiny) and np.isfinite(np.sum(products)):
        x_bar[...] = np.cumsum((g * products)[::-1], axis=0)[::-1] / x
        return np.moveaxis(x_bar, 0, axis)
    before = np.concatenate((np.ones_like(x[:1]), products[:-1]))
    after = 0.0
    for i in range(len(x) - 1, -1, -1):
        after = g[i] + (x[i + 1] * after if i + 1 < len(x) else 0.0)
        x_bar[i] = before[i] * after
    return np.moveaxis(x_bar, 0, axis)
''',
    "_dot_left": '''
def _dot_left(g, x, y):
    """The adjoint of ``x`` in ``np.dot(x, y)``."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return _unbroadcast(g * y, np.shape(x))
    if np.ndim(y) == 1:
        return np.expand_dims(g, -1) * y
    axes = [a for a in range(np.ndim(y)) if a != np.ndim(y) - 2]
    return np.tensordot(g, y, (list(range(np.ndim(x) - 1, np.ndim(g))), axes))
''',
    "_dot_right": '''
def _dot_right(g, x, y):
    """The adjoint of ``y`` in ``np.dot(x, y)``."""
    if np.ndim(x) == 0 or np.ndim(y) == 0:
        return _unbroadcast(g * x, np.shape(y))
    axes = list(range(np.ndim(x) - 1))
    y_bar = np.tensordot(x, g, (axes, axes))
    return y_bar if np.ndim(y) == 1 else np.moveaxis(y_bar, 0, -2)
''',
}
NEEDS = {
    "_add": ["_like"],
    "_fold_repeats": ["_add", "_like", "_zeros"],
    "_zeros": ["_like"],
    "_dot_left": ["_unbroadcast"],
    "_dot_right": ["_unbroadcast"],
    "_matmul_left": ["_unbroadcast"],
    "_matmul_right": ["_unbroadcast"],
}
IMPORTS = {"_like": "copy"}
