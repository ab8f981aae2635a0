import copy
import itertools
import numpy as np
from itertools import islice


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float[:]."""
    t = itertools.combinations(range(len(x)), 2)
    shape_tape = []
    i_then_tape = []
    shape_tape_1 = []
    j_then_tape = []
    shape_tape_2 = []
    difference_tape = []
    shape_tape_3 = []
    total = 0.0
    for item in t:
        shape_tape.append(np.shape(total))
        tuple_value = tuple(item)
        i = tuple_value[0]
        j = tuple_value[1]
        i_then = copy.deepcopy(i)
        i_then_tape.append(i_then)
        item = x[i]
        shape_tape_1.append(np.shape(item))
        j_then = copy.deepcopy(j)
        j_then_tape.append(j_then)
        item_1 = x[j]
        shape_tape_2.append(np.shape(item_1))
        difference = item - item_1
        difference_tape.append(difference)
        power = difference ** 2
        shape_tape_3.append(np.shape(power))
        total = total + power
    t = list(islice(itertools.cycle([1.0, -1.0]), len(x)))
    smallest = min(len(x), len(t))
    shape_tape_4 = []
    sign_then_tape = []
    shape_tape_5 = []
    total_1 = total
    for i in range(smallest):
        sign = t[i]
        shape_tape_4.append(np.shape(total_1))
        sign_then = copy.deepcopy(sign)
        sign_then_tape.append(sign_then)
        product = sign * x[i]
        shape_tape_5.append(np.shape(product))
        total_1 = total_1 + product
    value = total_1

    # for i, sign in zip(range(len(x)), itertools.cycle([1.0, -1.0])):
    x_bar = np.zeros_like(x)
    total_bar = 1.0
    for i in reversed(range(smallest)):
        shape = shape_tape_4.pop()
        sign_then = sign_then_tape.pop()
        shape_1 = shape_tape_5.pop()
        # total = total + sign * x[i]
        total_bar_1 = _unbroadcast(total_bar, shape)
        x_bar[i] = np.sum(_unbroadcast(total_bar, shape_1) * sign_then)
        total_bar = total_bar_1
    # for i, sign in zip(range(len(x)), itertools.cycle([1.0, -1.0])):
    total_bar = _unbroadcast(total_bar, np.shape(total))
    while shape_tape:
        shape = shape_tape.pop()
        i_then = i_then_tape.pop()
        shape_1 = shape_tape_1.pop()
        j_then = j_then_tape.pop()
        shape_2 = shape_tape_2.pop()
        difference = difference_tape.pop()
        shape_3 = shape_tape_3.pop()
        # total = total + (x[i] - x[j]) ** 2
        total_bar_1 = _unbroadcast(total_bar, shape)
        difference_bar = _unbroadcast(2.0 * _unbroadcast(total_bar, shape_3) * difference, np.shape(difference))
        np.add.at(x_bar, j_then, _unbroadcast(-difference_bar, shape_2))
        np.add.at(x_bar, i_then, _unbroadcast(difference_bar, shape_1))
        total_bar = total_bar_1
    return value, x_bar


def _unbroadcast(g, shape):
    """Sum ``g`` over the axes along which a value of this shape was broadcast."""
    if np.shape(g) == shape:
        return g
    g = np.expand_dims(g, tuple(range(len(shape) - np.ndim(g))))
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i])
    g = np.sum(g, axis=axes, keepdims=True) if axes else g
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)
