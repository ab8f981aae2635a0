"""N bodies with broadcasting, energies stored step by step."""
import numpy as np


def get_acc(pos, mass, softening):
    x = pos[:, 0:1]
    y = pos[:, 1:2]
    dx = x.T - x
    dy = y.T - y
    inv_r3 = dx**2 + dy**2 + softening**2
    inv_r3[inv_r3 > 0] = inv_r3[inv_r3 > 0] ** (-1.5)
    ax = (dx * inv_r3) @ mass
    ay = (dy * inv_r3) @ mass
    return np.hstack((ax, ay))


def program(pos, vel, mass):
    vel -= np.mean(mass * vel, 0) / np.mean(mass)
    acc = get_acc(pos, mass, 0.1)
    ke = np.zeros(4)
    ke[0] = 0.5 * np.sum(mass * vel**2)
    for i in range(3):
        vel += acc * 0.05
        pos += vel * 0.1
        acc = get_acc(pos, mass, 0.1)
        vel += acc * 0.05
        ke[i + 1] = 0.5 * np.sum(mass * vel**2)
    return np.sum(ke**2)


inputs = [(np.array([[0.0, 0.0], [1.0, 0.2], [-0.4, 0.9]]), np.array([[0.1, 0.0], [0.0, -0.3], [0.2, 0.2]]),
           np.array([[1.0], [0.5], [2.0]]))]
wrt = (0, 1, 2)
