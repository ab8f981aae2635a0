"""25 points on a period of the sine: the gradient of the sum is a cosine."""
from typing import Annotated

import numpy as np


def total(a: Annotated[np.ndarray, "f64[:]"]):
    b = np.sin(a)
    c = 2.0 * b
    d = c + 1.0
    return np.sum(d)


points = np.linspace(0.0, 2.0 * np.pi, 25)
