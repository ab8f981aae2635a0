import numpy as np


def program_fwd(w, xs):
    """Return the value of `program` and what `program_rev` reads."""
    state = np.zeros(2), np.zeros(2)
    c_tape = []
    joined_tape = []
    n_tape = []
    keep_tape = []
    write_tape = []
    emit_tape = []
    tanh_tape = []
    for x in xs:
        h = state[0]
        c = state[1]
        c_tape.append(c)
        joined = np.concatenate([x, h, np.ones(1)])
        joined_tape.append(joined)
        z = w @ joined
        n = len(h)
        n_tape.append(n)
        item = z[:n]
        keep = 1.0 / (1.0 + np.exp(-item))
        keep_tape.append(keep)
        item_1 = z[n:2 * n]
        _same_length(len(item), len(item_1))
        write = 1.0 / (1.0 + np.exp(-item_1))
        write_tape.append(write)
        item_2 = z[2 * n:3 * n]
        _same_length(len(item_2), len(item))
        emit = 1.0 / (1.0 + np.exp(-item_2))
        emit_tape.append(emit)
        product = keep * c
        item = z[3 * n:]
        _same_length(len(item_1), len(item))
        tanh = np.tanh(item)
        tanh_tape.append(tanh)
        c = product + write * tanh
        state = emit * np.tanh(c), c
    value = np.sum(state[0])
    return value, (state[0], state, xs, w, len(xs), c_tape, joined_tape, n_tape, keep_tape, write_tape, emit_tape, tanh_tape)


def program_rev(tape, value_bar):
    """Return the cotangents of w and xs for a cotangent of the value of `program`."""
    t, state, xs, w, t_1, c_tape, joined_tape, n_tape, keep_tape, write_tape, emit_tape, tanh_tape = tape
    c_tape = c_tape.copy()
    joined_tape = joined_tape.copy()
    n_tape = n_tape.copy()
    keep_tape = keep_tape.copy()
    write_tape = write_tape.copy()
    emit_tape = emit_tape.copy()
    tanh_tape = tanh_tape.copy()
    # for x in xs:
    c_bar = np.zeros_like(state[1])
    xs_bar = np.zeros_like(xs)
    z_bar_rows = np.empty((len(xs), w.shape[0]))
    joined_rows = np.empty((len(xs), w.shape[1]))
    h_bar = np.full_like(t, value_bar)
    for k in reversed(range(t_1)):
        c = c_tape.pop()
        joined = joined_tape.pop()
        n = n_tape.pop()
        keep = keep_tape.pop()
        write = write_tape.pop()
        emit = emit_tape.pop()
        tanh = tanh_tape.pop()
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
        joined_rows[k] = joined
        x_bar = joined_bar[:xs.shape[1]]
        h_bar = joined_bar[xs.shape[1]:xs.shape[1] + 2]
        # for x in xs:
        xs_bar[k] = x_bar
    # z = w @ np.concatenate([x, h, np.ones(1)])
    w_bar = z_bar_rows.T @ joined_rows
    return w_bar, xs_bar


def program_vjp(w, xs):
    """Return the value of `program` and its pullback."""
    value, tape = program_fwd(w, xs)
    return value, lambda value_bar: program_rev(tape, value_bar)


def _same_length(one, two):
    """Raise if two lengths differ that are taken to be equal: no adjoint here sums what was broadcast between them."""
    if one != two:
        raise ValueError("lengths differ that are taken to be equal; s2sad grad --any-lengths writes what takes them")
