"""Identifiers outside ASCII."""
import math


def program(θ, σ):
    Δ = math.cos(θ) / σ
    return Δ**2 * σ + math.sin(Δ) * θ


inputs = [(0.9, 0.4)]
wrt = (0, 1)
