"""Time stepping with branches and an early end: a ball that flies, bounces and comes to rest."""
from __future__ import annotations

import math

import numpy as np

from benchmarks.row import Row


def throw(speed, angle, drag, bounce, dt, steps):
    x = 0.0
    y = 1.0
    vx = speed * math.cos(angle)
    vy = speed * math.sin(angle)
    for _ in range(steps):
        size = math.sqrt(vx * vx + vy * vy)
        vx = vx - dt * drag * size * vx
        vy = vy - dt * (9.81 + drag * size * vy)
        x = x + dt * vx
        y = y + dt * vy
        if y < 0.0:
            y = -bounce * y
            vy = -bounce * vy
            vx = 0.95 * vx
            if vx * vx + vy * vy < 0.05:
                break
        elif x > 30.0:
            vx = vx - dt * 0.5 * (x - 30.0)
    return math.sqrt(x * x + y * y)


def by_hand(speed, angle, drag, bounce, dt, steps):
    x = 0.0
    y = 1.0
    vx = speed * math.cos(angle)
    vy = speed * math.sin(angle)
    tape = []
    for _ in range(steps):
        tape.append((x, y, vx, vy))
        size = math.sqrt(vx * vx + vy * vy)
        vx = vx - dt * drag * size * vx
        vy = vy - dt * (9.81 + drag * size * vy)
        x = x + dt * vx
        y = y + dt * vy
        if y < 0.0:
            y = -bounce * y
            vy = -bounce * vy
            vx = 0.95 * vx
            if vx * vx + vy * vy < 0.05:
                break
        elif x > 30.0:
            vx = vx - dt * 0.5 * (x - 30.0)
    value = math.sqrt(x * x + y * y)

    x_bar = x / value
    y_bar = y / value
    vx_bar = vy_bar = drag_bar = bounce_bar = 0.0
    while tape:
        x, y, vx_old, vy_old = tape.pop()
        size = math.sqrt(vx_old * vx_old + vy_old * vy_old)
        vx = vx_old - dt * drag * size * vx_old
        vy = vy_old - dt * (9.81 + drag * size * vy_old)
        x = x + dt * vx
        y = y + dt * vy
        if y < 0.0:
            vx_bar = 0.95 * vx_bar
            bounce_bar -= vy * vy_bar + y * y_bar
            vy_bar = -bounce * vy_bar
            y_bar = -bounce * y_bar
        elif x > 30.0:
            x_bar -= 0.5 * dt * vx_bar
        vy_bar += dt * y_bar
        vx_bar += dt * x_bar
        drag_bar -= dt * size * (vy_old * vy_bar + vx_old * vx_bar)
        size_bar = -dt * drag * (vy_old * vy_bar + vx_old * vx_bar)
        vy_bar -= dt * drag * size * vy_bar
        vx_bar -= dt * drag * size * vx_bar
        vx_bar += size_bar * vx_old / size
        vy_bar += size_bar * vy_old / size
    speed_bar = vx_bar * math.cos(angle) + vy_bar * math.sin(angle)
    angle_bar = speed * (vy_bar * math.cos(angle) - vx_bar * math.sin(angle))
    return value, (speed_bar, angle_bar, drag_bar, bounce_bar)


