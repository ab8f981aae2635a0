"""Logistic regression with labels of ±1 and a penalty."""
import numpy as np


def program(w, b, x, y, penalty):
    margins = y * (x @ w + b)
    return np.mean(np.log(1.0 + np.exp(-margins))) + penalty * np.sum(w**2)


X = np.array([[0.9, -0.4], [1.3, 0.6], [-0.8, 0.2], [0.1, -1.1]])
Y = np.array([1, -1, 1, -1])
inputs = [(np.array([0.3, -0.7]), 0.1, X, Y, 0.05)]
wrt = (0, 1, 2)
