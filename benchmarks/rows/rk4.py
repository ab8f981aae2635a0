"""Runge-Kutta on an ordinary differential equation, in plain floats and helper functions: predators and prey."""
from __future__ import annotations

import numpy as np

from benchmarks.row import Row


def rates(x, y, a, b, c, d):
    return a * x - b * x * y, c * x * y - d * y


def step(x, y, a, b, c, d, h):
    kx1, ky1 = rates(x, y, a, b, c, d)
    kx2, ky2 = rates(x + 0.5 * h * kx1, y + 0.5 * h * ky1, a, b, c, d)
    kx3, ky3 = rates(x + 0.5 * h * kx2, y + 0.5 * h * ky2, a, b, c, d)
    kx4, ky4 = rates(x + h * kx3, y + h * ky3, a, b, c, d)
    x = x + h / 6.0 * (kx1 + 2.0 * kx2 + 2.0 * kx3 + kx4)
    y = y + h / 6.0 * (ky1 + 2.0 * ky2 + 2.0 * ky3 + ky4)
    return x, y


def simulate(a, b, c, d, x, y, h, steps):
    for _ in range(steps):
        x, y = step(x, y, a, b, c, d, h)
    return x * y


def rates_rev(x, y, a, b, c, d, dx_bar, dy_bar):
    a_bar = dx_bar * x
    b_bar = -dx_bar * x * y
    c_bar = dy_bar * x * y
    d_bar = -dy_bar * y
    x_bar = dx_bar * (a - b * y) + dy_bar * c * y
    y_bar = -dx_bar * b * x + dy_bar * (c * x - d)
    return x_bar, y_bar, a_bar, b_bar, c_bar, d_bar


def step_rev(x, y, a, b, c, d, h, x_bar, y_bar):
    kx1, ky1 = rates(x, y, a, b, c, d)
    x2 = x + 0.5 * h * kx1
    y2 = y + 0.5 * h * ky1
    kx2, ky2 = rates(x2, y2, a, b, c, d)
    x3 = x + 0.5 * h * kx2
    y3 = y + 0.5 * h * ky2
    kx3, ky3 = rates(x3, y3, a, b, c, d)
    x4 = x + h * kx3
    y4 = y + h * ky3

    sixth_x = h / 6.0 * x_bar
    sixth_y = h / 6.0 * y_bar
    x4_bar, y4_bar, a4, b4, c4, d4 = rates_rev(x4, y4, a, b, c, d, sixth_x, sixth_y)
    kx3_bar = 2.0 * sixth_x + h * x4_bar
    ky3_bar = 2.0 * sixth_y + h * y4_bar
    x3_bar, y3_bar, a3, b3, c3, d3 = rates_rev(x3, y3, a, b, c, d, kx3_bar, ky3_bar)
    kx2_bar = 2.0 * sixth_x + 0.5 * h * x3_bar
    ky2_bar = 2.0 * sixth_y + 0.5 * h * y3_bar
    x2_bar, y2_bar, a2, b2, c2, d2 = rates_rev(x2, y2, a, b, c, d, kx2_bar, ky2_bar)
    kx1_bar = sixth_x + 0.5 * h * x2_bar
    ky1_bar = sixth_y + 0.5 * h * y2_bar
    x1_bar, y1_bar, a1, b1, c1, d1 = rates_rev(x, y, a, b, c, d, kx1_bar, ky1_bar)
    x_bar = x_bar + x1_bar + x2_bar + x3_bar + x4_bar
    y_bar = y_bar + y1_bar + y2_bar + y3_bar + y4_bar
    return x_bar, y_bar, a1 + a2 + a3 + a4, b1 + b2 + b3 + b4, c1 + c2 + c3 + c4, d1 + d2 + d3 + d4


def by_hand(a, b, c, d, x, y, h, steps):
    tape = []
    for _ in range(steps):
        tape.append((x, y))
        x, y = step(x, y, a, b, c, d, h)
    value = x * y

    x_bar = y
    y_bar = x
    a_bar = b_bar = c_bar = d_bar = 0.0
    for _ in range(steps):
        x, y = tape.pop()
        x_bar, y_bar, a_more, b_more, c_more, d_more = step_rev(x, y, a, b, c, d, h, x_bar, y_bar)
        a_bar += a_more
        b_bar += b_more
        c_bar += c_more
        d_bar += d_more
    return value, (a_bar, b_bar, c_bar, d_bar, x_bar, y_bar)