def best_hand(speed, angle, drag, bounce, dt, steps):
    """The position is kept where the ball hits the ground only; where it is past the mark it is not needed."""
    x = 0.0
    y = 1.0
    vx = speed * math.cos(angle)
    vy = speed * math.sin(angle)
    pull = dt * drag
    tape = []
    hits = []
    for _ in range(steps):
        loss = pull * math.sqrt(vx * vx + vy * vy)
        wx = vx - loss * vx
        wy = vy - dt * 9.81 - loss * vy
        x += dt * wx
        y += dt * wy
        if y < 0.0:
            tape.append((vx, vy, loss, 1))
            hits.append((y, wy))
            y *= -bounce
            vy = -bounce * wy
            vx = 0.95 * wx
            if vx * vx + vy * vy < 0.05:
                break
        elif x > 30.0:
            tape.append((vx, vy, loss, 2))
            vx = wx - dt * 0.5 * (x - 30.0)
            vy = wy
        else:
            tape.append((vx, vy, loss, 0))
            vx = wx
            vy = wy
    value = math.sqrt(x * x + y * y)

    x_bar = x / value
    y_bar = y / value
    vx_bar = vy_bar = pull_bar = bounce_bar = 0.0
    while tape:
        vx, vy, loss, kind = tape.pop()
        if kind == 1:
            y, wy = hits.pop()
            vx_bar *= 0.95
            bounce_bar -= wy * vy_bar + y * y_bar
            vy_bar *= -bounce
            y_bar *= -bounce
        elif kind == 2:
            x_bar -= 0.5 * dt * vx_bar
        vx_bar += dt * x_bar
        vy_bar += dt * y_bar
        along = vx * vx_bar + vy * vy_bar
        pull_bar -= loss * along
        back = pull * pull * along / loss
        vx_bar -= loss * vx_bar + back * vx
        vy_bar -= loss * vy_bar + back * vy
    speed_bar = vx_bar * math.cos(angle) + vy_bar * math.sin(angle)
    angle_bar = speed * (vy_bar * math.cos(angle) - vx_bar * math.sin(angle))
    return value, (speed_bar, angle_bar, pull_bar / drag, bounce_bar)


def numba_hand(speed, angle, drag, bounce, dt, steps):
    x = 0.0
    y = 1.0
    vx = speed * math.cos(angle)
    vy = speed * math.sin(angle)
    tape = np.empty((steps, 4))
    count = 0
    for _ in range(steps):
        tape[count, 0] = x
        tape[count, 1] = y
        tape[count, 2] = vx
        tape[count, 3] = vy
        count += 1
        size = math.sqrt(vx * vx + vy * vy)
        vx = vx - dt * drag * size * vx
        vy = vy - dt * (9.81 + drag * size * vy)
        x = x + dt * vx
        y = y + dt * vy
        if y < 0.0:
            y = -bounce * y
            vy = -bounce * vy
            vx = 0.95 * vx
            if vx * vx + vy * vy < 0.05:
                break
        elif x > 30.0:
            vx = vx - dt * 0.5 * (x - 30.0)
    value = math.sqrt(x * x + y * y)

    x_bar = x / value
    y_bar = y / value
    vx_bar = vy_bar = drag_bar = bounce_bar = 0.0
    for i in range(count - 1, -1, -1):
        vx_old = tape[i, 2]
        vy_old = tape[i, 3]
        size = math.sqrt(vx_old * vx_old + vy_old * vy_old)
        vx = vx_old - dt * drag * size * vx_old
        vy = vy_old - dt * (9.81 + drag * size * vy_old)
        x = tape[i, 0] + dt * vx
        y = tape[i, 1] + dt * vy
        if y < 0.0:
            vx_bar = 0.95 * vx_bar
            bounce_bar -= vy * vy_bar + y * y_bar
            vy_bar = -bounce * vy_bar
            y_bar = -bounce * y_bar
        elif x > 30.0:
            x_bar -= 0.5 * dt * vx_bar
        vy_bar += dt * y_bar
        vx_bar += dt * x_bar
        along = dt * (vy_old * vy_bar + vx_old * vx_bar)
        drag_bar -= size * along
        keep = 1.0 - dt * drag * size
        vx_bar = keep * vx_bar - drag * along * vx_old / size
        vy_bar = keep * vy_bar - drag * along * vy_old / size
    speed_bar = vx_bar * math.cos(angle) + vy_bar * math.sin(angle)
    angle_bar = speed * (vy_bar * math.cos(angle) - vx_bar * math.sin(angle))
    return value, (speed_bar, angle_bar, drag_bar, bounce_bar)


