"""Programs whose loops record much, each with its adjoint as it is written by hand, statement by statement."""
from __future__ import annotations

import numpy as np


def implicit_steps(u, k, steps):
    """Diffusion by Crank and Nicolson, each step solved by elimination in loops over the elements."""
    n = len(u)
    for _ in range(steps):
        d = np.zeros(n)
        d[1:-1] = u[1:-1] + 0.5 * k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        d[0] = u[0]
        d[-1] = u[-1]
        c = np.zeros(n)
        for i in range(1, n - 1):
            m = 1.0 + k + 0.5 * k * c[i - 1]
            c[i] = -0.5 * k / m
            d[i] = (d[i] + 0.5 * k * d[i - 1]) / m
        for i in range(n - 2, 0, -1):
            d[i] = d[i] - c[i] * d[i + 1]
        u = d
    return np.sum(u**2)


def implicit_steps_by_hand(u, k, steps):
    n, tape = len(u), []
    for _ in range(steps):
        d = np.zeros(n)
        d[1:-1] = u[1:-1] + 0.5 * k * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        d[0], d[-1] = u[0], u[-1]
        c, ms = np.zeros(n), np.zeros(n)
        for i in range(1, n - 1):
            m = 1.0 + k + 0.5 * k * c[i - 1]
            ms[i] = m
            c[i] = -0.5 * k / m
            d[i] = (d[i] + 0.5 * k * d[i - 1]) / m
        eliminated = d.copy()
        for i in range(n - 2, 0, -1):
            d[i] = d[i] - c[i] * d[i + 1]
        tape.append((u, c, ms, eliminated))
        u = d
    value = np.sum(u**2)
    u_bar, k_bar = 2.0 * u, 0.0
    while tape:
        d, d_bar, c_bar = u, u_bar, np.zeros(n)
        u, c, ms, eliminated = tape.pop()
        for i in range(1, n - 1):
            c_bar[i] -= d_bar[i] * d[i + 1]
            d_bar[i + 1] -= c[i] * d_bar[i]
        for i in range(n - 2, 0, -1):
            m = ms[i]
            ratio = d_bar[i] / m
            m_bar = -ratio * eliminated[i] + 0.5 * k * c_bar[i] / m**2
            k_bar += 0.5 * ratio * eliminated[i - 1] - 0.5 * c_bar[i] / m + m_bar * (1.0 + 0.5 * c[i - 1])
            d_bar[i - 1] += 0.5 * k * ratio
            d_bar[i] = ratio
            c_bar[i - 1] += 0.5 * k * m_bar
        u_bar = np.zeros(n)
        u_bar[0], u_bar[-1] = d_bar[0], d_bar[-1]
        inner_bar = d_bar[1:-1]
        k_bar += 0.5 * inner_bar @ (u[2:] - 2.0 * u[1:-1] + u[:-2])
        half_bar = 0.5 * k * inner_bar
        u_bar[1:-1] += inner_bar - 2.0 * half_bar
        u_bar[2:] += half_bar
        u_bar[:-2] += half_bar
    return value, (u_bar, k_bar)


def ring(u, d, r, steps):
    """Reaction and diffusion on a ring, of which every tenth state is looked at."""
    kept = []
    for s in range(steps):
        lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
        u = u + 0.1 * (d * lap + r * u * (1.0 - u))
        if s % 10 == 9:
            kept.append(u)
    total = 0.0
    for k in kept:
        total = total + np.sum((k - 0.5) ** 2)
    return total


def ring_by_hand(u, d, r, steps):
    states, kept = [], []
    for s in range(steps):
        states.append(u)
        lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
        u = u + 0.1 * (d * lap + r * u * (1.0 - u))
        if s % 10 == 9:
            kept.append(u)
    value = 0.0
    for k in kept:
        value += np.sum((k - 0.5) ** 2)
    kept_bars = [2.0 * (k - 0.5) for k in kept]
    u_bar, d_bar, r_bar = np.zeros_like(u), 0.0, 0.0
    for s in reversed(range(steps)):
        if s % 10 == 9:
            u_bar = u_bar + kept_bars.pop()
        u, rate_bar = states.pop(), 0.1 * u_bar
        lap = np.roll(u, 1) - 2.0 * u + np.roll(u, -1)
        d_bar += rate_bar @ lap
        r_bar += rate_bar @ (u * (1.0 - u))
        lap_bar = d * rate_bar
        u_bar = u_bar + rate_bar * r * (1.0 - 2.0 * u) - 2.0 * lap_bar + np.roll(lap_bar, -1) + np.roll(lap_bar, 1)
    return value, (u_bar, d_bar, r_bar)


