"""A convolution layer by loops, with a bias and ReLU, and max pooling behind it."""
import numpy as np


def relu(x):
    return np.maximum(x, 0)


def conv2d(image, weights):
    k = weights.shape[0]
    n = image.shape[0]
    h, w = image.shape[1] - k + 1, image.shape[2] - k + 1
    output = np.empty((n, h, w, weights.shape[3]), dtype=np.float64)
    for i in range(h):
        for j in range(w):
            output[:, i, j, :] = np.sum(
                image[:, i:i + k, j:j + k, :, np.newaxis] * weights[np.newaxis, :, :, :], axis=(1, 2, 3))
    return output


def maxpool(x):
    output = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]], dtype=x.dtype)
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            output[:, i, j, :] = np.max(x[:, 2 * i:2 * i + 2, 2 * j:2 * j + 2, :], axis=(1, 2))
    return output


def program(image, weights, bias):
    return np.sum(maxpool(relu(conv2d(image, weights) + bias)) ** 2)


inputs = [(np.sin(np.arange(50.0)).reshape(2, 5, 5, 1), np.cos(np.arange(8.0)).reshape(2, 2, 1, 2),
           np.array([0.3, -0.2]))]
wrt = (0, 1, 2)
