"""What a maximum passed over has the adjoint zero, also where the root of it is infinitely steep."""
import numpy as np


def program(v, w):
    root = np.sqrt(np.maximum(v, 0.0))
    inverse = 1.0 / np.clip(w, 0.5, 2.0)
    return np.sum(root * w) + np.sum(inverse * np.minimum(v, 1.0)) + np.sum(np.maximum(np.log(inverse), 0.0))


wrt = (0, 1)
inputs = [
    (np.array([-1.5, -0.3, 0.4, 2.0, 0.9]), np.array([0.2, 1.3, 0.7, 3.0, 1.9])),
    (np.array([0.4, 2.0]), np.array([0.2, 0.7])),
]
