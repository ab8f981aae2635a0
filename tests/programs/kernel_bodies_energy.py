"""Bodies under their own attraction: leapfrog steps, the distances inverted in place, energies into arrays."""
import numpy as np


def distances(place):
    x, y = place[:, 0:1], place[:, 1:2]
    return x.T - x, y.T - y


def attraction(place, mass):
    dx, dy = distances(place)
    inverse = dx**2 + dy**2 + 0.01
    inverse[inverse > 0.0] = inverse[inverse > 0.0] ** -1.5
    return np.hstack(((dx * inverse) @ mass, (dy * inverse) @ mass))


def potential(place, mass):
    dx, dy = distances(place)
    inverse = np.sqrt(dx**2 + dy**2)
    inverse[inverse > 0.0] = 1.0 / inverse[inverse > 0.0]
    return np.sum(np.triu(-(mass * mass.T) * inverse, 1))


def program(mass, place, speed, dt):
    speed -= np.mean(mass * speed, axis=0) / np.mean(mass)
    pull = attraction(place, mass)
    energy = np.zeros(3)
    for i in range(3):
        speed += pull * dt / 2.0
        place += speed * dt
        pull = attraction(place, mass)
        speed += pull * dt / 2.0
        energy[i] = 0.5 * np.sum(mass * speed**2) + potential(place, mass)
    return np.sum(energy * np.arange(1.0, 4.0))


inputs = [(
    np.array([[1.0], [2.0], [0.5]]), np.array([[0.5, 0.1], [-0.7, 0.9], [0.2, -1.1]]),
    np.array([[0.1, -0.3], [0.2, 0.0], [-0.4, 0.3]]), 0.05,
)]
wrt = (0, 1, 2, 3)
