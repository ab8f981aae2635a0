import numba
import numpy as np


@numba.njit(parallel=True)
def while_loop_inside_value_and_grad(x, a):
    """Return the value and the gradient of `while_loop_inside` with respect to x and a.

    x: float[:], a: float
    """
    trips_tape = np.empty(len(x), np.int64)
    parts = numba.get_num_threads()
    z_tops = np.empty(parts, np.int64)
    z_tapes = [np.empty(0) for _ in range(parts)]
    ss = np.empty(parts)
    for part in numba.prange(parts):
        z_top = 0
        z_tape = np.empty(64)
        s = 0.0
        for i in range(len(x) * part // parts, len(x) * (part + 1) // parts):
            z = x[i]
            n = 0
            trips = 0
            while z < 10.0 and n < 50:
                z_top += 1
                if _is_full(z_tape, z_top):
                    z_tape = _grown(z_tape)
                z_tape[z_top] = z
                if z > 2.0:
                    z = z * a
                else:
                    z = z * z + 0.5
                n += 1
                trips += 1
            trips_tape[i] = trips
            s += z
        z_tops[part] = z_top
        z_tapes[part] = z_tape
        ss[part] = s

    # for i in prange(len(x)):
    x_bar = np.zeros_like(x)
    a_bars = np.empty(parts)
    s = 0.0
    for j in range(ss.shape[0]):
        s += ss[j]
    for part in numba.prange(parts):
        z_top = z_tops[part]
        z_tape = z_tapes[part]
        a_bar = 0.0
        for i in range(len(x) * (part + 1) // parts - 1, len(x) * part // parts - 1, -1):
            trips = trips_tape[i]
            z_bar = 1.0
            for _ in range(trips):
                z = z_tape[z_top]
                if z > 2.0:
                    # z = z * a
                    z_bar2 = z_bar * a
                    a_bar += z_bar * z
                    z_bar = z_bar2
                else:
                    # z = z * z + 0.5
                    z_bar = 2.0 * z * z_bar
                z_top -= 1
            # z = x[i]
            x_bar[i] = z_bar
        a_bars[part] = a_bar
    a_bar = 0.0
    for j in range(a_bars.shape[0]):
        a_bar += a_bars[j]
    return s, (x_bar, a_bar)


@numba.njit
def _grown(tape):
    """A tape with twice the places."""
    result = np.empty((2 * len(tape),) + tape.shape[1:], tape.dtype)
    result[:len(tape)] = tape
    return result


@numba.njit
def _is_full(tape, top):
    """Whether a tape has no place of this number."""
    return top >= len(tape)
