"""Arrays that are read from the end, also one of which an element is updated behind that."""
import numpy as np


def program(x, m):
    risk = np.cumsum(np.exp(x)[::-1])[::-1]
    turned = m[::-1, :] * m[..., ::-1]
    z = m * 2.0
    back = z[::-1, ::-1]
    before = np.sum(back[0] * x)
    z[0] *= x
    return np.sum(x * np.log(risk)) + np.sum(turned * z) + before * np.sum(back[1] * m[0])


inputs = [(np.array([0.3, 1.2, -0.4]), np.array([[0.5, -1.1, 0.7], [1.3, 0.2, -0.6]]))]
wrt = (0, 1)
