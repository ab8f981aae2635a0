"""A while loop on floats that runs until its data say so: a planet's temperature, with ice and albedo."""
from __future__ import annotations

import math

from benchmarks.row import Row


def equilibrium(solar, emissivity, rate):
    t = 1.0
    flux = 1.0
    while abs(flux) > 1e-10:
        albedo = 0.45 - 0.25 * math.tanh(4.0 * (t - 0.95))
        flux = solar * (1.0 - albedo) - emissivity * t**4
        t = t + rate * flux
    return t


def by_hand(solar, emissivity, rate):
    t = 1.0
    flux = 1.0
    t_tape = []
    while abs(flux) > 1e-10:
        t_tape.append(t)
        albedo = 0.45 - 0.25 * math.tanh(4.0 * (t - 0.95))
        flux = solar * (1.0 - albedo) - emissivity * t**4
        t = t + rate * flux
    value = t

    t_bar = 1.0
    solar_bar = emissivity_bar = 0.0
    while t_tape:
        t = t_tape.pop()
        ice = math.tanh(4.0 * (t - 0.95))
        albedo = 0.45 - 0.25 * ice
        flux_bar = rate * t_bar
        solar_bar += flux_bar * (1.0 - albedo)
        albedo_bar = -solar * flux_bar
        emissivity_bar -= flux_bar * t**4
        t_bar -= 4.0 * emissivity * flux_bar * t**3
        t_bar -= albedo_bar * (1.0 - ice * ice)
    return value, (solar_bar, emissivity_bar)


def numba_hand(solar, emissivity, rate):
    t = 1.0
    flux = 1.0
    t_tape = []
    while abs(flux) > 1e-10:
        t_tape.append(t)
        albedo = 0.45 - 0.25 * math.tanh(4.0 * (t - 0.95))
        flux = solar * (1.0 - albedo) - emissivity * t**4
        t = t + rate * flux
    value = t

    t_bar = 1.0
    solar_bar = 0.0
    emissivity_bar = 0.0
    for i in range(len(t_tape) - 1, -1, -1):
        t = t_tape[i]
        ice = math.tanh(4.0 * (t - 0.95))
        flux_bar = rate * t_bar
        solar_bar += flux_bar * (0.55 + 0.25 * ice)
        emissivity_bar -= flux_bar * t**4
        t_bar -= flux_bar * (4.0 * emissivity * t**3 - solar * (1.0 - ice * ice))
    return value, (solar_bar, emissivity_bar)


C = """
double value_and_grad(double solar, double emissivity, double rate, double *solar_bar, double *emissivity_bar) {
    long room = 1024, count = 0;
    double *tape = malloc(room * sizeof *tape);
    double t = 1.0, flux = 1.0;
    while (fabs(flux) > 1e-10) {
        if (count == room) tape = realloc(tape, (room *= 2) * sizeof *tape);
        tape[count++] = t;
        double albedo = 0.45 - 0.25 * tanh(4.0 * (t - 0.95));
        flux = solar * (1.0 - albedo) - emissivity * (t * t) * (t * t);
        t += rate * flux;
    }
    double value = t, t_bar = 1.0, first = 0.0, second = 0.0;
    while (count--) {
        t = tape[count];
        double ice = tanh(4.0 * (t - 0.95));
        double flux_bar = rate * t_bar;
        first += flux_bar * (0.55 + 0.25 * ice);
        second -= flux_bar * (t * t) * (t * t);
        t_bar -= flux_bar * (4.0 * emissivity * t * t * t - solar * (1.0 - ice * ice));
    }
    free(tape);
    *solar_bar = first;
    *emissivity_bar = second;
    return value;
}
"""


def in_jax(jax):
    """Reverse mode needs a known number of rounds: a scan whose later rounds do nothing, known to be enough."""
    np = jax.numpy

    def equilibrium(solar, emissivity, rate):
        def advance(carry, _):
            t, going = carry
            albedo = 0.45 - 0.25 * np.tanh(4.0 * (t - 0.95))
            flux = solar * (1.0 - albedo) - emissivity * t**4
            return (np.where(going, t + rate * flux, t), going & (np.abs(flux) > 1e-10)), None

        (t, _), _ = jax.lax.scan(advance, (1.0, True), None, length=ENOUGH)
        return t

    return equilibrium


ENOUGH = 8_000


def in_torch(torch):
    def equilibrium(solar, emissivity, rate):
        t = torch.ones((), dtype=torch.float64)
        flux = t
        while abs(flux) > 1e-10:
            albedo = 0.45 - 0.25 * torch.tanh(4.0 * (t - 0.95))
            flux = solar * (1.0 - albedo) - emissivity * t**4
            t = t + rate * flux
        return t

    return equilibrium


def arguments(slowness):
    return 1.6, 1.0, 1.0 / slowness


ROW = Row(
    name="while",
    title="data-dependent while loop on floats",
    primal=equilibrium,
    wrt=("solar", "emissivity"),
    arguments=arguments,
    full={"slowness": 1000},
    small={"slowness": 20},
    by_hand=by_hand,
    numba_hand=numba_hand,
    c_hand=C,
    jax=in_jax,
    torch=in_torch,
    loops=True,
    scalars=True,
)