def best_hand(a, b, c, d, x, y, h, steps):
    """Written out, without calls; products that the stages share computed once."""
    half = 0.5 * h
    sixth = h / 6.0
    tape = []
    for _ in range(steps):
        tape.append((x, y))
        xy = x * y
        x2 = x + half * (a * x - b * xy)
        y2 = y + half * (c * xy - d * y)
        xy = x2 * y2
        kx2 = a * x2 - b * xy
        ky2 = c * xy - d * y2
        x3 = x + half * kx2
        y3 = y + half * ky2
        xy = x3 * y3
        kx3 = a * x3 - b * xy
        ky3 = c * xy - d * y3
        x4 = x + h * kx3
        y4 = y + h * ky3
        x, y = (x + sixth * ((x2 - x) / half + 2.0 * (kx2 + kx3) + (a - b * y4) * x4),
                y + sixth * ((y2 - y) / half + 2.0 * (ky2 + ky3) + (c * x4 - d) * y4))
    value = x * y

    x_bar = y
    y_bar = x
    a_bar = b_bar = c_bar = d_bar = 0.0
    while tape:
        x, y = tape.pop()
        xy1 = x * y
        x2 = x + half * (a * x - b * xy1)
        y2 = y + half * (c * xy1 - d * y)
        xy2 = x2 * y2
        x3 = x + half * (a * x2 - b * xy2)
        y3 = y + half * (c * xy2 - d * y2)
        xy3 = x3 * y3
        x4 = x + h * (a * x3 - b * xy3)
        y4 = y + h * (c * xy3 - d * y3)
        p4 = sixth * x_bar
        q4 = sixth * y_bar
        both = c * q4 - b * p4
        u4 = a * p4 + both * y4
        v4 = both * x4 - d * q4
        p3 = 2.0 * p4 + h * u4
        q3 = 2.0 * q4 + h * v4
        both = c * q3 - b * p3
        u3 = a * p3 + both * y3
        v3 = both * x3 - d * q3
        p2 = 2.0 * p4 + half * u3
        q2 = 2.0 * q4 + half * v3
        both = c * q2 - b * p2
        u2 = a * p2 + both * y2
        v2 = both * x2 - d * q2
        p1 = p4 + half * u2
        q1 = q4 + half * v2
        both = c * q1 - b * p1
        x_bar += a * p1 + both * y + u2 + u3 + u4
        y_bar += both * x - d * q1 + v2 + v3 + v4
        xy4 = x4 * y4
        a_bar += p1 * x + p2 * x2 + p3 * x3 + p4 * x4
        b_bar -= p1 * xy1 + p2 * xy2 + p3 * xy3 + p4 * xy4
        c_bar += q1 * xy1 + q2 * xy2 + q3 * xy3 + q4 * xy4
        d_bar -= q1 * y + q2 * y2 + q3 * y3 + q4 * y4
    return value, (a_bar, b_bar, c_bar, d_bar, x_bar, y_bar)


