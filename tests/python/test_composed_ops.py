"""Ops that are composed of others: equal to NumPy's, differentiable, and strict about their arguments."""

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, ops

RANDOM = np.random.RandomState(3)
MATRIX = RANDOM.randn(3, 4).astype(np.float32)
OTHER = RANDOM.randn(3, 4).astype(np.float32)
CUBE = RANDOM.randn(2, 3, 4).astype(np.float32)
VECTOR = RANDOM.randn(4).astype(np.float32)
INTS, MORE_INTS = RANDOM.randint(-9, 9, (2, 3, 4)).astype(np.int32)
GAPS = np.where(RANDOM.rand(3, 4) < 0.4, np.nan, MATRIX).astype(np.float32)

ONE_RESULT = [
    ("fmax", np.fmax, (GAPS, OTHER), {}),
    ("fmin", np.fmin, (OTHER, GAPS), {}),
    ("copysign", np.copysign, (MATRIX, OTHER), {}),
    ("float_power", np.float_power, (np.abs(MATRIX), OTHER), {}),
    ("deg2rad", np.deg2rad, (MATRIX,), {}),
    ("rad2deg", np.rad2deg, (MATRIX,), {}),
    ("sinc", np.sinc, (np.concatenate((MATRIX, np.zeros((1, 4), np.float32))),), {}),
    ("gcd", np.gcd, (INTS, MORE_INTS), {}),
    ("lcm", np.lcm, (INTS, MORE_INTS), {}),
    ("mv", np.matmul, (MATRIX, VECTOR), {}),
    ("kron", np.kron, (MATRIX, CUBE), {}),
    ("kron", np.kron, (CUBE, VECTOR), {}),
    ("trapz", lambda y: np.trapezoid(y) if hasattr(np, "trapezoid") else np.trapz(y), (MATRIX,), {}),
    ("cov", np.cov, (MATRIX,), {}),
    ("fliplr", np.fliplr, (CUBE,), {}),
    ("flipud", np.flipud, (CUBE,), {}),
    ("take", np.take, (MATRIX, np.array([[0, 11], [5, 5]])), {}),
    ("hann_window", lambda n, periodic: np.hanning(n), (9,), {"periodic": False}),
    ("hamming_window", lambda n, periodic: np.hamming(n), (9,), {"periodic": False}),
    ("blackman_window", lambda n, periodic: np.blackman(n), (9,), {"periodic": False}),
    ("bartlett_window", lambda n, periodic: np.bartlett(n), (9,), {"periodic": False}),
]


def wrapped(value):
    return Tensor(value) if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("name, reference, args, options", ONE_RESULT, ids=lambda v: v if isinstance(v, str) else "")
