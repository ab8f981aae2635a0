def energy_grad(u0, k, steps):
    """Return the gradient of `energy` with respect to u0, for u0: float[:], k: float, steps: int."""
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])

    # return np.sum(u * u)
    u_bar = 2.0 * u
    for _ in reversed(range(steps)):
        # u[1:-1] += k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        total_bar = u_bar[1:-1] * k
        u_bar[:-2] += total_bar
        u_bar[1:-1] -= 2.0 * total_bar
        u_bar[2:] += total_bar
    return u_bar