C = """
static inline void rates(double x, double y, double a, double b, double c, double d, double *dx, double *dy) {
    *dx = a * x - b * x * y;
    *dy = c * x * y - d * y;
}

static inline void rates_rev(double x, double y, double a, double b, double c, double d, double dx_bar, double dy_bar,
                             double *x_bar, double *y_bar, double *bars) {
    bars[0] += dx_bar * x;
    bars[1] -= dx_bar * x * y;
    bars[2] += dy_bar * x * y;
    bars[3] -= dy_bar * y;
    *x_bar = dx_bar * (a - b * y) + dy_bar * c * y;
    *y_bar = -dx_bar * b * x + dy_bar * (c * x - d);
}

double value_and_grad(double a, double b, double c, double d, double x, double y, double h, long steps,
                      double *a_bar, double *b_bar, double *c_bar, double *d_bar, double *x_out, double *y_out) {
    double *tape = malloc(2 * steps * sizeof *tape);
    for (long i = 0; i < steps; i++) {
        tape[2 * i] = x;
        tape[2 * i + 1] = y;
        double p1, q1, p2, q2, p3, q3, p4, q4;
        rates(x, y, a, b, c, d, &p1, &q1);
        rates(x + 0.5 * h * p1, y + 0.5 * h * q1, a, b, c, d, &p2, &q2);
        rates(x + 0.5 * h * p2, y + 0.5 * h * q2, a, b, c, d, &p3, &q3);
        rates(x + h * p3, y + h * q3, a, b, c, d, &p4, &q4);
        x += h / 6.0 * (p1 + 2.0 * p2 + 2.0 * p3 + p4);
        y += h / 6.0 * (q1 + 2.0 * q2 + 2.0 * q3 + q4);
    }
    double value = x * y, x_bar = y, y_bar = x, bars[4] = {0.0, 0.0, 0.0, 0.0};
    for (long i = steps; i--;) {
        x = tape[2 * i];
        y = tape[2 * i + 1];
        double p, q, x2, y2, x3, y3, x4, y4, u1, v1, u2, v2, u3, v3, u4, v4;
        rates(x, y, a, b, c, d, &p, &q);
        x2 = x + 0.5 * h * p, y2 = y + 0.5 * h * q;
        rates(x2, y2, a, b, c, d, &p, &q);
        x3 = x + 0.5 * h * p, y3 = y + 0.5 * h * q;
        rates(x3, y3, a, b, c, d, &p, &q);
        x4 = x + h * p, y4 = y + h * q;
        double sx = h / 6.0 * x_bar, sy = h / 6.0 * y_bar;
        rates_rev(x4, y4, a, b, c, d, sx, sy, &u4, &v4, bars);
        rates_rev(x3, y3, a, b, c, d, 2.0 * sx + h * u4, 2.0 * sy + h * v4, &u3, &v3, bars);
        rates_rev(x2, y2, a, b, c, d, 2.0 * sx + 0.5 * h * u3, 2.0 * sy + 0.5 * h * v3, &u2, &v2, bars);
        rates_rev(x, y, a, b, c, d, sx + 0.5 * h * u2, sy + 0.5 * h * v2, &u1, &v1, bars);
        x_bar += u1 + u2 + u3 + u4;
        y_bar += v1 + v2 + v3 + v4;
    }
    free(tape);
    *a_bar = bars[0], *b_bar = bars[1], *c_bar = bars[2], *d_bar = bars[3], *x_out = x_bar, *y_out = y_bar;
    return value;
}
"""


def numba_hand(a, b, c, d, x, y, h, steps):
    x_tape = np.empty(steps)
    y_tape = np.empty(steps)
    for i in range(steps):
        x_tape[i] = x
        y_tape[i] = y
        x, y = step(x, y, a, b, c, d, h)
    value = x * y

    x_bar = y
    y_bar = x
    a_bar = b_bar = c_bar = d_bar = 0.0
    for i in range(steps - 1, -1, -1):
        x_bar, y_bar, a_more, b_more, c_more, d_more = step_rev(x_tape[i], y_tape[i], a, b, c, d, h, x_bar, y_bar)
        a_bar += a_more
        b_bar += b_more
        c_bar += c_more
        d_bar += d_more
    return value, (a_bar, b_bar, c_bar, d_bar, x_bar, y_bar)


def in_jax(jax):
    def simulate(a, b, c, d, x, y, h, steps):
        def advance(state, _):
            return step(*state, a, b, c, d, h), None

        (x, y), _ = jax.lax.scan(jax.checkpoint(advance), (x, y), None, length=steps)
        return x * y

    return simulate


def in_torch(torch):
    return simulate


def arguments(steps):
    return 1.1, 0.4, 0.1, 0.4, 10.0, 5.0, 20.0 / steps, steps


ROW = Row(
    name="rk4",
    title="RK4 on an ODE",
    primal=simulate,
    wrt=("a", "b", "c", "d", "x", "y"),
    arguments=arguments,
    full={"steps": 10_000},
    small={"steps": 12},
    by_hand=by_hand,
    best_hand=best_hand,
    numba_hand=numba_hand,
    c_hand=C,
    jax=in_jax,
    torch=in_torch,
    static=("steps",),
    loops=True,
    scalars=True,
)
