import copy
import numpy as np
from itertools import islice
from tests.programs.for_itertools import itertools


def program_value_and_grad(x):
    """Return the value and the gradient of `program` with respect to x, for x: float[:]."""
    x = x.copy()
    t = itertools.combinations(range(len(x)), 2)
    total_tape = []
    power_tape = []
    difference_tape = []
    item_tape = []
    item_tape_1 = []
    j_then_tape = []
    i_then_tape = []
    total = 0.0
    for item in t:
        total_tape.append(total)
        tuple_value = tuple(item)
        i = tuple_value[0]
        j = tuple_value[1]
        i_then = copy.deepcopy(i)
        i_then_tape.append(i_then)
        item = x[i]
        t = copy.deepcopy(item)
        item_tape.append(t)
        j_then = copy.deepcopy(j)
        j_then_tape.append(j_then)
        item_1 = x[j]
        t = copy.deepcopy(item_1)
        item_tape_1.append(t)
        difference = item - item_1
        difference_tape.append(difference)
        power = difference ** 2
        power_tape.append(power)
        total = total + power
    t = list(islice(itertools.cycle([1.0, -1.0]), len(x)))
    smallest = min(len(x), len(t))
    total_tape_1 = []
    product_tape = []
    sign_then_tape = []
    total_1 = total
    for i in range(smallest):
        sign = t[i]
        total_tape_1.append(total_1)
        sign_then = copy.deepcopy(sign)
        sign_then_tape.append(sign_then)
        product = sign * x[i]
        product_tape.append(product)
        total_1 = total_1 + product
    value = total_1

    # for i, sign in zip(range(len(x)), itertools.cycle([1.0, -1.0])):
    x_bar = np.zeros_like(x)
    total_bar = 1.0
    for i in reversed(range(smallest)):
        total_1 = total_tape_1.pop()
        product = product_tape.pop()
        sign_then = sign_then_tape.pop()
        # total = total + sign * x[i]
        total_bar_1 = _unbroadcast(total_bar, total_1)
        x_bar[i] += np.sum(_unbroadcast(total_bar, product) * sign_then)
        total_bar = total_bar_1
    # for i, sign in zip(range(len(x)), itertools.cycle([1.0, -1.0])):
    total_bar = _unbroadcast(total_bar, total)
    while total_tape:
        total = total_tape.pop()
        power = power_tape.pop()
        difference = difference_tape.pop()
        item = item_tape.pop()
        item_1 = item_tape_1.pop()
        j_then = j_then_tape.pop()
        i_then = i_then_tape.pop()
        # total = total + (x[i] - x[j]) ** 2
        total_bar_1 = _unbroadcast(total_bar, total)
        difference_bar = _unbroadcast(_unbroadcast(total_bar, power) * (2.0 * difference), difference)
        item_bar = _unbroadcast(difference_bar, item)
        np.add.at(x_bar, j_then, _unbroadcast(-difference_bar, item_1))
        np.add.at(x_bar, i_then, item_bar)
        total_bar = total_bar_1
    return value, x_bar


def _unbroadcast(g, like):
    """Sum ``g`` over the axes along which ``like`` was broadcast."""
    shape = np.shape(like)
    if np.shape(g) == shape:
        return g
    if np.ndim(g) < len(shape):
        return np.broadcast_to(g, shape)
    g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
    axes = tuple(i for i, n in enumerate(shape) if n == 1 != g.shape[i])
    g = np.sum(g, axis=axes, keepdims=True) if axes else g
    return g if np.shape(g) == shape else np.broadcast_to(g, shape)
