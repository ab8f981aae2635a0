"""Keys of signatures: equal for values of equal kinds alone, and cheap."""
import numpy as np

from s2sad import grad, signature
from s2sad.ir.of_values import kind_of
from s2sad.signature import key_of, look_of


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
    signature.key_of([[0.5, 1.5]] * 1000)
    assert len(calls) == 2
    signature.key_of([[(0.5, (1, True))], [(1.5, (2, False))] * 1000])
    assert len(calls) == 3


def test_tuples_in_a_list_are_told_apart_by_their_places():
    assert key_of([(1.0, 2)]) == key_of([(3.0, 4), (5.0, 6)]) == key_of([[(1.0, 2)]])[1]
    lists = [[(1.0, 2)], [(1, 2.0)], [(1.0, 2), (1, 2.0)], [(1.0, 2), (1.0,)], [(1.0,)], [()], [(), (1,)], [],
             [((1.0, 2),)], [(1.0, [2])], [(1.0, [2.0])], [(1.0, [2]), (1.0, [2.0])], [[1.0, 2]], [(np.zeros(1), 2)],
             [(np.zeros(2), 2)], [(np.zeros(2), 2), (np.zeros(1), 2)]]
    assert len({key_of(one) for one in lists}) == len(lists)


def test_lists_in_a_list_are_told_apart_by_what_is_in_all_of_them():
    assert key_of([[1.0], [2.0, 3.0]]) == key_of([[], [4.0]]) != key_of([[1.0], [2]])
    keys = [key_of([[1.0]]), key_of([[1]]), key_of([[]]), key_of([]), key_of([[[1.0]]]), key_of([[1.0], (1.0,)])]
    assert len(set(keys)) == len(keys)
    kinds = [kind_of(rows) for rows in ([[1.0], [2]], [[1.0, 2]], [[2], [], [1.0]])]
    assert kinds[0] == kinds[1] == kinds[2]


def test_what_looks_the_same_is_of_the_same_kind():
    values = [0.5, 1, True, np.float32(1.0), (1, 2.0), [1.0], {"a": 1.0}, None,
              *(np.zeros(shape, dtype) for shape in [(), (1,), (2,), (5,), (2, 1), (2, 5), (5, 2), (0, 5)]
                for dtype in (float, np.float32, int, complex))]
    for one in values:
        for other in values:
            if look_of((one,)) == look_of((other,)):
                assert key_of(one) == key_of(other)


def test_new_shapes_of_a_known_kind_generate_nothing(monkeypatch):
    def total(x):
        return np.sum(x * x)

    monkeypatch.setattr("s2sad.derivative.MAXIMUM_SEEN", 3)
    derivative = grad(total)
    for n in range(2, 9):
        np.testing.assert_array_equal(derivative(np.arange(n * 1.0)), 2.0 * np.arange(n))
    assert len(derivative._compiled) == 1 and len(derivative._seen) == 3


def test_lengths_that_differ_are_found_for_shapes_seen_before():
    def program(u, c):
        return np.sum(u[1:-1] * c[1:-1])

    derivative = grad(program, (0, 1))
    u, c, of_one = np.arange(5.0), np.arange(5.0) + 2.0, np.array([1.0, 3.0, 1.0])
    for second in (c, of_one, c, of_one):
        by_u, by_second = derivative(u, second)
        np.testing.assert_array_equal(by_u[1:-1], np.broadcast_to(second[1:-1], 3))
        np.testing.assert_array_equal(by_second[1:-1], u[1:-1] if second is c else [6.0])
    assert len(derivative._compiled) == 1
