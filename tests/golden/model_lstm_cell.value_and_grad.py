import numpy as np


def program_value_and_grad(w, xs):
    """Return the value and the gradient of `program` with respect to w and xs.

    w: float[:, :], xs: float[:, :]
    """
    state = np.zeros(2), np.zeros(2)
    tanh_tape = []
    emit_tape = []
    shape_tape = []
    shape_tape_1 = []
    tanh_tape_1 = []
    write_tape = []
    shape_tape_2 = []
    shape_tape_3 = []
    z_tape = []
    keep_tape = []
    shape_tape_4 = []
    total_tape = []
    exp_tape = []
    total_tape_1 = []
    exp_tape_1 = []
    total_tape_2 = []
    exp_tape_2 = []
    joined_tape = []
    product_tape = []
    c_tape = []
    product_tape_1 = []
    product_tape_2 = []
    n_tape = []
    for x in xs:
        h = state[0]
        c = state[1]
        c_tape.append(c)
        joined = np.concatenate([x, h, np.ones(1)])
        joined_tape.append(joined)
        z = w @ joined
        z_tape.append(z)
        n = len(h)
        n_tape.append(n)
        item = z[:n]
        shape_tape_4.append(item.shape)
        exp = np.exp(-item)
        exp_tape_2.append(exp)
        total = 1.0 + exp
        total_tape_2.append(total)
        keep = 1.0 / total
        keep_tape.append(keep)
        item = z[n:2 * n]
        shape_tape_2.append(item.shape)
        exp = np.exp(-item)
        exp_tape_1.append(exp)
        total = 1.0 + exp
        total_tape_1.append(total)
        write = 1.0 / total
        write_tape.append(write)
        product = 2 * n
        product_tape_1.append(product)
        product_1 = 3 * n
        product_tape_2.append(product_1)
        item = z[product:product_1]
        shape_tape.append(item.shape)
        exp = np.exp(-item)
        exp_tape.append(exp)
        total = 1.0 + exp
        total_tape.append(total)
        emit = 1.0 / total
        emit_tape.append(emit)
        product = 3 * n
        product_tape.append(product)
        item = z[product:]
        shape_tape_3.append(item.shape)
        tanh = np.tanh(item)
        tanh_tape_1.append(tanh)
        product = write * tanh
        shape_tape_1.append(product.shape)
        c = keep * c + product
        tanh = np.tanh(c)
        tanh_tape.append(tanh)
        state = emit * tanh, c
    value = np.sum(state[0])

    # for x in xs:
    t = np.zeros_like(state[1])
    w_bar = np.zeros_like(w)
    xs_bar = np.zeros_like(xs)
    state_bar = np.ones_like(state[0]), t
    for k in reversed(range(len(xs))):
        tanh = tanh_tape.pop()
        emit = emit_tape.pop()
        shape = shape_tape.pop()
        shape_1 = shape_tape_1.pop()
        tanh_1 = tanh_tape_1.pop()
        write = write_tape.pop()
        shape_2 = shape_tape_2.pop()
        shape_3 = shape_tape_3.pop()
        z = z_tape.pop()
        keep = keep_tape.pop()
        shape_4 = shape_tape_4.pop()
        total = total_tape.pop()
        exp = exp_tape.pop()
        total_1 = total_tape_1.pop()
        exp_1 = exp_tape_1.pop()
        total_2 = total_tape_2.pop()
        exp_2 = exp_tape_2.pop()
        joined = joined_tape.pop()
        product = product_tape.pop()
        c = c_tape.pop()
        product_1 = product_tape_1.pop()
        product_2 = product_tape_2.pop()
        n = n_tape.pop()
        # for x in xs:
        x = xs[k]
        # return emit * np.tanh(c), c
        c_bar = state_bar[1]
        emit_bar = _unbroadcast(np.where(state_bar[0] != 0.0, state_bar[0] * tanh, 0.0), shape)
        c_bar = c_bar + np.where(state_bar[0] != 0.0, state_bar[0] * emit, 0.0) * (1.0 - tanh * tanh)
        # c = keep * c + write * np.tanh(z[3 * n :])
        product_bar = _unbroadcast(c_bar, shape_1)
        write_bar = _unbroadcast(product_bar * tanh_1, shape_2)
        item_bar = _unbroadcast(np.where(product_bar != 0.0, product_bar * write, 0.0), shape_3) * (1.0 - tanh_1 * tanh_1)
        z_bar = np.zeros_like(z)
        c_bar_1 = np.where(c_bar != 0.0, c_bar * keep, 0.0)
        keep_bar = _unbroadcast(c_bar * c, shape_4)
        # return 1.0 / (1.0 + np.exp(-z))
        total_bar = np.where(emit_bar != 0.0, -(emit * (emit_bar / total)), 0.0)
        item_bar_1 = -np.where(total_bar != 0.0, total_bar * exp, 0.0)
        total_bar = np.where(write_bar != 0.0, -(write * (write_bar / total_1)), 0.0)
        item_bar_2 = -np.where(total_bar != 0.0, total_bar * exp_1, 0.0)
        total_bar = np.where(keep_bar != 0.0, -(keep * (keep_bar / total_2)), 0.0)
        item_bar_3 = -np.where(total_bar != 0.0, total_bar * exp_2, 0.0)
        # c = keep * c + write * np.tanh(z[3 * n :])
        z_bar[product:] += item_bar
        # keep, write, emit = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[2 * n : ...
        z_bar[product_1:product_2] += item_bar_1
        z_bar[n:2 * n] += item_bar_2
        z_bar[:n] += item_bar_3
        # z = w @ np.concatenate([x, h, np.ones(1)])
        joined_bar = z_bar @ w
        w_bar += np.outer(z_bar, joined)
        x_bar = joined_bar[:x.shape[0]]
        h_bar = joined_bar[x.shape[0]:x.shape[0] + 2]
        # for x in xs:
        xs_bar[k] += x_bar
        state_bar = h_bar, c_bar_1
    return value, (w_bar, xs_bar)


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
