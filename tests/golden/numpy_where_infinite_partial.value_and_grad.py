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

    # return np.sum(root + log * quotient)
    root_bar = np.ones_like(root)
    # quotient = np.where(v == 0, 1.0, np.sin(v) / v)
    ratio_bar = np.where(test_2, 0.0, log)
    ratio_1 = ratio_bar / v
    v_bar = np.where(ratio_bar != 0.0, -(ratio * ratio_1), 0.0)
    v_bar += np.where(ratio_bar != 0.0, ratio_1, 0.0) * np.cos(v)
    # log = np.where(v > 0.5, np.log(v), v)
    log_bar = np.where(test_1, quotient, 0.0)
    v_bar += np.where(test_1, 0.0, quotient)
    v_bar += np.where(log_bar != 0.0, log_bar / v, 0.0)
    # root = np.where(v > 0, np.sqrt(v), 0.0)
    sqrt_bar = np.where(test, root_bar, 0.0)
    v_bar += np.where(sqrt_bar != 0.0, 0.5 * sqrt_bar / sqrt, 0.0)
    return value, v_bar
