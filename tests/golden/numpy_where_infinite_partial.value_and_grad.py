import numpy as np


def program_value_and_grad(v):
    """Return the value and the gradient of `program` with respect to v, for v: float[:]."""
    with np.errstate(all='ignore'):
        test = v > 0
        sqrt = np.sqrt(v)
        root = np.where(test, sqrt, 0.0)
        test_1 = v > 0.5
        log = np.where(test_1, np.log(v), v)
        test_2 = v == 0
        ratio = np.sin(v) / v
        quotient = np.where(test_2, 1.0, ratio)
    value = np.sum(root + log * quotient)

    # quotient = np.where(v == 0, 1.0, np.sin(v) / v)
    ratio_1 = log / v
    v_bar = np.where(test_2, 0.0, ratio_1 * np.cos(v) - ratio * ratio_1)
    # log = np.where(v > 0.5, np.log(v), v)
    v_bar += np.where(test_1, 0.0, quotient)
    v_bar += np.where(test_1, quotient / v, 0.0)
    # root = np.where(v > 0, np.sqrt(v), 0.0)
    v_bar += np.where(test, 0.5 / sqrt, 0.0)
    return value, v_bar
