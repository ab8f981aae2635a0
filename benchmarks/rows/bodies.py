"""Bodies that attract each other: all pairs by broadcasting, in time steps."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def acceleration(x, mass):
    d = x - x[:, None, :]
    r2 = np.sum(d**2, axis=2) + 0.01
    pull = mass * r2**-1.5
    return np.sum(pull[:, :, None] * d, axis=1)


def energy(x, v, mass, dt, steps):
    for _ in range(steps):
        v = v + 0.5 * dt * acceleration(x, mass)
        x = x + dt * v
        v = v + 0.5 * dt * acceleration(x, mass)
    return 0.5 * np.sum(mass * np.sum(v**2, axis=1))


def acceleration_rev(x, mass, a_bar):
    d = x - x[:, None, :]
    r2 = np.sum(d**2, axis=2) + 0.01
    weight = r2**-1.5
    pull = mass * weight
    d_bar = pull[:, :, None] * a_bar[:, None, :]
    pull_bar = np.sum(d * a_bar[:, None, :], axis=2)
    mass_bar = np.sum(pull_bar * weight, axis=0)
    r2_bar = -1.5 * pull_bar * mass * r2**-2.5
    d_bar += 2.0 * r2_bar[:, :, None] * d
    x_bar = np.sum(d_bar, axis=0) - np.sum(d_bar, axis=1)
    return x_bar, mass_bar


def by_hand(x, v, mass, dt, steps):
    tape = []
    for _ in range(steps):
        tape.append(x)
        v = v + 0.5 * dt * acceleration(x, mass)
        x = x + dt * v
        v = v + 0.5 * dt * acceleration(x, mass)
    squares = np.sum(v**2, axis=1)
    value = 0.5 * np.sum(mass * squares)

    mass_bar = 0.5 * squares
    v_bar = mass[:, None] * v
    x_bar = np.zeros_like(x)
    for _ in range(steps):
        x_more, mass_more = acceleration_rev(x, mass, 0.5 * dt * v_bar)
        x_bar = x_bar + x_more
        mass_bar += mass_more
        v_bar = v_bar + dt * x_bar
        x = tape.pop()
        x_more, mass_more = acceleration_rev(x, mass, 0.5 * dt * v_bar)
        x_bar = x_bar + x_more
        mass_bar += mass_more
    return value, (x_bar, v_bar, mass_bar)


def best_hand(x, v, mass, dt, steps):
    """Distances and sums over pairs as matrix products; the force of a step's end begins the next one."""
    positions, weights = [x], [distances(x)]
    pull = weights[0] ** 3 * mass
    a = pull @ x - np.sum(pull, axis=1)[:, None] * x
    for _ in range(steps):
        v = v + 0.5 * dt * a
        x = x + dt * v
        positions.append(x)
        weights.append(distances(x))
        pull = weights[-1] ** 3 * mass
        a = pull @ x - np.sum(pull, axis=1)[:, None] * x
        v = v + 0.5 * dt * a
    squares = np.sum(v**2, axis=1)
    value = 0.5 * np.sum(mass * squares)

    mass_bar = 0.5 * squares
    v_bar = mass[:, None] * v
    x_bar = np.zeros_like(x)
    a_bar = 0.5 * dt * v_bar
    for i in range(steps, -1, -1):
        x_bar += forces_rev(positions[i], weights[i], mass, a_bar, mass_bar)
        if i:
            v_bar = v_bar + dt * x_bar
            a_bar = (dt if i > 1 else 0.5 * dt) * v_bar
    return value, (x_bar, v_bar, mass_bar)


def distances(x):
    """One over the softened distance of each pair."""
    squares = np.sum(x * x, axis=1)
    r2 = x @ (-2.0 * x.T)
    r2 += squares
    r2 += (squares + 0.01)[:, None]
    np.sqrt(r2, out=r2)
    return np.divide(1.0, r2, out=r2)


def forces_rev(x, inverse, mass, a_bar, mass_bar):
    squares = inverse * inverse
    cubes = squares * inverse
    along = a_bar @ x.T
    along -= np.sum(a_bar * x, axis=1)[:, None]
    along *= cubes
    mass_bar += np.sum(along, axis=0)
    cubes *= mass
    along *= squares
    along *= mass
    along *= -3.0
    both = along + along.T
    x_bar = np.sum(both, axis=1)[:, None] * x
    x_bar -= both @ x
    x_bar += cubes.T @ a_bar
    x_bar -= np.sum(cubes, axis=1)[:, None] * a_bar
    return x_bar