def on_a_mesh(u, conductances, source, target, steps):
    """Heat along the edges of a mesh, of which there are more than nodes."""
    for _ in range(steps):
        change = np.zeros(len(u))
        flux = conductances * (u[target] - u[source])
        np.add.at(change, source, flux)
        np.add.at(change, target, -flux)
        u = np.exp(-0.1 * np.abs(u)) * u + 0.1 * change
    return np.sum(u**2)


def on_a_mesh_by_hand(u, conductances, source, target, steps):
    states = []
    for _ in range(steps):
        states.append(u)
        change = np.zeros(len(u))
        flux = conductances * (u[target] - u[source])
        np.add.at(change, source, flux)
        np.add.at(change, target, -flux)
        u = np.exp(-0.1 * np.abs(u)) * u + 0.1 * change
    value = np.sum(u**2)
    u_bar, conductances_bar = 2.0 * u, np.zeros_like(conductances)
    while states:
        u = states.pop()
        change_bar = 0.1 * u_bar
        flux_bar = change_bar[source] - change_bar[target]
        conductances_bar += flux_bar * (u[target] - u[source])
        step_bar = flux_bar * conductances
        decay = np.exp(-0.1 * np.abs(u))
        u_bar = u_bar * decay * (1.0 - 0.1 * u * np.sign(u))
        np.add.at(u_bar, target, step_bar)
        np.add.at(u_bar, source, -step_bar)
    return value, (u_bar, conductances_bar)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def gated(w, u, b, xs):
    """A gated recurrent unit, whose gates are parts of two products."""
    n = u.shape[0]
    h = np.zeros((xs.shape[1], n))
    for t in range(xs.shape[0]):
        gx = xs[t] @ w + b
        gh = h @ u
        r = sigmoid(gx[:, :n] + gh[:, :n])
        z = sigmoid(gx[:, n:2 * n] + gh[:, n:2 * n])
        c = np.tanh(gx[:, 2 * n:] + r * gh[:, 2 * n:])
        h = (1.0 - z) * h + z * c
    return np.mean(h**2)


def gated_by_hand(w, u, b, xs):
    n, tape = u.shape[0], []
    h = np.zeros((xs.shape[1], n))
    for t in range(xs.shape[0]):
        gx = xs[t] @ w + b
        gh = h @ u
        r = sigmoid(gx[:, :n] + gh[:, :n])
        z = sigmoid(gx[:, n:2 * n] + gh[:, n:2 * n])
        q = gh[:, 2 * n:].copy()
        c = np.tanh(gx[:, 2 * n:] + r * q)
        tape.append((h, r, z, q, c))
        h = (1.0 - z) * h + z * c
    value = np.mean(h**2)
    h_bar = 2.0 * h / h.size
    w_bar, u_bar, b_bar = np.zeros_like(w), np.zeros_like(u), np.zeros_like(b)
    for t in reversed(range(xs.shape[0])):
        h, r, z, q, c = tape.pop()
        z_bar = h_bar * (c - h) * z * (1.0 - z)
        c_bar = h_bar * z * (1.0 - c * c)
        r_bar = c_bar * q * r * (1.0 - r)
        gx_bar = np.concatenate([r_bar, z_bar, c_bar], axis=1)
        gh_bar = np.concatenate([r_bar, z_bar, c_bar * r], axis=1)
        w_bar += xs[t].T @ gx_bar
        b_bar += np.sum(gx_bar, axis=0)
        u_bar += h.T @ gh_bar
        h_bar = h_bar * (1.0 - z) + gh_bar @ u.T
    return value, (w_bar, u_bar, b_bar)


def looking_back(w, x, n):
    """Each step looks at all of the states before it, as one array."""
    h, states, total = x, [x], 0.0
    for _ in range(n):
        h = np.tanh(w @ h)
        states.append(h)
        past = np.array(states)
        total += np.sum(past[-5:] ** 2) + np.sum(past[0] * past[-1])
    return total


