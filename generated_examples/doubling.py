"""A loop whose length depends on the data, and a result that is a vector: its pullback takes a cotangent."""
from typing import Annotated

import numpy as np


def doubled(x: Annotated[np.ndarray, "f64[:]"]):
    y = x * 2.0
    while np.linalg.norm(y) < 1000.0:
        y = y * 2.0
    return y
