import math
import numba
import numpy as np


@numba.njit(parallel=True)
def rows_with_weights_value_and_grad(w, x):
    """Return the value and the gradient of `rows_with_weights` with respect to w and x.

    w: float[:], x: float[:, 4]
    """
    y = np.empty(len(x))
    for i in numba.prange(len(x)):
        t = 0.0
        for j in range(len(w)):
            t += w[j] * x[i, j]
        y[i] = math.tanh(t)

    # for i in prange(len(x)):
    x_bar = np.zeros_like(x)
    parts = numba.get_num_threads()
    w_bars = np.empty((parts, w.shape[0]))
    y_bar = np.empty(y.shape[0])
    value = 0.0
    for k in range(y.shape[0]):
        value += y[k] * y[k]
        # return np.sum(y * y)
        y_bar[k] = 2.0 * y[k]
    for part in numba.prange(parts):
        w_bar = np.zeros_like(w)
        for i in range(len(x) * part // parts, len(x) * (part + 1) // parts):
            # y[i] = math.tanh(t)
            item = y[i]
            t_bar = y_bar[i] * (1.0 - item * item)
            for j in range(len(w)):
                # t += w[j] * x[i, j]
                x_bar[i, j] = t_bar * w[j]
                w_bar[j] += t_bar * x[i, j]
        for k in range(w_bar.shape[0]):
            w_bars[part, k] = w_bar[k]
    w_bar = np.zeros(w_bars.shape[1])
    for k in range(w_bars.shape[0]):
        for l in range(w_bars.shape[1]):
            w_bar[l] += w_bars[k, l]
    return value, (w_bar, x_bar)
