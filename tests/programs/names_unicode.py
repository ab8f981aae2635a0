"""Identifiers beyond ASCII."""
import math


def program(α, θ):
    Δ = α * math.cos(θ)
    été = Δ**2 + α
    return été * θ


inputs = [(0.9, 0.4)]
wrt = (0, 1)
