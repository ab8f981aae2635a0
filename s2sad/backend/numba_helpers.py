"""The helpers of a module that Numba compiles: as text, when used."""
from __future__ import annotations

from s2sad.backend import helpers
from s2sad.backend.helpers import SAME_LENGTH

HELPERS: dict[str, str] = {
    "_grown": helpers.HELPERS["_grown"],
    # With parallel=True Numba takes the length of an array that a loop makes anew for what it was at first, unless
    # that is asked for in another function.
    "_is_full": '''
def _is_full(tape, top):
    """Whether a tape has no place of this number."""
    return top >= len(tape)
''',
    "_unbroadcast": '''
def _unbroadcast(g, shape):
    """Sum ``g`` over the axes along which a value of this shape was broadcast."""
    total = np.zeros(shape, g.dtype)
    flat = total.ravel()
    for index, value in np.ndenumerate(g):
        place = 0
        for axis in range(len(shape)):
            within = index[axis + g.ndim - len(shape)] if shape[axis] != 1 else 0
            place = place * shape[axis] + within
        flat[place] += value
    return total
''',
    "_check_apart": '''
def _check_apart(one, two, message):
    """Raise if the memory of an array that the function updates overlaps with that of another."""
    if one.size > 0 and two.size > 0:
        first, last = _extent(one)
        other_first, other_last = _extent(two)
        if first <= other_last and other_first <= last:
            raise ValueError(message)


def _extent(array):
    """The addresses of the first and the last byte of an array."""
    first = array.ctypes.data
    last = first + array.itemsize - 1
    for axis in range(array.ndim):
        span = (array.shape[axis] - 1) * array.strides[axis]
        first += min(span, 0)
        last += max(span, 0)
    return first, last
''',
    "_check_contiguous": '''
def _check_contiguous(array, message):
    """Raise if the views of an array that the function updates through them would be copies."""
    if not array.flags.c_contiguous:
        raise ValueError(message)
''',
    "_check_lengths": '''
def _check_lengths(one, two):
    """Raise if two lengths differ that run together."""
    if one != two:
        raise ValueError("operands could not be broadcast together")
''',
    "_same_length": SAME_LENGTH,
    "_matmul_left": '''
def _matmul_left(g, x, y):
    """The adjoint of ``x`` in ``x @ y``."""
    return np.dot(g, y.T)
''',
    "_matmul_right": '''
def _matmul_right(g, x, y):
    """The adjoint of ``y`` in ``x @ y``."""
    return np.dot(x.T, g)
''',
    "_matrix_product": '''
def _matrix_product(x, y):
    """``x @ y`` of two matrices: the call of a library takes longer than the arithmetic of small ones."""
    if x.shape[1] != y.shape[0] or x.shape[0] * x.shape[1] * y.shape[1] > 64:
        return x @ y
    product = np.empty((x.shape[0], y.shape[1]))
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            total = 0.0
            for k in range(x.shape[1]):
                total += x[i, k] * y[k, j]
            product[i, j] = total
    return product
''',
    "_matrix_times_vector": '''
def _matrix_times_vector(x, y):
    """``x @ y`` of a matrix and a vector: the call of a library takes longer than the arithmetic of small ones."""
    if x.shape[1] != y.shape[0] or x.size > 256:
        return x @ y
    product = np.empty(x.shape[0])
    for i in range(x.shape[0]):
        total = 0.0
        for k in range(x.shape[1]):
            total += x[i, k] * y[k]
        product[i] = total
    return product
''',
    "_last_writes": '''
def _last_writes(g, x, index):
    """The elements of ``g`` that stay in ``x`` when ``x[index] = g`` writes some places more than once."""
    places = np.arange(g.size).reshape(g.shape)
    last = np.zeros(x.shape, dtype=np.int64)
    last[index] = places
    return np.where(last[index] == places, g, 0.0)
''',
    "_cumprod_adjoint": '''
def _cumprod_adjoint(g, x, axis):
    """The adjoint of ``x`` in ``np.cumprod(x)``, exact where elements are zero."""
    x_bar = np.zeros_like(x)
    before = np.ones_like(x)
    for i in range(1, len(x)):
        before[i] = before[i - 1] * x[i - 1]
    after = 0.0
    for i in range(len(x) - 1, -1, -1):
        after = g[i] + (x[i + 1] * after if i + 1 < len(x) else 0.0)
        x_bar[i] = before[i] * after
    return x_bar
''',
    "_add_at": '''
def _add_at(x, places, value):
    """Add to ``x[places]``, as often as a place is named."""
    for index, place in np.ndenumerate(places):
        x[place] += value[index]
''',
    "_add_at_2": '''
def _add_at_2(x, rows, columns, value):
    """Add to ``x[rows, columns]``, as often as a place is named."""
    for index, added in np.ndenumerate(value):
        x[rows[index], columns[index]] += added
''',
    "_add_at_3": '''
def _add_at_3(x, first, second, third, value):
    """Add to ``x[first, second, third]``, as often as a place is named."""
    for index, added in np.ndenumerate(value):
        x[first[index], second[index], third[index]] += added
''',
    "_pad_last": '''
def _pad_last(x, widths):
    """``x`` with zeros before and after it along its last axis."""
    before, after = widths
    count = x.shape[-1]
    padded = np.zeros(x.shape[:-1] + (before + count + after,), x.dtype)
    padded[..., before:before + count] = x
    return padded
''',
    "_zeros": '''
def _zeros(x):
    """The zero adjoint of a number or an array."""
    return 0.0 * np.sign(x)
''',
    "_fold_repeats": '''
def _fold_repeats(g, count, like=None):
    """The sum of the stretches of ``count`` items of a list, which are ``like`` these where they are no numbers."""
    if len(g) == 0:
        return [0.0] * count if like is None else [np.zeros_like(item) for item in like]
    whole = g[:count]
    for place in range(count, len(g)):
        whole[place % count] = whole[place % count] + g[place]
    return whole
''',
    "_diagonal": '''
def _diagonal(x, offset):
    """A view of a diagonal of a matrix: ``np.diag`` of Numba copies it."""
    y = x[:, offset:] if offset >= 0 else x[-offset:]
    length = min(y.shape[0], y.shape[1])
    return np.lib.stride_tricks.as_strided(y, (length,), (y.strides[0] + y.strides[1],))
''',
    "_tril": '''
def _tril(x, k):
    """The elements of a matrix on and below its diagonal ``k``, and zeros."""
    lower = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(min(i + k + 1, x.shape[1])):
            lower[i, j] = x[i, j]
    return lower
''',
    "_triu": '''
def _triu(x, k):
    """The elements of a matrix on and above its diagonal ``k``, and zeros."""
    upper = np.zeros_like(x)
    for i in range(x.shape[0]):
        for j in range(max(i + k, 0), x.shape[1]):
            upper[i, j] = x[i, j]
    return upper
''',
    "_inverse_of_lower": '''
def _inverse_of_lower(x):
    """The inverse of a lower triangular matrix: column by column, each of what is below its diagonal."""
    n = x.shape[0]
    inverse = np.zeros_like(x)
    for i in range(n):
        row = inverse[i]
        for k in range(i):
            factor, above = x[i, k], inverse[k]
            for j in range(k + 1):
                row[j] -= factor * above[j]
        for j in range(i):
            row[j] /= x[i, i]
        row[i] = 1.0 / x[i, i]
    return inverse
''',
    "_split_like": '''
def _split_like(g, like, axis):
    """The stretches of ``g`` that hold the arrays of ``like``."""
    parts = []
    start = 0
    for part in like:
        parts.append(g[start:start + len(part)])
        start += len(part)
    return parts
''',
}
NEEDS: dict[str, list[str]] = {}
