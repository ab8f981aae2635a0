import math


def position_value_and_grad(mean_anomaly, eccentricity):
    """Return the value and the gradient of `position` with respect to mean_anomaly and eccentricity.

    mean_anomaly: float, eccentricity: float
    """
    anomaly_tape = []
    anomaly = mean_anomaly
    while True:
        anomaly_tape.append(anomaly)
        residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        if abs(residual) < 1e-12:
            break
        anomaly = anomaly - residual / (1.0 - eccentricity * math.cos(anomaly))
    value = math.cos(anomaly) - eccentricity

    # return math.cos(anomaly) - eccentricity
    anomaly_bar = -math.sin(anomaly)
    eccentricity_bar = -1.0
    mean_anomaly_bar = 0.0
    for _ in range(len(anomaly_tape)):
        anomaly = anomaly_tape.pop()
        # residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        sin = math.sin(anomaly)
        residual = anomaly - eccentricity * sin - mean_anomaly
        if not abs(residual) < 1e-12:
            # anomaly = anomaly - residual / (1.0 - eccentricity * math.cos(anomaly))
            cos = math.cos(anomaly)
            difference = 1.0 - eccentricity * cos
            ratio = anomaly_bar / difference
            residual_bar = -ratio
            difference_bar = residual / difference * ratio
            # residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
            mean_anomaly_bar -= residual_bar
            anomaly_bar += difference_bar * eccentricity * sin + residual_bar
            eccentricity_bar -= difference_bar * cos + residual_bar * sin
            anomaly_bar -= residual_bar * eccentricity * math.cos(anomaly)
    # while True:
    mean_anomaly_bar += anomaly_bar
    return value, (mean_anomaly_bar, eccentricity_bar)
