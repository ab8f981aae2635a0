"""A row that is taken off and one that is added to it: what is summed up for one is the negative of the other's."""
import numpy as np


def program(logits, log_rate, counts):
    log_w = logits - np.log(np.sum(np.exp(logits)))
    logp = log_w + counts[:, None] * log_rate - np.exp(log_rate)
    m = logp.max(axis=1, keepdims=True)
    return -np.sum(m[:, 0] + np.log(np.sum(np.exp(logp - m), axis=1)))


inputs = [(np.array([0.2, -0.4, 0.1]), np.array([0.3, 1.1, -0.5]), np.array([2.0, 0.0, 1.0, 3.0]))]
wrt = (0, 1)
