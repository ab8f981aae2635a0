"""Soft distances to centres; each point counts for the nearest, found by ``argmin``."""
import numpy as np


def program(centres, points):
    distances = np.sum((points[:, None, :] - centres[None, :, :]) ** 2, axis=-1)
    nearest = np.argmin(distances, axis=1)
    spread = points - centres[nearest]
    return np.sum(spread**2) + np.sum(np.min(distances, axis=1) ** 2)


inputs = [(np.array([[0.9, -0.4], [-0.8, 0.2]]), np.array([[0.5, 0.1], [-0.7, 0.3], [1.2, -0.6]]))]
wrt = (0, 1)
