"""A loop over observations, each of which reads rows of two tables: factors behind ratings."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def loss(users, items, bias, who, what, stars):
    total = 0.0
    for k in range(stars.shape[0]):
        p = users[who[k]]
        q = items[what[k]]
        error = np.dot(p, q) + bias[who[k]] - stars[k]
        total += error**2 + 0.01 * np.dot(p, p)
    return total


def by_hand(users, items, bias, who, what, stars):
    total = 0.0
    for k in range(stars.shape[0]):
        p = users[who[k]]
        q = items[what[k]]
        error = np.dot(p, q) + bias[who[k]] - stars[k]
        total += error**2 + 0.01 * np.dot(p, p)

    users_bar = np.zeros_like(users)
    items_bar = np.zeros_like(items)
    bias_bar = np.zeros_like(bias)
    for k in reversed(range(stars.shape[0])):
        p = users[who[k]]
        q = items[what[k]]
        error = np.dot(p, q) + bias[who[k]] - stars[k]
        error_bar = 2.0 * error
        bias_bar[who[k]] += error_bar
        users_bar[who[k]] += error_bar * q + 0.02 * p
        items_bar[what[k]] += error_bar * p
    return total, (users_bar, items_bar, bias_bar)


def best_hand(users, items, bias, who, what, stars):
    """Nothing is carried from one observation to the next but sums: one loop is enough."""
    total = 0.0
    users_bar = np.zeros_like(users)
    items_bar = np.zeros_like(items)
    bias_bar = np.zeros_like(bias)
    for i, j, star in zip(who.tolist(), what.tolist(), stars.tolist(), strict=True):
        p = users[i]
        q = items[j]
        error = p @ q + bias[i] - star
        total += error * error + 0.01 * (p @ p)
        error *= 2.0
        bias_bar[i] += error
        users_bar[i] += error * q + 0.02 * p
        items_bar[j] += error * p
    return total, (users_bar, items_bar, bias_bar)


def numba_hand(users, items, bias, who, what, stars):
    total = 0.0
    users_bar = np.zeros_like(users)
    items_bar = np.zeros_like(items)
    bias_bar = np.zeros_like(bias)
    for k in range(stars.shape[0]):
        i = who[k]
        j = what[k]
        error = bias[i] - stars[k]
        size = 0.0
        for r in range(users.shape[1]):
            error += users[i, r] * items[j, r]
            size += users[i, r] * users[i, r]
        total += error**2 + 0.01 * size
        error_bar = 2.0 * error
        bias_bar[i] += error_bar
        for r in range(users.shape[1]):
            users_bar[i, r] += error_bar * items[j, r] + 0.02 * users[i, r]
            items_bar[j, r] += error_bar * users[i, r]
    return total, (users_bar, items_bar, bias_bar)


C = """
double value_and_grad(const double *users, long n, long rank, const double *items, long m, long mr,
                      const double *bias, long bn, const long *who, long wn, const long *what, long hn,
                      const double *stars, long count, double *users_bar, double *items_bar, double *bias_bar) {
    double total = 0.0;
    memset(users_bar, 0, n * rank * sizeof *users_bar);
    memset(items_bar, 0, m * rank * sizeof *items_bar);
    memset(bias_bar, 0, n * sizeof *bias_bar);
    for (long k = 0; k < count; k++) {
        const double *p = users + who[k] * rank, *q = items + what[k] * rank;
        double *restrict p_bar = users_bar + who[k] * rank, *restrict q_bar = items_bar + what[k] * rank;
        double error = bias[who[k]] - stars[k], size = 0.0;
        for (long r = 0; r < rank; r++) {
            error += p[r] * q[r];
            size += p[r] * p[r];
        }
        total += error * error + 0.01 * size;
        bias_bar[who[k]] += 2.0 * error;
        for (long r = 0; r < rank; r++) {
            p_bar[r] += 2.0 * error * q[r] + 0.02 * p[r];
            q_bar[r] += 2.0 * error * p[r];
        }
    }
    return total;
}
"""


def in_jax(jax):
    np = jax.numpy

    def loss(users, items, bias, who, what, stars):
        p = users[who]
        error = np.sum(p * items[what], axis=1) + bias[who] - stars
        return np.sum(error**2) + 0.01 * np.sum(p * p)

    return loss


def in_torch(torch):
    def loss(users, items, bias, who, what, stars):
        total = 0.0
        for k in range(len(stars)):
            p = users[who[k]]
            q = items[what[k]]
            error = torch.dot(p, q) + bias[who[k]] - stars[k]
            total = total + error**2 + 0.01 * torch.dot(p, p)
        return total

    return loss


def arguments(observations, users, items, rank):
    rng = np.random.default_rng(0)
    return (
        rng.normal(size=(users, rank)),
        rng.normal(size=(items, rank)),
        rng.normal(size=users),
        rng.integers(users, size=observations),
        rng.integers(items, size=observations),
        rng.uniform(1.0, 5.0, size=observations),
    )


ROW = Row(
    name="ratings",
    title="loop over observations, indexed rows",
    primal=loss,
    wrt=("users", "items", "bias"),
    arguments=arguments,
    full={"observations": 1500, "users": 1000, "items": 500, "rank": 16},
    small={"observations": 9, "users": 4, "items": 3, "rank": 2},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    c_hand=C,
    jax=in_jax,
    torch=in_torch,
    loops=True,
)