def test_equal_to_numpy(name, reference, args, options):
    got = getattr(ops, name)(*map(wrapped, args), **options).asnumpy()
    np.testing.assert_allclose(got, reference(*args, **options), rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("k", [-1, 0, 1, 2, 3])
@pytest.mark.parametrize("dims", [(0, 1), (2, 1)])
def test_rot90(k, dims):
    np.testing.assert_array_equal(ops.rot90(Tensor(CUBE), k, dims).asnumpy(), np.rot90(CUBE, k, dims))


@pytest.mark.parametrize("where", [3, 1, (1, 2), (0, 9)])
@pytest.mark.parametrize("axis", [0, -1])
def test_tensor_split(where, axis):
    expected = np.array_split(CUBE, where, axis)
    pieces = ops.tensor_split(Tensor(CUBE), where, axis)
    assert len(pieces) == len(expected)
    for piece, other in zip(pieces, expected):
        np.testing.assert_array_equal(piece.asnumpy(), other)


def test_stacks_and_blocks():
    m, v = Tensor(MATRIX), Tensor(VECTOR)
    np.testing.assert_array_equal(ops.dstack([m, m]).asnumpy(), np.dstack([MATRIX, MATRIX]))
    np.testing.assert_array_equal(ops.dstack([v, v]).asnumpy(), np.dstack([VECTOR, VECTOR]))
    np.testing.assert_array_equal(ops.column_stack([v, m.T]).asnumpy(), np.column_stack([VECTOR, MATRIX.T]))
    blocks = ops.block_diag(m, v).asnumpy()
    assert blocks.shape == (4, 8)
    np.testing.assert_array_equal(blocks[:3, :4], MATRIX)
    np.testing.assert_array_equal(blocks[3, 4:], VECTOR)
    assert not blocks[:3, 4:].any() and not blocks[3, :4].any()


@pytest.mark.parametrize(
    "masks, expected",
    [
        ({}, CUBE[0:1, 1:3, 0:3:2]),
        ({"begin_mask": 2}, CUBE[0:1, :3, 0:3:2]),
        ({"end_mask": 4}, CUBE[0:1, 1:3, ::2]),
        ({"shrink_axis_mask": 3}, CUBE[0, 1, 0:3:2]),
        ({"new_axis_mask": 1}, CUBE[None, 1:3, 0:3:2]),
        ({"ellipsis_mask": 2}, CUBE[0:1, ..., 0:3:2]),
    ],
)
def test_strided_slice(masks, expected):
    place = (0, 1, 0), (1, 3, 3), (1, 1, 2)
    np.testing.assert_array_equal(ops.strided_slice(Tensor(CUBE), *place, **masks).asnumpy(), expected)
    np.testing.assert_array_equal(ops.StridedSlice(**masks)(Tensor(CUBE), *place).asnumpy(), expected)


def test_slices():
    np.testing.assert_array_equal(ops.slice(Tensor(CUBE), (1, 0, 1), (1, -1, 2)).asnumpy(), CUBE[1:2, :, 1:3])
    np.testing.assert_array_equal(ops.narrow(Tensor(CUBE), -1, 1, 2).asnumpy(), CUBE[..., 1:3])
    with pytest.raises(ValueError, match="slice: axis 1 has 3 elements, got begin 2 and size 2"):
        ops.slice(Tensor(CUBE), (0, 2, 0), (1, 2, 1))
    with pytest.raises(ValueError, match="narrow: 3 and 2 more do not fit into axis 2 of 4 elements"):
        ops.narrow(Tensor(CUBE), 2, 3, 2)


def test_differences():
    np.testing.assert_allclose(ops.diff(Tensor(CUBE), 2, 1).asnumpy(), np.diff(CUBE, 2, 1), atol=1e-6)
    joined = np.diff(MATRIX, 1, 0, prepend=OTHER, append=OTHER)
    got = ops.diff(Tensor(MATRIX), 1, 0, Tensor(OTHER), Tensor(OTHER)).asnumpy()
    np.testing.assert_allclose(got, joined, atol=1e-6)


def test_sums_that_would_overflow():
    x = np.array([[1000.0, 999.0, -1000.0], [0.0, 0.0, 0.0]], np.float32)
    expected = np.logaddexp.accumulate(x.astype(np.float64), 1)
    np.testing.assert_allclose(ops.logcumsumexp(Tensor(x), 1).asnumpy(), expected, rtol=1e-6)


def test_norms_above_the_largest_are_scaled():
    scaled = ops.renorm(Tensor(CUBE), 2, 1, 1.5).asnumpy()
    norms = np.sqrt((CUBE**2).sum((0, 2), keepdims=True))
    np.testing.assert_allclose(scaled, np.where(norms > 1.5, CUBE * 1.5 / norms, CUBE), rtol=1e-5)


@pytest.mark.parametrize("bins, low, high", [(5, -1.0, 1.0), (7, 0.0, 0.0)])
def test_histogram(bins, low, high):
    bounds = (low, high) if low != high else None
    expected = np.histogram(MATRIX, bins, bounds)[0]
    np.testing.assert_array_equal(ops.histc(Tensor(MATRIX), bins, low, high).asnumpy(), expected)


def test_choices():
    assert ops.combinations(Tensor([1, 2, 3, 4]), 3).asnumpy().tolist() == [
        [1, 2, 3],
        [1, 2, 4],
        [1, 3, 4],
        [2, 3, 4],
    ]
    assert ops.combinations(Tensor([1, 2]), 2, True).asnumpy().tolist() == [[1, 1], [1, 2], [2, 2]]
    np.testing.assert_array_equal(ops.tril_indices(3, 4, 1).asnumpy(), np.stack(np.tril_indices(3, 1, 4)))
    np.testing.assert_array_equal(ops.triu_indices(3, 4, -1).asnumpy(), np.stack(np.triu_indices(3, -1, 4)))


def test_the_padding_row_gets_no_gradient():
    places = Tensor([[0, 2], [1, 1]])

    def total(weight):
        return ops.embedding(places, weight, padding_idx=1).sum()

    assert ops.grad(total)(Tensor(MATRIX)).asnumpy()[:, 0].tolist() == [1.0, 0.0, 1.0]


def test_gradients_stay_finite_where_the_forms_divide_by_zero():
    x, y = Tensor([0.0, 2.0]), Tensor([0.0, 4.0])
    by_x, by_y = ops.grad(ops.xdivy, (0, 1))(x, y)
    assert by_x.asnumpy()[1] == 0.25 and by_y.asnumpy().tolist() == [0.0, -0.125]
    assert np.isfinite(ops.grad(ops.sinc)(Tensor([0.0, 0.5])).asnumpy()).all()


def test_gumbel_softmax():
    ms.set_seed(1)
    logits = Tensor(np.log(np.array([[0.1, 0.2, 0.7]] * 4000, np.float32)))
    hard = ops.gumbel_softmax(logits, hard=True).asnumpy()
    assert set(np.unique(hard)) <= {0.0, 1.0} and (hard.sum(1) == 1).all()
    np.testing.assert_allclose(hard.mean(0), [0.1, 0.2, 0.7], atol=0.03)
    soft = ops.gumbel_softmax(logits, tau=0.5).asnumpy()
    np.testing.assert_allclose(soft.sum(1), 1, rtol=1e-5)
    with pytest.raises(ValueError, match="'tau' must be positive, got 0"):
        ops.gumbel_softmax(logits, tau=0)


def test_what_is_missing_says_so():
    with pytest.raises(NotImplementedError, match="matrix_power"):
        ops.matrix_power(Tensor(np.eye(2, dtype=np.float32)), -1)
    with pytest.raises(NotImplementedError, match="embedding"):
        ops.embedding(Tensor([0]), Tensor(MATRIX), max_norm=1.0)
