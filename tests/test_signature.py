"""Keys of signatures: equal for values of equal kinds alone, and cheap."""
import numpy as np

from s2sad import signature
from s2sad.signature import key_of


def test_lists_of_numbers_are_told_apart_by_what_they_hold():
    assert key_of([1.0, 2.0]) == key_of([3.0])
    keys = [key_of([1.0]), key_of([1]), key_of([1.0, 1]), key_of([]), key_of([np.zeros(2)]), key_of([[1.0]])]
    assert len(set(keys)) == len(keys)
    assert key_of([np.zeros(2)]) != key_of([np.zeros(1)]) and key_of([np.zeros(2)]) != key_of([np.zeros((2, 2))])


def test_a_long_list_of_numbers_is_not_walked_in_python(monkeypatch):
    calls = []
    monkeypatch.setattr(signature, "key_of", lambda value: calls.append(value) or key_of(value))
    signature.key_of([0.5] * 1000)
    assert len(calls) == 1
