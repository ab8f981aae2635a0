import math


def program_value_and_grad(noise, drift, measurements):
    """Return the value and the gradient of `program` with respect to noise and drift.

    noise: float, drift: float, measurements: list[float | None]
    """
    variance_tape = []
    residual_tape = []
    log_likelihood = 0.0
    mean = 0.0
    variance = 1.0
    for z in measurements:
        variance = variance + drift
        if not z is None:
            variance_tape.append(variance)
            total = variance + noise
            residual = z - mean
            residual_tape.append(residual)
            log_likelihood -= 0.5 * (residual ** 2 / total + math.log(total))
            gain = variance / total
            mean = mean + gain * residual
            variance = (1 - gain) * variance
    value = log_likelihood + mean

    mean_bar = 1.0
    variance_bar = 0.0
    noise_bar = 0.0
    drift_bar = 0.0
    for k in reversed(range(len(measurements))):
        # for z in measurements:
        z = measurements[k]
        if not z is None:
            variance = variance_tape.pop()
            residual = residual_tape.pop()
            # total = variance + noise
            total = variance + noise
            # gain = variance / total
            gain = variance / total
            # mean, variance = mean + gain * residual, (1 - gain) * variance
            variance_bar_1 = variance_bar * (1 - gain)
            residual_bar = mean_bar * gain
            gain_bar = mean_bar * residual - variance_bar * variance
            # gain = variance / total
            ratio = gain_bar / total
            total_bar = -(gain * ratio)
            # log_likelihood -= 0.5 * (residual**2 / total + math.log(total))
            total_bar -= 0.5 / total + residual ** 2 / total * (-0.5 / total)
            residual_bar -= residual / total
            # residual = z - mean
            mean_bar -= residual_bar
            # total = variance + noise
            variance_bar = variance_bar_1 + ratio + total_bar
            noise_bar += total_bar
        # variance = variance + drift
        drift_bar += variance_bar
    return value, (noise_bar, drift_bar)
