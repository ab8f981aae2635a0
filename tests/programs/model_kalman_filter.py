"""A scalar Kalman filter that skips missing measurements (None)."""
import math


def program(noise, drift, measurements):
    mean, variance = 0.0, 1.0
    log_likelihood = 0.0
    for z in measurements:
        variance = variance + drift
        if z is None:
            continue
        total = variance + noise
        residual = z - mean
        log_likelihood -= 0.5 * (residual**2 / total + math.log(total))
        gain = variance / total
        mean, variance = mean + gain * residual, (1 - gain) * variance
    return log_likelihood + mean


inputs = [(0.3, 0.1, [0.9, None, 1.3, 0.6])]
wrt = (0, 1)
