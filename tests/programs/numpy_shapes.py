"""``reshape``, ``transpose``, ``concatenate``, ``stack``, ``squeeze``, ``expand_dims`` and the like."""
import numpy as np


def program(m, v):
    a = np.reshape(m, (3, 2)) @ m
    b = np.concatenate([v, np.ravel(m)[:2] * 2, np.array([1.0])]) + np.concatenate((m, m * 2), axis=1)[0]
    c = np.stack([v, v**2], axis=1) * np.transpose(m)
    d = np.expand_dims(v, 0) * np.vstack([v, m]) + np.squeeze(m[:1], axis=0)
    e = np.hstack([v, v]) * np.swapaxes(np.stack((m, m)), 0, 2).reshape(-1)[:6]
    return np.sum(a**2) + np.sum(b**2) + np.sum(c**2) + np.sum(d**2) + np.sum(e)


inputs = [(np.array([[0.7, 0.2, 1.1], [-0.5, 0.8, 0.6]]), np.array([0.9, -0.4, 1.3]))]
wrt = (0, 1)
