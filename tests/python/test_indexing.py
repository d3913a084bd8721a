"""x[...] and x[...] = y from Python."""

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor

A = np.arange(24).reshape(2, 3, 4)

KEYS = [
    0, -1, (1, 2), (0, 1, 2), slice(None), slice(1, None), slice(None, None, 2), slice(None, None, -1),
    (0, slice(1, 3)),
    Ellipsis, (Ellipsis, 0), (0, Ellipsis), (slice(None), None, 1), None, (), True, False, [0, 1, 1], ([0, 1], [1, 2]),
    (slice(None), [2, 0]), (0, slice(None), [1, 3]), np.array([1, 0]), (np.array([[0, 1], [1, 0]]), 1), A > 11,
    (slice(None), np.array([True, False, True])), (0, Ellipsis, slice(None, None, -2)), np.int64(1), slice(5, 9),
    (slice(-2, None), slice(-100, 100)), slice(np.int64(0), np.int32(1)),
]


def tensor_key(key):
    """The same key with Tensors for arrays."""
    if isinstance(key, tuple):
        return tuple(tensor_key(k) for k in key)
    return Tensor(key) if isinstance(key, np.ndarray) else key


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_reading_agrees_with_numpy(key):
    expected = A[key]
    for own_key in (key, tensor_key(key)):
        got = Tensor(A)[own_key]
        assert got.shape == expected.shape and got.tolist() == expected.tolist()


@pytest.mark.parametrize("key", KEYS, ids=repr)
def test_writing_agrees_with_numpy(key):
    expected = A.copy()
    expected[key] = -1
    got = Tensor(A)
    got[key] = -1
    assert got.tolist() == expected.tolist()
    got = Tensor(A)
    got[tensor_key(key)] = Tensor(np.full(A[key].shape, -1))
    assert got.tolist() == expected.tolist()


def test_slices_are_views():
    t = Tensor(A)
    row = t[1, :, ::2]
    row[0, 0] = 99
    assert t[1, 0, 0].item() == 99
    t[0][0] = 7
    assert t[0, 0].tolist() == [7] * 4
    picked = t[[0]]
    picked[0, 0, 0] = 5
    assert t[0, 0, 0].item() == 7


def test_a_tensor_is_an_index():
    t = Tensor([10, 20, 30])
    assert t[Tensor(1)].item() == 20 and t[Tensor([2, 0])].tolist() == [30, 10]
    assert t[Tensor(1) : Tensor(3)].tolist() == [20, 30]
    assert t[t > 15].tolist() == [20, 30]
    assert t[Tensor([True, False, True])].tolist() == [10, 30]


def test_a_list_of_lists_is_a_tuple_as_in_mindspore():
    t = Tensor(A)
    assert t[[[0, 1], [1, 2]]].tolist() == t[[0, 1], [1, 2]].tolist()


def test_values_are_cast_and_broadcast():
    t = Tensor([1, 2, 3])
    t[0] = 2.7
    t[1:] = [8, 9]
    assert t.tolist() == [2, 8, 9]
    t[:] = (4, 5, 6)
    t[0] = True
    assert t.tolist() == [1, 5, 6]
    f = Tensor(np.zeros((2, 2), np.float32))
    f[:, 0] = Tensor([1, 2])
    f[1] = np.array([7.0, 8.0])
    assert f.tolist() == [[1, 0], [7, 8]]
    d = Tensor([0.0], ms.float64)
    d[0] = 0.1
    assert d.tolist() == [0.1]


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (3, IndexError), (-4, IndexError), ((0, 0), IndexError), ("a", IndexError), (1.0, IndexError), ({}, IndexError),
        (b"a", IndexError), (range(1), IndexError), (frozenset(), IndexError), ([], IndexError), ([1.5], IndexError),
        (Tensor(1.0), IndexError), (2**70, IndexError), (slice(None, None, 0), ValueError),
        ((Ellipsis, Ellipsis), IndexError), (Tensor([True]), ValueError), ([5], IndexError), (slice("a"), TypeError),
    ],
    ids=repr,
)
def test_wrong_keys(key, error):
    t = Tensor([1, 2, 3])
    with pytest.raises(error):
        t[key]
    with pytest.raises(error):
        t[key] = 1
    assert t.tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("value", "error"),
    [("a", TypeError), (None, TypeError), (1j, TypeError), (frozenset(), TypeError), ([1, 2], ValueError),
     (Tensor([1, 2]), ValueError)],
    ids=repr,
)
def test_wrong_values(value, error):
    t = Tensor([1, 2, 3])
    with pytest.raises(error):
        t[0] = value
    assert t.tolist() == [1, 2, 3]


def test_elements_cannot_be_deleted():
    t = Tensor([1, 2, 3])
    with pytest.raises(TypeError):
        del t[0]


def test_sequence_protocol():
    t = Tensor(A)
    assert len(t) == 2 and [row.shape for row in t] == [(3, 4), (3, 4)]
    assert [x.item() for x in Tensor([1, 2])] == [1, 2]
    first, second = Tensor([[1], [2]])
    assert second.tolist() == [2]
    assert 2 in Tensor([1, 2]) and 3 not in Tensor([1, 2]) and "a" not in Tensor([1, 2])
    assert Tensor([1]) in Tensor([1, 2])
    assert list(Tensor([])) == [] and len(Tensor([])) == 0
    for use in (len, iter, list):
        with pytest.raises(TypeError, match="0-d"):
            use(Tensor(1))