def numba_hand(x, v, mass, dt, steps):
    n = x.shape[0]
    positions = np.empty((steps + 1, n, 3))
    positions[0] = x
    speed = v.copy()
    kick(positions[0], speed, mass, 0.5 * dt)
    for t in range(steps):
        for i in range(n):
            for k in range(3):
                positions[t + 1, i, k] = positions[t, i, k] + dt * speed[i, k]
        kick(positions[t + 1], speed, mass, dt if t + 1 < steps else 0.5 * dt)
    value = 0.0
    mass_bar = np.empty(n)
    v_bar = np.empty((n, 3))
    x_bar = np.zeros((n, 3))
    for i in range(n):
        square = speed[i, 0] ** 2 + speed[i, 1] ** 2 + speed[i, 2] ** 2
        value += 0.5 * mass[i] * square
        mass_bar[i] = 0.5 * square
        for k in range(3):
            v_bar[i, k] = mass[i] * speed[i, k]
    for t in range(steps, -1, -1):
        kick_rev(positions[t], mass, dt if 0 < t < steps else 0.5 * dt, x_bar, v_bar, mass_bar)
        if t:
            for i in range(n):
                for k in range(3):
                    v_bar[i, k] += dt * x_bar[i, k]
    return value, (x_bar, v_bar, mass_bar)


def kick(x, v, mass, dt):
    for i in range(x.shape[0]):
        ax = ay = az = 0.0
        for j in range(x.shape[0]):
            dx = x[j, 0] - x[i, 0]
            dy = x[j, 1] - x[i, 1]
            dz = x[j, 2] - x[i, 2]
            r2 = dx * dx + dy * dy + dz * dz + 0.01
            pull = mass[j] / (r2 * np.sqrt(r2))
            ax += pull * dx
            ay += pull * dy
            az += pull * dz
        v[i, 0] += dt * ax
        v[i, 1] += dt * ay
        v[i, 2] += dt * az


def kick_rev(x, mass, dt, x_bar, v_bar, mass_bar):
    for i in range(x.shape[0]):
        px = dt * v_bar[i, 0]
        py = dt * v_bar[i, 1]
        pz = dt * v_bar[i, 2]
        for j in range(x.shape[0]):
            dx = x[j, 0] - x[i, 0]
            dy = x[j, 1] - x[i, 1]
            dz = x[j, 2] - x[i, 2]
            r2 = dx * dx + dy * dy + dz * dz + 0.01
            weight = 1.0 / (r2 * np.sqrt(r2))
            along = (px * dx + py * dy + pz * dz) * weight
            mass_bar[j] += along
            pull = mass[j] * weight
            common = -3.0 * mass[j] * along / r2
            gx = pull * px + common * dx
            gy = pull * py + common * dy
            gz = pull * pz + common * dz
            x_bar[j, 0] += gx
            x_bar[j, 1] += gy
            x_bar[j, 2] += gz
            x_bar[i, 0] -= gx
            x_bar[i, 1] -= gy
            x_bar[i, 2] -= gz


def in_jax(jax):
    np = jax.numpy

    def acceleration(x, mass):
        d = x - x[:, None, :]
        r2 = np.sum(d**2, axis=2) + 0.01
        pull = mass * r2**-1.5
        return np.sum(pull[:, :, None] * d, axis=1)

    def energy(x, v, mass, dt, steps):
        def advance(state, _):
            x, v = state
            v = v + 0.5 * dt * acceleration(x, mass)
            x = x + dt * v
            v = v + 0.5 * dt * acceleration(x, mass)
            return (x, v), None

        (x, v), _ = jax.lax.scan(advance, (x, v), None, length=steps)
        return 0.5 * np.sum(mass * np.sum(v**2, axis=1))

    return energy


def in_torch(torch):
    def acceleration(x, mass):
        d = x - x[:, None, :]
        r2 = torch.sum(d**2, dim=2) + 0.01
        pull = mass * r2**-1.5
        return torch.sum(pull[:, :, None] * d, dim=1)

    def energy(x, v, mass, dt, steps):
        for _ in range(steps):
            v = v + 0.5 * dt * acceleration(x, mass)
            x = x + dt * v
            v = v + 0.5 * dt * acceleration(x, mass)
        return 0.5 * torch.sum(mass * torch.sum(v**2, dim=1))

    return energy


def arguments(bodies, steps):
    rng = np.random.default_rng(0)
    return (rng.normal(size=(bodies, 3)), 0.1 * rng.normal(size=(bodies, 3)),
            rng.uniform(0.5, 1.5, size=bodies) / bodies, 0.01, steps)


ROW = Row(
    name="bodies",
    title="N-body, broadcasting in time steps",
    primal=energy,
    wrt=("x", "v", "mass"),
    arguments=arguments,
    full={"bodies": 60, "steps": 20},
    small={"bodies": 4, "steps": 3},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    jax=in_jax,
    torch=in_torch,
    static=("steps",),
    loops=True,
)
