import numpy as np


def program_value_and_grad(m):
    """Return the value and the gradient of `program` with respect to m, for m: float[:, :]."""
    n = m * 2
    row = n[0]
    row[:] = 0.0
    value = np.sum(n * m)

    # row[:] = 0.0
    n_bar = m.copy()
    n_bar[0][:] = 0.0
    # n = m * 2
    m_bar = n + 2.0 * n_bar
    return value, m_bar
