"""The log-likelihood of a mixture of Gaussians, by log-sum-exp."""
import numpy as np


def log_sum_exp(x, axis):
    largest = np.max(x, axis=axis, keepdims=True)
    return np.squeeze(largest, axis=axis) + np.log(np.sum(np.exp(x - largest), axis=axis))


def program(logits, means, log_scales, x):
    log_weights = logits - log_sum_exp(logits, axis=0)
    z = (x[:, None, :] - means) / np.exp(log_scales)
    log_density = -0.5 * np.sum(z**2 + 2 * log_scales + np.log(2 * np.pi), axis=2)
    return np.sum(log_sum_exp(log_weights + log_density, axis=1))


inputs = [(
    np.array([0.3, -0.2]), np.array([[0.9, -0.4], [-0.8, 0.2]]), np.array([[0.1, -0.3], [0.2, 0.0]]),
    np.array([[0.5, 0.1], [-0.7, 0.3], [1.2, -0.6], [-0.4, 0.8]]),
)]
wrt = (0, 1, 2, 3)
