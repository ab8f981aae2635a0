"""Exponential smoothing with a trend, over a series read by index."""
import numpy as np


def program(alpha, beta, series):
    level, trend = series[0], series[1] - series[0]
    error = 0.0
    for t in range(1, len(series)):
        forecast = level + trend
        error += (series[t] - forecast) ** 2
        level, previous = alpha * series[t] + (1 - alpha) * forecast, level
        trend = beta * (level - previous) + (1 - beta) * trend
    return error


inputs = [(0.3, 0.6, [0.9, 1.3, 0.6, 1.1]), (0.3, 0.6, np.array([0.9, 1.3, 0.6, 1.1]))]
wrt = (0, 1, 2)
