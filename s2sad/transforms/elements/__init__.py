"""Operations on whole arrays as loops over their elements: for a backend that compiles loops.

    bend = u[2:] - 2.0 * u[1:-1] + u[:-2]         for i in range(u.shape[0] - 2):
    k_bar += np.sum(new_bar * bend)          ─▶       bend = u[i + 2] - 2.0 * u[i + 1] + u[i]
                                                      total += new_bar[i] * bend

Statements over the same elements share a loop, and a temporary that nothing outside of it reads is a number there.
Those over some axes of the same elements share the outer loops: a sum over the inner axes is a number in them, and
what is made and read in each round of them is an array of the inner axes, or a number.
It runs on what is to be written, after every other pass: what is updated in place is decided by then.
"""
from __future__ import annotations

from s2sad.transforms.elements.letters import free_letters
from s2sad.transforms.elements.padded import pad_shifted
from s2sad.transforms.elements.scattered import gather_scattered
from s2sad.transforms.elements.schedule import write_loops

__all__ = ["free_letters", "gather_scattered", "pad_shifted", "write_loops"]
