import numpy as np


def energy_value_and_grad(u0, k, steps):
    """Return the value and the gradient of `energy` with respect to u0 and k.

    u0: float[:], k: float, steps: int
    """
    u = u0.copy()
    total_tape = []
    for _ in range(steps):
        total = u[2:] - 2.0 * u[1:-1] + u[:-2]
        total_tape.append(total)
        u[1:-1] += k * total
    value = np.sum(u * u)

    # return np.sum(u * u)
    u_bar = 2.0 * u
    k_bar = 0.0
    for _ in reversed(range(steps)):
        total = total_tape.pop()
        # u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        product_bar = u_bar[1:-1]
        total_bar = product_bar * k
        k_bar += np.dot(product_bar, total)
        u_bar[:-2] += total_bar
        u_bar[1:-1] -= 2.0 * total_bar
        u_bar[2:] += total_bar
    return value, (u_bar, k_bar)
