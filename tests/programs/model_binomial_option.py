"""An American option on a binomial tree: values shrink by one a step, the larger one is kept."""
import numpy as np


def program(spot, volatility, strike):
    n = 4
    up = np.exp(volatility * np.sqrt(1.0 / n))
    p = (1.0 - 1.0 / up) / (up - 1.0 / up)
    values = np.maximum(strike - spot * up ** (np.arange(n + 1) * 2.0 - n), 0.0)
    for step in range(n - 1, -1, -1):
        prices = spot * up ** (np.arange(step + 1) * 2.0 - step)
        values = np.maximum(0.99 * (p * values[1:] + (1 - p) * values[:-1]), strike - prices)
    return values[0]


inputs = [(1.0, 0.3, 1.05)]
wrt = (0, 1, 2)
