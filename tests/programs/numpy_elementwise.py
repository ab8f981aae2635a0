"""Elementwise functions of NumPy on an array."""
import numpy as np


def program(v, w):
    a = np.exp(v) * np.log(w) + np.sqrt(w) * np.sin(v) + np.cos(w) * np.tan(v) + np.square(v) + np.abs(v)
    b = np.sinh(v) + np.cosh(w) * np.tanh(v) + np.arcsin(v) + np.arctan(w) + np.expm1(v) * np.log1p(w)
    c = np.power(w, v) + np.add(v, w) * np.subtract(v, w) + np.multiply(v, 2) / np.divide(w, 3)
    c = c + np.negative(v)
    return np.sum(a * b * c) + np.sum(np.log2(w) + np.log10(w) + np.reciprocal(w) + np.sign(v) * v)


inputs = [(np.array([0.9, -0.4, 0.3]), np.array([0.7, 1.2, 0.4]))]
wrt = (0, 1)
