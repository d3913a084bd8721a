"""Operators between Tensors, numbers and lists: results, dtypes, what is refused."""

import operator

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor


def t(*numbers, dtype=ms.float32):
    return Tensor(list(numbers), dtype)


BINARY = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod, operator.pow]
COMPARE = [operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge]


@pytest.mark.parametrize("op", BINARY + COMPARE)
def test_binary_operators_agree_with_numpy(op):
    a, b = np.array([[3.0, -2.5], [0.5, 4.0]], np.float32), np.array([2.0, 0.5], np.float32)
    with np.errstate(invalid="ignore"):
        expected = [op(a, b), op(a, np.float32(2)), op(np.float32(2), np.abs(a))]
    got = [op(Tensor(a), Tensor(b)), op(Tensor(a), 2), op(2, Tensor(np.abs(a)))]
    for e, g in zip(expected, got, strict=True):
        np.testing.assert_allclose(g.asnumpy(), e, rtol=1e-6)
        assert g.asnumpy().dtype == e.dtype


def test_unary_operators():
    a = t(-1.5, 2.5)
    assert (-a).tolist() == [1.5, -2.5] and (+a) is a and abs(a).tolist() == [1.5, 2.5]
    assert round(a).tolist() == [-2, 2]
    assert (~Tensor([True, False])).tolist() == [False, True]
    assert (~Tensor([1, 0])).tolist() == [False, True]
    with pytest.raises(TypeError):
        -Tensor([True])


@pytest.mark.parametrize(
    ("left", "right", "dtype"),
    [
        (t(1, dtype=ms.int32), 2.5, ms.float32),
        (t(1, dtype=ms.float16), 2.5, ms.float16),
        (Tensor([True]), 2, ms.int64),
        (Tensor([True]), True, ms.bool_),
        (t(1, dtype=ms.int64), t(1, dtype=ms.float16), ms.float16),
        (t(1, dtype=ms.float16), t(1, dtype=ms.bfloat16), ms.float32),
        (t(1, dtype=ms.uint8), t(1, dtype=ms.int8), ms.int16),
        (t(1, dtype=ms.int8), np.float32(2), ms.float32),
        (t(1, dtype=ms.float32), np.int64(2), ms.float32),
    ],
)
def test_promotion(left, right, dtype):
    assert (left + right).dtype == dtype


def test_division_of_integers_gives_floats():
    assert (Tensor([7]) / Tensor([2])).tolist() == [3.5]
    assert (Tensor([-7]) // 2).tolist() == [-4] and (Tensor([-7]) % 3).tolist() == [2]
    assert (t(4.0) // 0).tolist() == [float("inf")]
    assert (Tensor([1], ms.int8) + 300).tolist() == [45]


def test_integers_combine_bit_by_bit():
    a = Tensor([6, 5])
    assert (a & 3).tolist() == [2, 1] and (3 | a).tolist() == [7, 7] and (a ^ a).tolist() == [0, 0]
    assert (Tensor([True]) & Tensor([False])).tolist() == [False]
    a |= 8
    assert a.tolist() == [14, 13]
    with pytest.raises(TypeError):
        t(1.0) & t(1.0)


def test_matrix_product():
    a, b = Tensor(np.arange(6.0, dtype=np.float32).reshape(2, 3)), Tensor(np.ones((3, 2), np.float32))
    assert (a @ b).tolist() == [[3, 3], [12, 12]]
    assert (a @ t(1, 1, 1)).tolist() == [3, 12] and (t(1, 2) @ t(3, 4)).item() == 11
    assert (t(1, 1) @ a).tolist() == [3, 5, 7]
    assert (Tensor(np.ones((4, 2, 3))) @ Tensor(np.ones((3, 5)))).shape == (4, 2, 5)
    with pytest.raises(ValueError):
        a @ a
    with pytest.raises(ValueError):
        a @ 2
    with pytest.raises(TypeError):
        a @ Tensor(np.ones((3, 2)))


def test_lists_are_operands():
    assert (t(1.0) + [1]).tolist() == [2] and ([1] + t(1.0)).tolist() == [2] and (t(1.0) * (2, 3)).tolist() == [2, 3]


@pytest.mark.parametrize("other", [None, "a", 1j, object(), {}, np.ones(1)])
def test_other_operands_are_refused(other):
    for op in (operator.add, operator.mul, operator.lt, operator.matmul):
        with pytest.raises(TypeError):
            op(t(1.0), other)


@pytest.mark.parametrize("other", [None, "a", [1.0], (1.0,), {}, object(), np.ones(1, np.float32), np.float32(1)])
def test_equality_with_other_objects_is_a_bool(other):
    assert (t(1.0) == other) is False and (t(1.0) != other) is True


def test_equality_is_elementwise():
    assert (t(1, 2) == t(1, 3)).tolist() == [True, False] and (t(1, 2) != 1).tolist() == [False, True]
    assert (t(float("nan")) == t(float("nan"))).tolist() == [False]


def test_the_other_class_gets_its_turn():
    class Other:
        def __radd__(self, tensor):
            return "radd"

        def __gt__(self, tensor):
            return "gt"

    assert t(1.0) + Other() == "radd" and (t(1.0) < Other()) == "gt"


def test_in_place_operators_bind_a_new_tensor():
    a = b = t(1, 2)
    a += 1
    assert a is not b and b.tolist() == [1, 2] and a.tolist() == [2, 3]
    a = Tensor([1, 2])
    a *= 1.5
    assert a.dtype == ms.float32 and a.tolist() == [1.5, 3]
    a = t(1, 2)
    a **= 2
    a //= 2
    a %= 2
    a -= 1
    a /= 4
    assert a.tolist() == [-0.25, -0.25]


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="add"):
        t(1, 2) + t(1, 2, 3)
    with pytest.raises(TypeError):
        Tensor([1], ms.uint16) + Tensor([1], ms.int32)


def test_pow_with_a_modulus_is_refused():
    with pytest.raises(TypeError):
        pow(t(2.0), 2, 3)


def test_empty_and_scalar_operands():
    assert (Tensor(np.ones((0, 3))) + Tensor(np.ones(3))).shape == (0, 3)
    assert (Tensor(2.0) + Tensor(3.0)).item() == 5 and (Tensor(2.0) * t(1, 2)).tolist() == [2, 4]
