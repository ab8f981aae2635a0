import numba
import numpy as np


@numba.njit(parallel=True)
def stencil_value_and_grad(u, k):
    """Return the value and the gradient of `stencil` with respect to u and k.

    u: float[:], k: float
    """
    v = np.empty_like(u)
    difference = len(u) - 1
    for i in numba.prange(1, difference):
        item = u[i]
        v[i] = item + k * (u[i - 1] - 2.0 * item + u[i + 1])
    v[0] = u[0]
    v[-1] = u[-1]

    # v[-1] = u[-1]
    u_bar = np.zeros_like(u)
    count = difference - 1
    pairs = max(1, min(numba.get_num_threads(), count // 4))
    parts = 2 * pairs
    k_bars = np.empty(parts)
    v_bar = np.empty(v.shape[0])
    value = 0.0
    for j in range(v.shape[0]):
        value += v[j] * v[j]
        # return np.sum(v * v)
        v_bar[j] = 2.0 * v[j]
    # v[-1] = u[-1]
    item_bar = v_bar[-1]
    v_bar[-1] = 0.0
    u_bar[-1] += item_bar
    # v[0] = u[0]
    u_bar[0] += v_bar[0]
    # Every other part at a time: neighbouring iterations add to the same element of `u_bar`.
    for phase in range(2):
        for pair in numba.prange(pairs):
            part = 2 * pair + phase
            first = 1 + count * part // parts
            end = 1 + count * (part + 1) // parts
            k_bar = 0.0
            for i in range(first, end):
                # v[i] = u[i] + k * (u[i - 1] - 2.0 * u[i] + u[i + 1])
                total_bar = v_bar[i]
                difference = i - 1
                total = i + 1
                total_bar2 = total_bar * k
                k_bar += total_bar * (u[difference] - 2.0 * u[i] + u[total])
                u_bar[total] += total_bar2
                u_bar[i] += total_bar - 2.0 * total_bar2
                u_bar[difference] += total_bar2
            k_bars[part] = k_bar
    k_bar = 0.0
    for j in range(k_bars.shape[0]):
        k_bar += k_bars[j]
    return value, (u_bar, k_bar)