C = """
double value_and_grad(double speed, double angle, double drag, double bounce, double dt, long steps,
                      double *speed_bar, double *angle_bar, double *drag_out, double *bounce_out) {
    double (*tape)[4] = malloc(steps * sizeof *tape);
    double x = 0.0, y = 1.0, vx = speed * cos(angle), vy = speed * sin(angle);
    long count = 0;
    while (count < steps) {
        double *now = tape[count++];
        now[0] = x, now[1] = y, now[2] = vx, now[3] = vy;
        double size = sqrt(vx * vx + vy * vy);
        vx = vx - dt * drag * size * vx;
        vy = vy - dt * (9.81 + drag * size * vy);
        x = x + dt * vx;
        y = y + dt * vy;
        if (y < 0.0) {
            y = -bounce * y, vy = -bounce * vy, vx = 0.95 * vx;
            if (vx * vx + vy * vy < 0.05) break;
        } else if (x > 30.0)
            vx = vx - dt * 0.5 * (x - 30.0);
    }
    double value = sqrt(x * x + y * y), x_bar = x / value, y_bar = y / value;
    double vx_bar = 0.0, vy_bar = 0.0, drag_bar = 0.0, bounce_bar = 0.0;
    while (count--) {
        double *now = tape[count], p = now[2], q = now[3], size = sqrt(p * p + q * q);
        vx = p - dt * drag * size * p;
        vy = q - dt * (9.81 + drag * size * q);
        x = now[0] + dt * vx;
        y = now[1] + dt * vy;
        if (y < 0.0) {
            vx_bar *= 0.95;
            bounce_bar -= vy * vy_bar + y * y_bar;
            vy_bar *= -bounce;
            y_bar *= -bounce;
        } else if (x > 30.0)
            x_bar -= 0.5 * dt * vx_bar;
        vy_bar += dt * y_bar;
        vx_bar += dt * x_bar;
        double along = dt * (q * vy_bar + p * vx_bar), keep = 1.0 - dt * drag * size;
        drag_bar -= size * along;
        vx_bar = keep * vx_bar - drag * along * p / size;
        vy_bar = keep * vy_bar - drag * along * q / size;
    }
    free(tape);
    *speed_bar = vx_bar * cos(angle) + vy_bar * sin(angle);
    *angle_bar = speed * (vy_bar * cos(angle) - vx_bar * sin(angle));
    *drag_out = drag_bar, *bounce_out = bounce_bar;
    return value;
}
"""


def in_jax(jax):
    np = jax.numpy

    def throw(speed, angle, drag, bounce, dt, steps):
        def advance(state, _):
            x, y, vx, vy, flying = state
            size = np.sqrt(vx * vx + vy * vy)
            wx = vx - dt * drag * size * vx
            wy = vy - dt * (9.81 + drag * size * vy)
            x2 = x + dt * wx
            y2 = y + dt * wy
            hit = y2 < 0.0
            past = np.logical_not(hit) & (x2 > 30.0)
            wy = np.where(hit, -bounce * wy, wy)
            wx = np.where(hit, 0.95 * wx, np.where(past, wx - dt * 0.5 * (x2 - 30.0), wx))
            y2 = np.where(hit, -bounce * y2, y2)
            rest = hit & (wx * wx + wy * wy < 0.05)
            keep = (np.where(flying, new, old) for new, old in ((x2, x), (y2, y), (wx, vx), (wy, vy)))
            return (*keep, flying & np.logical_not(rest)), None

        start = 0.0, 1.0, speed * np.cos(angle), speed * np.sin(angle), True
        state, _ = jax.lax.scan(jax.checkpoint(advance), start, None, length=steps)
        return np.sqrt(state[0] ** 2 + state[1] ** 2)

    return throw


def in_torch(torch):
    def throw(speed, angle, drag, bounce, dt, steps):
        x = 0.0
        y = 1.0
        vx = speed * torch.cos(angle)
        vy = speed * torch.sin(angle)
        for _ in range(steps):
            size = torch.sqrt(vx * vx + vy * vy)
            vx = vx - dt * drag * size * vx
            vy = vy - dt * (9.81 + drag * size * vy)
            x = x + dt * vx
            y = y + dt * vy
            if y < 0.0:
                y = -bounce * y
                vy = -bounce * vy
                vx = 0.95 * vx
                if vx * vx + vy * vy < 0.05:
                    break
            elif x > 30.0:
                vx = vx - dt * 0.5 * (x - 30.0)
        return torch.sqrt(x * x + y * y)

    return throw


def arguments(steps):
    return 25.0, 0.7, 0.004, 0.8, 25.0 / steps, steps


ROW = Row(
    name="flight",
    title="time stepping, branches, break",
    primal=throw,
    wrt=("speed", "angle", "drag", "bounce"),
    arguments=arguments,
    full={"steps": 6000},
    small={"steps": 150},
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
