"""Newton's method with a stopping test: the position on an ellipse."""
import math


def position(mean_anomaly: float, eccentricity: float):
    anomaly = mean_anomaly
    while True:
        residual = anomaly - eccentricity * math.sin(anomaly) - mean_anomaly
        if abs(residual) < 1e-12:
            break
        anomaly = anomaly - residual / (1.0 - eccentricity * math.cos(anomaly))
    return math.cos(anomaly) - eccentricity
