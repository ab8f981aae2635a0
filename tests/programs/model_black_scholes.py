"""The Black-Scholes price of a call or a put, by ``math.erf``."""
import math


def normal_cdf(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def program(spot, strike, rate, volatility, time, kind="call"):
    spread = volatility * math.sqrt(time)
    d1 = (math.log(spot / strike) + (rate + volatility**2 / 2) * time) / spread
    d2 = d1 - spread
    if kind == "call":
        return spot * normal_cdf(d1) - strike * math.exp(-rate * time) * normal_cdf(d2)
    return strike * math.exp(-rate * time) * normal_cdf(-d2) - spot * normal_cdf(-d1)


inputs = [(1.1, 1.0, 0.03, 0.25, 1.5), (0.9, 1.0, 0.03, 0.25, 1.5, "put")]
wrt = (0, 1, 2, 3, 4)
