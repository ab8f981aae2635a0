import numpy as np


def program_value_and_grad(w, xs):
    """Return the value and the gradient of `program` with respect to w and xs.

    w: float[:, :], xs: float[:, :]
    """
    state = np.zeros(2), np.zeros(2)
    c_tape = np.empty((len(xs), 2))
    joined_tape = np.empty((len(xs), w.shape[1]))
    n_tape = []
    keep_tape = np.empty((len(xs), 2))
    write_tape = np.empty((len(xs), 2))
    emit_tape = np.empty((len(xs), 2))
    tanh_tape = np.empty((len(xs), 2))
    for k, x in enumerate(xs):
        h = state[0]
        c = state[1]
        c_tape[k] = c
        joined = np.concatenate([x, h, np.ones(1)])
        joined_tape[k] = joined
        z = w @ joined
        n = len(h)
        n_tape.append(n)
        item = z[:n]
        keep = 1.0 / (1.0 + np.exp(-item))
        keep_tape[k] = keep
        item_1 = z[n:2 * n]
        _same_length(len(item), len(item_1))
        write = 1.0 / (1.0 + np.exp(-item_1))
        write_tape[k] = write
        item_2 = z[2 * n:3 * n]
        _same_length(len(item_2), len(item))
        emit = 1.0 / (1.0 + np.exp(-item_2))
        emit_tape[k] = emit
        product = keep * c
        item = z[3 * n:]
        _same_length(len(item_1), len(item))
        tanh = np.tanh(item)
        tanh_tape[k] = tanh
        c = product + write * tanh
        state = emit * np.tanh(c), c
    value = np.sum(state[0])

    # for x in xs:
    c_bar = np.zeros_like(state[1])
    xs_bar = np.zeros_like(xs)
    z_bar_rows = np.empty((len(xs), w.shape[0]))
    h_bar = np.ones_like(state[0])
    for k in reversed(range(len(xs))):
        c = c_tape[k]
        n = n_tape.pop()
        keep = keep_tape[k]
        write = write_tape[k]
        emit = emit_tape[k]
        tanh = tanh_tape[k]
        # c = keep * c + write * np.tanh(z[3 * n :])
        c_1 = keep * c + write * tanh
        # return emit * np.tanh(c), c
        tanh_1 = np.tanh(c_1)
        emit_bar = h_bar * tanh_1
        c_bar += h_bar * emit * (1.0 - tanh_1 * tanh_1)
        # c = keep * c + write * np.tanh(z[3 * n :])
        write_bar = c_bar * tanh
        item_bar = c_bar * write * (1.0 - tanh * tanh)
        z_bar = np.zeros(w.shape[0])
        product = 3 * n
        keep_bar = c_bar * c
        c_bar *= keep
        # keep, write, emit = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[2 * n : ...
        product_1 = 2 * n
        # c = keep * c + write * np.tanh(z[3 * n :])
        z_bar[product:] = item_bar
        # keep, write, emit = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[2 * n : ...
        z_bar[product_1:product] += emit_bar * emit * (1.0 - emit)
        z_bar[n:product_1] += write_bar * write * (1.0 - write)
        z_bar[:n] += keep_bar * keep * (1.0 - keep)
        # z = w @ np.concatenate([x, h, np.ones(1)])
        joined_bar = z_bar @ w
        z_bar_rows[k] = z_bar
        x_bar = joined_bar[:xs.shape[1]]
        h_bar = joined_bar[xs.shape[1]:xs.shape[1] + 2]
        # for x in xs:
        xs_bar[k] = x_bar
    # z = w @ np.concatenate([x, h, np.ones(1)])
    w_bar = z_bar_rows.T @ joined_tape
    return value, (w_bar, xs_bar)


def _same_length(one, two):
    """Raise if two lengths differ that are taken to be equal: no adjoint here sums what was broadcast between them."""
    if one != two:
        raise ValueError("lengths differ that are taken to be equal; s2sad grad --any-lengths writes what takes them")
