"""Work arrays of which each round writes all, part by part, before it reads any: stencils with their boundaries."""
import numpy as np


def program(u, w, k):
    u = u.copy()
    w = w.copy()
    new = np.empty_like(u)
    for _ in range(3):
        new[1:-1] = u[1:-1] + k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        new[0] = u[0] * u[-1]
        new[-1] = new[0] + np.sin(u[0])
        u[:] = new
    plate = np.zeros_like(w)
    for t in range(2):
        plate[0, :] = w[-1] * k
        plate[-1] = np.sin(w[0])
        plate[1:-1, 0] = w[1:-1, 0] * plate[0, 0]
        plate[1:-1, -1] = 1.0 + t
        plate[1:-1, 1:-1] = w[1:-1, 1:-1] + k * (w[2:, 1:-1] - w[:-2, 1:-1]) * w[1:-1, 2:]
        w = plate * np.cos(plate)
    gap = u * 0.5
    for _ in range(2):
        gap[2:-1] = np.sin(u[2:-1]) * k
        gap[:1] = u[-1:] * gap[:1]
        gap[-1] = gap[1] * u[0]
        u = u + gap * u
    last = np.ones_like(u)
    for _ in range(2):
        last[:1] = u[:1] * k
        last[1:] = np.exp(-u[1:]) * last[:1]
        u = u * last
    return np.sum(u) + np.sum(w * w) + np.sum(last)


inputs = [
    (np.array([0.4, -0.7, 1.1, 0.3, 0.9]), np.array([[0.2, 0.5, -0.4], [0.7, 0.1, 0.6], [-0.3, 0.8, 0.9]]), 0.2),
    (np.array([0.4, -0.7, 1.1]), np.array([[0.2, 0.5], [0.7, 0.1]]), 0.3),
    (np.array([0.4, -0.7]), np.array([[0.2, 0.5, 0.4, 0.6]] * 4), 0.1),
]
wrt = (0, 1, 2)
