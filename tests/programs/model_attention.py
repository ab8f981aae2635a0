"""Scaled dot-product attention with a causal mask."""
import numpy as np


def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def program(x, wq, wk, wv):
    q, k, v = x @ wq, x @ wk, x @ wv
    scores = q @ k.T / np.sqrt(k.shape[-1])
    mask = np.tril(np.ones(scores.shape)) > 0
    return softmax(np.where(mask, scores, -1e9)) @ v


X = np.array([[0.9, -0.4], [1.3, 0.6], [-0.8, 0.2]])
W = np.array([[0.3, -0.7], [0.2, 0.9]])
inputs = [(X, W, W.T + 0.1, W - 0.3)]
wrt = (0, 1, 2, 3)
