"""What a derivative asks of its arguments when it is called: memory that is shared, and how it is laid out."""
from __future__ import annotations

import numpy as np
import pytest

from s2sad import grad, source, value_and_grad

X = np.array([0.5, 0.2, 0.3, 0.9])


def updates(u, v):
    u[0] = v[1] * u[1]
    return np.sum(u * v)


def reads(u, v):
    return np.sum(u * v)


def updates_flat(m, weights):
    flat = m.reshape(-1)
    m[0] *= weights[0]
    return np.sum(flat**2)


def updates_beside_a_list(u, rows):
    u *= 2.0
    return np.sum(u * rows[0])


def updates_in_a_dict(state):
    state["u"] *= state["v"]
    return np.sum(state["u"] * state["v"])


@pytest.mark.parametrize("other", [X, X[:], X[::-1]], ids=["same", "view", "reversed"])
def test_shared_memory_is_refused(other):
    with pytest.raises(ValueError, match="`u` is updated and shares memory with `v`"):
        grad(updates, (0, 1))(X, other)


def test_overlapping_parts_are_refused():
    with pytest.raises(ValueError, match="shares memory"):
        grad(updates)(X[:3], X[1:])


def test_parts_that_are_apart_are_accepted():
    u, v = np.stack([X, 2 * X], axis=1).T
    assert u.base is v.base
    np.testing.assert_allclose(grad(updates)(u, v), grad(updates)(u.copy(), v.copy()))


def test_shared_memory_that_is_only_read_is_accepted():
    np.testing.assert_allclose(grad(reads, (0, 1))(X, X), (X, X))
    assert "_check_apart" not in source(reads, X, X)


def test_arrays_in_containers_are_looked_at():
    np.testing.assert_allclose(grad(updates_beside_a_list)(X, [X + 1.0]), 2 * (X + 1.0))
    with pytest.raises(ValueError, match="`u` is updated and shares memory with `rows`"):
        grad(updates_beside_a_list)(X, [X])
    u_bar = grad(updates_in_a_dict)({"u": X, "v": X + 1.0})["u"]
    np.testing.assert_allclose(u_bar, (X + 1.0) ** 2)
    with pytest.raises(ValueError, match=r"`state\['u'\]` is updated"):
        grad(updates_in_a_dict)({"u": X, "v": X})


def test_layout_is_checked_where_views_depend_on_it():
    m, weights = X.reshape(2, 2), np.array([3.0])
    value, m_bar = value_and_grad(updates_flat)(m, weights)
    assert value == pytest.approx(updates_flat(m.copy(), weights))
    np.testing.assert_allclose(m_bar, 2 * m * [[9.0], [1.0]])
    with pytest.raises(ValueError, match="`m` must lie in memory in C order"):
        grad(updates_flat)(m.T, weights)
