import math


def program_value_and_grad(angle, length, n):
    """Return the value and the gradient of `program` with respect to angle and length.

    angle: float, length: float, n: int
    """
    state = angle, 0.0
    state_tape = []
    for _ in range(n):
        state_tape.append(state)
        angle = state[0]
        speed = state[1]
        d = -9.81 / length * math.sin(angle)
        ratio = 0.05 / 2
        s = state[0]
        s_1 = state[1]
        angle = s + ratio * speed
        speed_1 = s_1 + ratio * d
        d_1 = -9.81 / length * math.sin(angle)
        ratio = 0.05 / 2
        s = state[0]
        s_1 = state[1]
        angle = s + ratio * speed_1
        speed_2 = s_1 + ratio * d_1
        d_2 = -9.81 / length * math.sin(angle)
        s = state[0]
        s_1 = state[1]
        angle = s + 0.05 * speed_2
        speed_3 = s_1 + 0.05 * d_2
        d_3 = -9.81 / length * math.sin(angle)
        s = state[0]
        s_1 = state[1]
        state = s + 0.05 / 6 * (speed + 2 * speed_1 + 2 * speed_2 + speed_3), s_1 + 0.05 / 6 * (d + 2 * d_1 + 2 * d_2 + d_3)
    value = state[0] + state[1] ** 2

    # state = tuple(s + h / 6 * (a + 2 * b + 2 * c + d) for s, a, b, c, d in zip(st...
    ratio = 0.05 / 6
    # k2 = slope(moved(state, k1, h / 2), length)
    ratio_1 = 0.05 / 2
    s_bar = 1.0
    s_bar_1 = 2.0 * state[1]
    length_bar = 0.0
    for _ in reversed(range(n)):
        state = state_tape.pop()
        # state = tuple(s + h / 6 * (a + 2 * b + 2 * c + d) for s, a, b, c, d in zip(st...
        d_bar = s_bar_1 * ratio
        d_bar_1 = 2.0 * d_bar
        speed_bar = s_bar * ratio
        speed_bar_1 = 2.0 * speed_bar
        # return tuple(s + h * d for s, d in zip(state, direction))
        s = state[0]
        s_1 = state[1]
        # return speed, -9.81 / length * math.sin(angle)
        ratio_2 = -9.81 / length
        # return tuple(s + h * d for s, d in zip(state, direction))
        angle = s + ratio_1 * s_1
        # return speed, -9.81 / length * math.sin(angle)
        sin = math.sin(angle)
        d = ratio_2 * sin
        # return tuple(s + h * d for s, d in zip(state, direction))
        speed = s_1 + ratio_1 * d
        angle_1 = s + 0.05 * speed
        # return speed, -9.81 / length * math.sin(angle)
        ratio_bar = d_bar * math.sin(angle_1)
        angle_bar = d_bar * ratio_2 * math.cos(angle_1)
        # return tuple(s + h * d for s, d in zip(state, direction))
        d_bar_2 = d_bar_1 + 0.05 * speed_bar
        speed_bar_2 = speed_bar_1 + 0.05 * angle_bar
        total = s_bar_1 + speed_bar
        total_1 = s_bar + angle_bar
        # return speed, -9.81 / length * math.sin(angle)
        sin_1 = math.sin(s)
        d = ratio_2 * sin_1
        # return tuple(s + h * d for s, d in zip(state, direction))
        speed = s_1 + ratio_1 * d
        angle_1 = s + ratio_1 * speed
        # return speed, -9.81 / length * math.sin(angle)
        angle_bar = d_bar_2 * ratio_2 * math.cos(angle_1)
        ratio_bar += d_bar_2 * math.sin(angle_1)
        # return tuple(s + h * d for s, d in zip(state, direction))
        d_bar_1 += speed_bar_2 * ratio_1
        speed_bar_1 += angle_bar * ratio_1
        total_1 += angle_bar
        # return speed, -9.81 / length * math.sin(angle)
        angle_bar = d_bar_1 * ratio_2 * math.cos(angle)
        ratio_bar += d_bar_1 * sin
        # return tuple(s + h * d for s, d in zip(state, direction))
        d_bar += speed_bar_1 * ratio_1
        speed_bar += angle_bar * ratio_1
        # return speed, -9.81 / length * math.sin(angle)
        angle_bar_1 = d_bar * ratio_2 * math.cos(s)
        length_bar -= ratio_2 * ((ratio_bar + d_bar * sin_1) / length)
        # angle, speed = state
        s_bar_1 = total + speed_bar_2 + speed_bar_1 + speed_bar
        s_bar = total_1 + angle_bar + angle_bar_1
    return value, (s_bar, length_bar)