def bags_of_words(table, w, words, labels):
    """Means of what is gathered for each of many words, and what the value alone is made of."""
    h = np.tanh(table[words].mean(axis=1))
    scores = h @ w
    shifted = scores - scores.max(axis=1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.mean(logs[np.arange(len(labels)), labels])


def bags_of_words_by_hand(table, w, words, labels):
    h = np.tanh(table[words].mean(axis=1))
    scores = h @ w
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    value = -np.mean(np.log(p[rows, labels]))
    p[rows, labels] -= 1.0
    p /= len(labels)
    h_bar = p @ w.T * (1.0 - h * h)
    table_bar = np.zeros_like(table)
    np.add.at(table_bar, words, (h_bar / words.shape[1])[:, None])
    return value, (table_bar, h.T @ p)


def cheapest_edits(costs, gap):
    """A row of distances for each letter, of which the reverse sweep wants the length alone."""
    before = [j * gap for j in range(len(costs[0]) + 1)]
    for i in range(len(costs)):
        row = [(i + 1) * gap]
        for j in range(len(costs[0])):
            row.append(min(before[j] + costs[i, j], before[j + 1] + gap, row[j] + gap))
        before = row
    return before[-1]


def cheapest_edits_by_hand(costs, gap):
    m, n = costs.shape
    before, ways = [j * gap for j in range(n + 1)], bytearray()
    for i in range(m):
        row = [(i + 1) * gap]
        for j in range(n):
            three = (before[j] + costs[i, j], before[j + 1] + gap, row[j] + gap)
            way = three.index(min(three))
            ways.append(way)
            row.append(three[way])
        before = row
    costs_bar, gap_bar = np.zeros_like(costs), 0.0
    row_bar = [0.0] * n + [1.0]
    for i in reversed(range(m)):
        before_bar = [0.0] * (n + 1)
        for j in reversed(range(n)):
            way, g = ways.pop(), row_bar[j + 1]
            if way == 0:
                costs_bar[i, j] += g
                before_bar[j] += g
            else:
                gap_bar += g
                (before_bar if way == 1 else row_bar)[j + 2 - way] += g
        gap_bar += (i + 1) * row_bar[0]
        row_bar = before_bar
    gap_bar += sum(j * row_bar[j] for j in range(n + 1))
    return before[-1], (costs_bar, gap_bar)


def convolved(x, w, b):
    """Layers of which the last is wanted for the value alone."""
    y = np.zeros((x.shape[0], x.shape[1] - 2))
    for i in range(3):
        y += w[i] * x[:, i : i + y.shape[1]]
    y = y + b
    a = np.maximum(y, 0.0)
    return np.sum(a)


def convolved_by_hand(x, w, b):
    y = np.zeros((x.shape[0], x.shape[1] - 2))
    for i in range(3):
        y += w[i] * x[:, i : i + y.shape[1]]
    y = y + b
    value = np.sum(np.maximum(y, 0.0))
    y_bar = 0.5 + 0.5 * np.sign(y)
    w_bar, x_bar = np.zeros_like(w), np.zeros_like(x)
    for i in range(3):
        w_bar[i] = np.sum(y_bar * x[:, i : i + y.shape[1]])
        x_bar[:, i : i + y.shape[1]] += w[i] * y_bar
    return value, (x_bar, w_bar, np.sum(y_bar))


def smoothed(sigma, image, target):
    n, m = image.shape
    centre = image[2:-2, 2:-2]
    weighted, norm = np.zeros_like(centre), np.zeros_like(centre)
    for i in range(-2, 3):
        for j in range(-2, 3):
            part = image[2 + i:n - 2 + i, 2 + j:m - 2 + j]
            w = np.exp(-(i * i + j * j) * sigma[0] - (part - centre) ** 2 * sigma[1])
            weighted += w * part
            norm += w
    r = weighted / norm - target
    return np.sum(r * r)


def smoothed_by_hand(sigma, image, target):
    n, m = image.shape
    centre = image[2:-2, 2:-2]
    weighted, norm = np.zeros_like(centre), np.zeros_like(centre)
    for i in range(-2, 3):
        for j in range(-2, 3):
            part = image[2 + i:n - 2 + i, 2 + j:m - 2 + j]
            w = np.exp(-(i * i + j * j) * sigma[0] - (part - centre) ** 2 * sigma[1])
            weighted += w * part
            norm += w
    mean = weighted / norm
    r = mean - target
    value = np.sum(r * r)
    weighted_bar = 2.0 * r / norm
    norm_bar = -weighted_bar * mean
    sigma_bar, image_bar = np.zeros(2), np.zeros_like(image)
    centre_bar = image_bar[2:-2, 2:-2]
    for i in range(-2, 3):
        for j in range(-2, 3):
            part = image[2 + i:n - 2 + i, 2 + j:m - 2 + j]
            part_bar = image_bar[2 + i:n - 2 + i, 2 + j:m - 2 + j]
            d = part - centre
            w = np.exp(-(i * i + j * j) * sigma[0] - d**2 * sigma[1])
            part_bar += weighted_bar * w
            w_bar = (weighted_bar * part + norm_bar) * w
            sigma_bar[0] -= (i * i + j * j) * np.sum(w_bar)
            w_bar *= d
            sigma_bar[1] -= np.sum(w_bar * d)
            w_bar *= -2.0 * sigma[1]
            part_bar += w_bar
            centre_bar -= w_bar
    return value, (sigma_bar, image_bar)


def pooled(w1, b1, w2, b2, w3, x):
    h = np.tanh(x @ w1 + b1)
    h = np.maximum(h @ w2 + b2, 0.0)
    return np.sum((np.sum(h, axis=1) @ w3) ** 2)


def pooled_by_hand(w1, b1, w2, b2, w3, x):
    h = np.tanh(x @ w1 + b1)
    z = h @ w2 + b2
    mask = z > 0
    z *= mask
    sums = np.sum(z, axis=1)
    del z
    out = sums @ w3
    out_bar = 2 * out
    z_bar = np.outer(out_bar, w3)[:, None, :] * mask
    w2_bar = np.tensordot(h, z_bar, ((0, 1), (0, 1)))
    h_bar = z_bar @ w2.T
    b2_bar = np.sum(z_bar, axis=(0, 1))
    del z_bar
    h_bar *= 1 - h**2
    w1_bar = np.tensordot(x, h_bar, ((0, 1), (0, 1)))
    return np.sum(out**2), (w1_bar, np.sum(h_bar, axis=(0, 1)), w2_bar, b2_bar, sums.T @ out_bar)


def oscillators(q, alpha, beta, steps):
    """A chain of masses between springs that are not linear."""
    q = q.copy()
    p = np.zeros_like(q)
    for _ in range(steps):
        left = q[1:-1] - q[:-2]
        right = q[2:] - q[1:-1]
        p[1:-1] += 0.1 * (right - left + alpha * (right**2 - left**2) + beta * (right**3 - left**3))
        q += 0.1 * p
    return np.sum(q**2)


def oscillators_by_hand(q, alpha, beta, steps):
    q, p, states = q.copy(), np.zeros_like(q), []
    for _ in range(steps):
        states.append(q.copy())
        left, right = q[1:-1] - q[:-2], q[2:] - q[1:-1]
        p[1:-1] += 0.1 * (right - left + alpha * (right**2 - left**2) + beta * (right**3 - left**3))
        q += 0.1 * p
    value = np.sum(q**2)
    q_bar, p_bar, alpha_bar, beta_bar = 2.0 * q, np.zeros_like(p), 0.0, 0.0
    while states:
        q = states.pop()
        p_bar += 0.1 * q_bar
        force_bar = 0.1 * p_bar[1:-1]
        left, right = q[1:-1] - q[:-2], q[2:] - q[1:-1]
        alpha_bar += np.dot(force_bar, right**2 - left**2)
        beta_bar += np.dot(force_bar, right**3 - left**3)
        right_bar = force_bar * (1.0 + 2.0 * alpha * right + 3.0 * beta * right**2)
        left_bar = -force_bar * (1.0 + 2.0 * alpha * left + 3.0 * beta * left**2)
        q_bar[2:] += right_bar
        q_bar[1:-1] += left_bar - right_bar
        q_bar[:-2] -= left_bar
    return value, (q_bar, alpha_bar, beta_bar)


def bonds(x, v, width, steps):
    """Bodies with bonds between all of them, by their distances."""
    eye = np.eye(len(x))
    for _ in range(steps):
        d = x[:, None, :] - x[None, :, :]
        r = np.sqrt(np.sum(d**2, axis=2) + eye)
        e = np.exp(-width * (r - 1.0))
        v = v - 0.01 * np.sum((e * (1.0 - e) / r)[:, :, None] * d, axis=1)
        x = x + 0.01 * v
    return np.sum(x**2)


def bonds_by_hand(x, v, width, steps):
    eye, states = np.eye(len(x)), []
    for _ in range(steps):
        states.append(x)
        d = x[:, None, :] - x[None, :, :]
        r = np.sqrt(np.sum(d**2, axis=2) + eye)
        e = np.exp(-width * (r - 1.0))
        v = v - 0.01 * np.sum((e * (1.0 - e) / r)[:, :, None] * d, axis=1)
        x = x + 0.01 * v
    value = np.sum(x**2)
    x_bar, v_bar, width_bar = 2.0 * x, np.zeros_like(v), 0.0
    while states:
        x = states.pop()
        v_bar += 0.01 * x_bar
        force_bar = -0.01 * v_bar
        d = x[:, None, :] - x[None, :, :]
        r = np.sqrt(np.sum(d**2, axis=2) + eye)
        e = np.exp(-width * (r - 1.0))
        pull = e * (1.0 - e) / r
        d_bar = pull[:, :, None] * force_bar[:, None, :]
        pull_bar = np.sum(force_bar[:, None, :] * d, axis=2) / r
        r_bar = -pull_bar * pull
        inside_bar = pull_bar * (1.0 - 2.0 * e) * e
        width_bar -= np.sum(inside_bar * (r - 1.0))
        r_bar -= inside_bar * width
        d_bar += (r_bar / r)[:, :, None] * d
        x_bar += np.sum(d_bar, axis=1) - np.sum(d_bar, axis=0)
    return value, (x_bar, v_bar, width_bar)


def boxed(x, v, eps, size, steps):
    """Bodies in a periodic box, one after the other against all."""
    for _ in range(steps):
        f = np.zeros_like(x)
        for i in range(len(x)):
            d = x[i] - x
            d = d - size * np.round(d / size)
            w = eps / (np.sum(d * d, axis=1) + 0.2) ** 2
            f[i] = np.sum(w[:, None] * d, axis=0)
        v = v + 0.01 * f
        x = x + 0.01 * v
    return np.sum(x**2)


def boxed_by_hand(x, v, eps, size, steps):
    def apart(x, i):
        d = x[i] - x
        d = d - size * np.round(d / size)
        r2 = np.sum(d * d, axis=1) + 0.2
        return d, r2, eps / r2**2

    states = []
    for _ in range(steps):
        states.append(x)
        f = np.zeros_like(x)
        for i in range(len(x)):
            d, _, w = apart(x, i)
            f[i] = np.sum(w[:, None] * d, axis=0)
        v = v + 0.01 * f
        x = x + 0.01 * v
    value = np.sum(x**2)
    x_bar, v_bar, eps_bar = 2.0 * x, np.zeros_like(v), 0.0
    while states:
        x = states.pop()
        v_bar += 0.01 * x_bar
        f_bar = 0.01 * v_bar
        for i in reversed(range(len(x))):
            d, r2, w = apart(x, i)
            w_bar = d @ f_bar[i]
            eps_bar += np.sum(w_bar / r2**2)
            d_bar = w[:, None] * f_bar[i]
            d_bar -= (4.0 * w_bar * w / r2)[:, None] * d
            x_bar[i] += np.sum(d_bar, axis=0)
            x_bar -= d_bar
    return value, (x_bar, v_bar, eps_bar)


def limited(u, c, steps):
    """Fluxes that each step stores into an array of its own."""
    for _ in range(steps):
        f = np.zeros(len(u) + 1)
        f[1:-1] = 0.5 * (u[1:] ** 2 + u[:-1] * u[1:])
        f[0] = u[0] * u[0]
        f[-1] = u[-1]
        u = u - c * (f[1:] - f[:-1]) * f[1:]
    return np.sum(u**2)


def limited_by_hand(u, c, steps):
    def flux(u):
        f = np.empty(len(u) + 1)
        f[1:-1] = 0.5 * (u[1:] ** 2 + u[:-1] * u[1:])
        f[0] = u[0] * u[0]
        f[-1] = u[-1]
        return f

    states = []
    for _ in range(steps):
        states.append(u)
        f = flux(u)
        u = u - c * (f[1:] - f[:-1]) * f[1:]
    value = np.sum(u**2)
    u_bar, c_bar = 2.0 * u, 0.0
    while states:
        u = states.pop()
        f = flux(u)
        difference = f[1:] - f[:-1]
        by_right = u_bar * f[1:]
        c_bar -= by_right @ difference
        f_bar = np.zeros(len(f))
        f_bar[1:] = -c * (u_bar * difference + by_right)
        f_bar[:-1] += c * by_right
        inner = 0.5 * f_bar[1:-1]
        u_bar[1:] += inner * (2.0 * u[1:] + u[:-1])
        u_bar[:-1] += inner * u[1:]
        u_bar[0] += 2.0 * u[0] * f_bar[0]
        u_bar[-1] += f_bar[-1]
    return value, (u_bar, c_bar)


def advected(u, c, steps):
    """The scheme of van Leer in place, whose fluxes are stored into an array of each step."""
    u = u.copy()
    for _ in range(steps):
        f = np.zeros(len(u))
        a = u[1:-1] - u[:-2]
        b = u[2:] - u[1:-1]
        p = a * b
        slope = np.where(p > 0.0, 2.0 * p / np.where(p > 0.0, a + b, 1.0), 0.0)
        f[1:-1] = u[1:-1] + 0.5 * (1.0 - c) * slope
        f[0] = u[0]
        u[1:-1] -= c * (f[1:-1] - f[:-2])
    return np.sum(u**2)


def advected_by_hand(u, c, steps):
    def limited(u):
        a = u[1:-1] - u[:-2]
        b = u[2:] - u[1:-1]
        p = a * b
        rising = p > 0.0
        sums = np.where(rising, a + b, 1.0)
        f = np.zeros(len(u))
        slope = np.where(rising, 2.0 * p / sums, 0.0)
        f[1:-1] = u[1:-1] + 0.5 * (1.0 - c) * slope
        f[0] = u[0]
        return f, a, b, rising, sums, slope

    u = u.copy()
    states = []
    for _ in range(steps):
        f = limited(u)[0]
        states.append(u[1:-1].copy())
        u[1:-1] -= c * (f[1:-1] - f[:-2])
    value = np.sum(u**2)
    u_bar, c_bar = 2.0 * u, 0.0
    while states:
        u[1:-1] = states.pop()
        f, a, b, rising, sums, slope = limited(u)
        by_update = u_bar[1:-1]
        c_bar -= by_update @ (f[1:-1] - f[:-2])
        f_bar = np.zeros(len(u))
        f_bar[1:-1] = -c * by_update
        f_bar[:-2] += c * by_update
        inner = f_bar[1:-1]
        c_bar -= 0.5 * inner @ slope
        slope_bar = np.where(rising, 0.5 * (1.0 - c) * inner, 0.0) / sums
        p_bar = 2.0 * slope_bar
        sums_bar = -slope_bar * slope
        a_bar, b_bar = p_bar * b + sums_bar, p_bar * a + sums_bar
        u_bar[0] += f_bar[0]
        u_bar[1:-1] += inner + a_bar - b_bar
        u_bar[:-2] -= a_bar
        u_bar[2:] += b_bar
    return value, (u_bar, c_bar)


def _minmod(a, b):
    return np.where(a * b > 0.0, np.where(np.abs(a) < np.abs(b), a, b), 0.0)


def steepened(u0, c, a, steps):
    u = u0.copy()
    for _ in range(steps):
        d = u[1:] - u[:-1]
        face = u[1:-1] + 0.5 * _minmod(d[:-1], d[1:])
        flux = 0.5 * face * face
        u[2:-1] -= c * (flux[1:] - flux[:-1]) * u[2:-1]
        u[:] = u + a * u * (1.0 - u)
    return np.sum(u * u)


def steepened_by_hand(u0, c, a, steps):
    u, tape = u0.copy(), []
    for _ in range(steps):
        tape.append(u.copy())
        d = u[1:] - u[:-1]
        face = u[1:-1] + 0.5 * _minmod(d[:-1], d[1:])
        flux = 0.5 * face * face
        u[2:-1] -= c * (flux[1:] - flux[:-1]) * u[2:-1]
        tape.append(u.copy())
        u[:] = u + a * u * (1.0 - u)
    value = np.sum(u * u)
    u_bar, c_bar, a_bar = 2.0 * u, 0.0, 0.0
    while tape:
        u = tape.pop()
        a_bar += np.sum(u_bar * u * (1.0 - u))
        u_bar *= 1.0 + a * (1.0 - 2.0 * u)
        u = tape.pop()
        d = u[1:] - u[:-1]
        left, right = d[:-1], d[1:]
        same, less = left * right > 0.0, np.abs(left) < np.abs(right)
        face = u[1:-1] + 0.5 * np.where(same, np.where(less, left, right), 0.0)
        flux = 0.5 * face * face
        difference = flux[1:] - flux[:-1]
        g = u_bar[2:-1].copy()
        c_bar -= np.sum(g * difference * u[2:-1])
        u_bar[2:-1] -= c * g * difference
        g *= c * u[2:-1]
        face_bar = np.zeros_like(face)
        face_bar[1:] = -g
        face_bar[:-1] += g
        face_bar *= face
        u_bar[1:-1] += face_bar
        slope_bar = np.where(same, 0.5 * face_bar, 0.0)
        d_bar = np.zeros_like(d)
        d_bar[:-1] = np.where(less, slope_bar, 0.0)
        d_bar[1:] += np.where(less, 0.0, slope_bar)
        u_bar[1:] += d_bar
        u_bar[:-1] -= d_bar
    return value, (u_bar, c_bar, a_bar)


def synchronised(theta, omega, k, steps):
    n = len(theta)
    order = 0.0
    for _ in range(steps):
        d = theta[None, :] - theta[:, None]
        theta = theta + 0.02 * (omega + k / n * np.sum(np.sin(d), axis=1))
        order += np.mean(np.cos(theta)) ** 2 + np.mean(np.sin(theta)) ** 2
    return order


def synchronised_by_hand(theta, omega, k, steps):
    n, order, tape = len(theta), 0.0, []
    for _ in range(steps):
        tape.append(theta)
        d = theta[None, :] - theta[:, None]
        theta = theta + 0.02 * (omega + k / n * np.sum(np.sin(d), axis=1))
        order += np.mean(np.cos(theta)) ** 2 + np.mean(np.sin(theta)) ** 2
    theta_bar, omega_bar, k_bar = np.zeros(n), np.zeros(n), 0.0
    while tape:
        c, s = np.cos(theta), np.sin(theta)
        theta_bar = theta_bar - (2.0 / n * np.mean(c)) * s
        theta_bar += (2.0 / n * np.mean(s)) * c
        theta = tape.pop()
        g = 0.02 * theta_bar
        omega_bar += g
        d = theta[None, :] - theta[:, None]
        k_bar += np.sum(g * np.sum(np.sin(d), axis=1)) / n
        d_bar = (k / n * g)[:, None] * np.cos(d)
        theta_bar += np.sum(d_bar, axis=0)
        theta_bar -= np.sum(d_bar, axis=1)
    return order, (theta_bar, omega_bar, k_bar)


def porous(u0, k, steps):
    """Diffusion along two axes, of which each updates a part of the state."""
    u = u0.copy()
    for _ in range(steps):
        m = k * u * u
        fx = 0.5 * (m[1:, :] + m[:-1, :]) * (u[1:, :] - u[:-1, :])
        fy = 0.5 * (m[:, 1:] + m[:, :-1]) * (u[:, 1:] - u[:, :-1])
        u[1:-1, :] += 0.1 * (fx[1:, :] - fx[:-1, :])
        u[:, 1:-1] += 0.1 * (fy[:, 1:] - fy[:, :-1])
    return np.sum(u * u)


def porous_by_hand(u0, k, steps):
    u, tape = u0.copy(), []
    for _ in range(steps):
        tape.append(u.copy())
        m = k * u * u
        fx = 0.5 * (m[1:, :] + m[:-1, :]) * (u[1:, :] - u[:-1, :])
        fy = 0.5 * (m[:, 1:] + m[:, :-1]) * (u[:, 1:] - u[:, :-1])
        u[1:-1, :] += 0.1 * (fx[1:, :] - fx[:-1, :])
        u[:, 1:-1] += 0.1 * (fy[:, 1:] - fy[:, :-1])
    value = np.sum(u * u)
    u_bar, k_bar = 2.0 * u, 0.0
    while tape:
        u = tape.pop()
        m = k * u * u
        m_bar = np.zeros_like(m)
        fy_bar, fx_bar = np.zeros((len(u), len(u) - 1)), np.zeros((len(u) - 1, len(u)))
        part = 0.1 * u_bar[:, 1:-1]
        fy_bar[:, 1:] = part
        fy_bar[:, :-1] -= part
        part = 0.1 * u_bar[1:-1, :]
        fx_bar[1:, :] = part
        fx_bar[:-1, :] -= part
        fy_bar *= 0.5
        part = fy_bar * (u[:, 1:] - u[:, :-1])
        m_bar[:, 1:] += part
        m_bar[:, :-1] += part
        part = fy_bar * (m[:, 1:] + m[:, :-1])
        u_bar[:, 1:] += part
        u_bar[:, :-1] -= part
        fx_bar *= 0.5
        part = fx_bar * (u[1:, :] - u[:-1, :])
        m_bar[1:, :] += part
        m_bar[:-1, :] += part
        part = fx_bar * (m[1:, :] + m[:-1, :])
        u_bar[1:, :] += part
        u_bar[:-1, :] -= part
        k_bar += np.sum(m_bar * u * u)
        u_bar += 2.0 * k * m_bar * u
    return value, (u_bar, k_bar)


def convected(u0, c, steps):
    """Convection whose rounds read the old state in a copy of it."""
    u = u0.copy()
    for _ in range(steps):
        un = u.copy()
        u[1:-1] = un[1:-1] - c * un[1:-1] * (un[2:] - un[:-2])
        u[0] = 0.0
        u[-1] = u[-2]
    return np.sum(u * u)


def convected_by_hand(u0, c, steps):
    u, tape = u0.copy(), []
    for _ in range(steps):
        un = u.copy()
        tape.append(un)
        u[1:-1] = un[1:-1] - c * un[1:-1] * (un[2:] - un[:-2])
        u[0] = 0.0
        u[-1] = u[-2]
    value = np.sum(u * u)
    u_bar, c_bar = 2.0 * u, 0.0
    while tape:
        un = tape.pop()
        u_bar[-2] += u_bar[-1]
        u_bar[0] = u_bar[-1] = 0.0
        part = u_bar[1:-1].copy()
        slope = un[2:] - un[:-2]
        c_bar -= np.sum(part * un[1:-1] * slope)
        u_bar[1:-1] -= c * part * slope
        part *= c * un[1:-1]
        u_bar[2:] -= part
        u_bar[:-2] += part
    return value, (u_bar, c_bar)


def springs(x0, v0, stiff, rest, i, j, steps):
    """Points that springs hold together, twice as many as there are points."""
    x, v = x0.copy(), v0.copy()
    for _ in range(steps):
        d = x[j] - x[i]
        length = np.sqrt(np.sum(d * d, axis=1))
        f = (stiff * (length - rest) / length)[:, None] * d
        acc = np.zeros_like(x)
        np.add.at(acc, i, f)
        np.subtract.at(acc, j, f)
        v += 0.05 * (acc - 0.1 * v)
        x += 0.05 * v
    return np.sum(x**2)


def springs_by_hand(x0, v0, stiff, rest, i, j, steps):
    x, v, tape = x0.copy(), v0.copy(), []
    for _ in range(steps):
        tape.append(x.copy())
        d = x[j] - x[i]
        length = np.sqrt(np.sum(d * d, axis=1))
        f = (stiff * (length - rest) / length)[:, None] * d
        acc = np.zeros_like(x)
        np.add.at(acc, i, f)
        np.subtract.at(acc, j, f)
        v += 0.05 * (acc - 0.1 * v)
        x += 0.05 * v
    value = np.sum(x**2)
    x_bar, v_bar = 2.0 * x, np.zeros_like(v)
    stiff_bar, rest_bar = np.zeros_like(stiff), np.zeros_like(rest)
    while tape:
        x = tape.pop()
        d = x[j] - x[i]
        length = np.sqrt(np.sum(d * d, axis=1))
        v_bar += 0.05 * x_bar
        acc_bar = 0.05 * v_bar
        v_bar -= 0.1 * acc_bar
        f_bar = acc_bar[i] - acc_bar[j]
        ratio_bar = np.sum(f_bar * d, axis=1) / length
        stiff_bar += ratio_bar * (length - rest)
        rest_bar -= ratio_bar * stiff
        pull = stiff * (length - rest) / length
        d_bar = pull[:, None] * f_bar
        d_bar += ((stiff - pull) * ratio_bar / length)[:, None] * d
        np.add.at(x_bar, j, d_bar)
        np.subtract.at(x_bar, i, d_bar)
    return value, (x_bar, stiff_bar, rest_bar)


def swung(u0, k, steps):
    """A chain whose rounds add the sines of its state to a part of it."""
    u = u0.copy()
    for _ in range(steps):
        u[1:-1] = u[:-2] + k * np.sin(u[1:-1]) * u[2:]
    return np.sum(u * u)


def swung_by_hand(u0, k, steps):
    u, tape = u0.copy(), []
    for _ in range(steps):
        tape.append(u.copy())
        u[1:-1] = u[:-2] + k * np.sin(u[1:-1]) * u[2:]
    value = np.sum(u * u)
    u_bar, k_bar = 2.0 * u, 0.0
    while tape:
        u = tape.pop()
        part = u_bar[1:-1].copy()
        u_bar[1:-1] = 0.0
        sin = np.sin(u[1:-1])
        k_bar += np.sum(part * sin * u[2:])
        u_bar[:-2] += part
        part *= k
        u_bar[2:] += part * sin
        u_bar[1:-1] += part * u[2:] * np.cos(u[1:-1])
    return value, (u_bar, k_bar)


def mean_field(w, q0, sweeps):
    """Columns that are updated one after the other, each by all of them."""
    q = q0.copy()
    for _ in range(sweeps):
        for j in range(q.shape[1]):
            q[:, j] = np.tanh(q @ w[j])
    return np.sum(q * q)


def mean_field_by_hand(w, q0, sweeps):
    q, tape = q0.copy(), []
    for _ in range(sweeps):
        for j in range(q.shape[1]):
            tape.append(q[:, j].copy())
            q[:, j] = np.tanh(q @ w[j])
    value = np.sum(q * q)
    q_bar, w_bar = 2.0 * q, np.zeros_like(w)
    for _ in range(sweeps):
        for j in reversed(range(q.shape[1])):
            part = q_bar[:, j] * (1.0 - q[:, j] ** 2)
            q[:, j] = tape.pop()
            q_bar[:, j] = 0.0
            w_bar[j] += part @ q
            q_bar += np.outer(part, w[j])
    return value, (w_bar, q_bar)
