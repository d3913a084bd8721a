"""Orders, positions, matrices, random numbers: functions, methods and primitives against NumPy."""

import numpy as np
import pytest

import nucella
from nucella import Parameter, Tensor, mint, ops

RNG = np.random.default_rng(3)


def floats(*shape):
    return RNG.standard_normal(shape).astype(np.float32)


def same(got, want, tolerance=1e-5):
    np.testing.assert_allclose(got.asnumpy() if isinstance(got, Tensor) else got, want, tolerance, tolerance)


@pytest.mark.parametrize(
    "equation, shapes",
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ii", [(3, 3)]),
        ("ii->i", [(3, 3)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]),
        ("...ij,...jk->...ik", [(2, 1, 3, 4), (5, 4, 2)]),
        ("bhqd,bhkd->bhqk", [(2, 3, 4, 5), (2, 3, 6, 5)]),
        ("ij,jk,kl->il", [(2, 3), (3, 4), (4, 5)]),
        ("abc,cd,bd->ad", [(2, 3, 4), (4, 5), (3, 5)]),
        ("ijk,ikj->", [(2, 3, 4), (2, 4, 3)]),
        ("iij,j->i", [(3, 3, 2), (2,)]),
        ("i...->...", [(2, 3, 4)]),
        ("ab,cd->", [(2, 3), (4, 5)]),
        ("ij,kj->ik", [(2, 3), (1, 3)]),
    ],
)
def test_einsum_is_numpys(equation, shapes):
    arrays = [floats(*shape) for shape in shapes]
    tensors = [Tensor(array) for array in arrays]
    same(ops.einsum(equation, *tensors), np.einsum(equation, *arrays), 1e-4)
    same(mint.einsum(equation, *tensors), np.einsum(equation, *arrays), 1e-4)


def test_einsum_has_gradients():
    a, b = floats(2, 3), floats(3, 4)
    got = nucella.grad(lambda x, y: ops.einsum("ij,jk->ik", x, y).sum(), (0, 1))(Tensor(a), Tensor(b))
    same(got[0], np.ones((2, 4)) @ b.T)
    same(got[1], a.T @ np.ones((2, 4)))


@pytest.mark.parametrize("equation", ["ij->k", "i1", "ijk", "ij->ii", "i.j", ""])
def test_einsum_refuses_what_does_not_fit(equation):
    with pytest.raises(ValueError, match="einsum"):
        ops.einsum(equation, Tensor(floats(2, 3)))


def test_products_of_vectors_and_matrices():
    a, b, m = floats(3), floats(3), floats(4, 3)
    same(ops.outer(Tensor(a), Tensor(b)), np.outer(a, b))
    same(ops.cross(Tensor(a), Tensor(b)), np.cross(a, b))
    same(ops.inner(Tensor(m), Tensor(a)), np.inner(m, a))
    same(ops.dot(Tensor(m), Tensor(a)), np.dot(m, a))
    same(ops.tensor_dot(Tensor(m), Tensor(m), (0, 0)), np.tensordot(m, m, (0, 0)))
    same(ops.tensor_dot(Tensor(m), Tensor(m.T.copy()), 1), m @ m.T)
    same(ops.trace(Tensor(m @ m.T)), np.trace(m @ m.T))
    same(ops.addmm(Tensor(b), Tensor(m), Tensor(m.T.copy() @ m), beta=2, alpha=0.5), 2 * b + 0.5 * m @ (m.T @ m))
    same(ops.cdist(Tensor(m), Tensor(m)), np.linalg.norm(m[:, None] - m[None], axis=-1))


@pytest.mark.parametrize("offset", [-3, -1, 0, 2, 9])
def test_diagonals(offset):
    m, v = floats(4, 5), floats(3)
    same(ops.diagonal(Tensor(m), offset), np.diagonal(m, offset))
    if abs(offset) < 5:
        same(ops.diag_embed(Tensor(v), offset), np.diag(v, offset))
        same(ops.diagflat(Tensor(v), offset), np.diagflat(v, offset))
    cube = floats(2, 3, 4)
    same(Tensor(cube).diagonal(offset, 1, 2), np.diagonal(cube, offset, 1, 2))


def test_orders():
    x = floats(5, 40)
    for axis in (0, 1, -1):
        same(ops.sort(Tensor(x), axis)[0], np.sort(x, axis))
        same(ops.sort(Tensor(x), axis, True)[0], -np.sort(-x, axis))
        same(ops.median(Tensor(x[:5, :5].copy()), axis)[0], np.median(x[:5, :5], axis))
        same(ops.cumprod(Tensor(x), axis), np.cumprod(x, axis), 1e-4)
        same(ops.cummax(Tensor(x), axis)[0], np.maximum.accumulate(x, axis))
        same(ops.cummin(Tensor(x), axis)[0], np.minimum.accumulate(x, axis))
    values, places = ops.topk(Tensor(x), 3)
    same(values, -np.sort(-x, 1)[:, :3])
    same(np.take_along_axis(x, places.asnumpy().astype(np.int64), 1), values.asnumpy())
    assert ops.Sort(axis=0)(Tensor(x))[1].dtype == ops.TopK()(Tensor(x), 2)[1].dtype == nucella.int32


def test_gradients_of_orders_go_where_the_elements_came_from():
    x = Tensor([3.0, 1.0, 2.0])
    weights = Tensor([1.0, 10.0, 100.0])
    same(nucella.grad(lambda t: (ops.sort(t)[0] * weights).sum())(x), [100, 1, 10])
    same(nucella.grad(lambda t: (ops.topk(t, 2)[0] * weights[:2]).sum())(x), [1, 0, 10])
    same(nucella.grad(lambda t: (ops.cummax(t, 0)[0] * weights).sum())(x), [111, 0, 0])


def test_unique():
    x = RNG.integers(0, 20, (6, 10))
    values, inverse = ops.unique(Tensor(x))
    _, first = np.unique(x, return_index=True)
    same(values, x.ravel()[np.sort(first)])
    same(values.asnumpy()[inverse.asnumpy()], x)
    assert inverse.dtype == nucella.int64 and ops.unique(Tensor([1.0, 1.0]))[1].dtype == nucella.int32
    values, inverse, counts = mint.unique(Tensor(x), True, True, True)
    want = np.unique(x, return_inverse=True, return_counts=True)
    same(values, want[0])
    same(inverse, want[1].reshape(x.shape))
    same(counts, want[2])
    assert [t.tolist() for t in ops.unique_consecutive(Tensor([1, 1, 2, 2, 1]), True, True)] == [
        [1, 2, 1], [0, 0, 1, 1, 2], [2, 2, 1]]


@pytest.mark.parametrize("name, operation", [
    ("add", np.add), ("sub", np.subtract), ("mul", np.multiply), ("div", np.divide), ("max", np.maximum),
    ("min", np.minimum)])
def test_scatters(name, operation):
    x, updates, rows = floats(5, 3), floats(4, 3), np.array([0, 3, 0, 4])
    want = x.copy()
    operation.at(want, rows, updates)
    places = Tensor(rows[:, None])
    same(getattr(ops, f"tensor_scatter_{name}")(Tensor(x), places, Tensor(updates)), want)
    for function, at in (("scatter", Tensor(rows)), ("scatter_nd", places)):
        parameter = Parameter(Tensor(x.copy()))
        same(getattr(ops, f"{function}_{name}")(parameter, at, Tensor(updates)), want)
        same(parameter.value(), want)
    for primitive, at in (("Scatter", Tensor(rows)), ("ScatterNd", places)):
        parameter = Parameter(Tensor(x.copy()))
        getattr(ops, f"{primitive}{name.capitalize()}")(use_locking=True)(parameter, at, Tensor(updates))
        same(parameter.value(), want)
    same(getattr(ops, f"TensorScatter{name.capitalize()}")()(Tensor(x), places, Tensor(updates)), want)


def test_scatters_refuse_positions_outside():
    parameter = Parameter(Tensor([1.0, 2.0]))
    for wrong in (2, -3):
        with pytest.raises(IndexError):
            ops.scatter_add(parameter, Tensor([0, wrong]), Tensor([5.0, 5.0]))
        with pytest.raises(IndexError):
            ops.tensor_scatter_elements(parameter, Tensor([wrong]), Tensor([5.0]))
        with pytest.raises(IndexError):
            ops.index_fill(parameter, 0, Tensor([wrong]), 1.0)
    assert parameter.value().tolist() == [1, 2]


def test_writing_by_index():
    x = Tensor([1.0, 2.0, 3.0])
    assert ops.scatter(x, 0, Tensor([0, 2]), 9.0).tolist() == [9, 2, 9]
    assert x.scatter_add(0, Tensor([0, 0]), Tensor([1.0, 1.0])).tolist() == [3, 2, 3]
    assert ops.index_add(x, Tensor([0, 2]), Tensor([5.0, 6.0]), 0).tolist() == [6, 2, 9]
    assert x.index_fill(0, Tensor([1]), 7).tolist() == [1, 7, 3]
    assert x.masked_scatter(Tensor([True, False, True]), Tensor([8.0, 9.0])).tolist() == [8, 2, 9]
    assert x.tolist() == [1, 2, 3]
    assert ops.unsorted_segment_sum(x, Tensor([1, -1, 1]), 2).tolist() == [0, 4]


def test_finding():
    rising = np.sort(floats(9))
    wanted = floats(2, 4)
    for side in ("left", "right"):
        same(ops.searchsorted(Tensor(rising), Tensor(wanted), side=side), np.searchsorted(rising, wanted, side))
    assert ops.searchsorted(Tensor(rising), Tensor(wanted), out_int32=True).dtype == nucella.int32
    with pytest.raises(ValueError, match="side"):
        ops.searchsorted(Tensor(rising), Tensor(wanted), side="middle")
    numbers = RNG.integers(0, 9, 50)
    same(ops.bincount(Tensor(numbers), minlength=12), np.bincount(numbers, minlength=12))
    same(ops.bincount(Tensor(numbers), Tensor(np.ones(50) * 0.5)), np.bincount(numbers) * 0.5)


@pytest.mark.parametrize("indexing", ["xy", "ij"])
def test_meshgrid(indexing):
    vectors = [np.arange(n) for n in (2, 3, 4)]
    got = ops.meshgrid(*map(Tensor, vectors), indexing=indexing)
    for ours, theirs in zip(got, np.meshgrid(*vectors, indexing=indexing), strict=True):
        same(ours, theirs)


def test_pointwise():
    x, y = floats(50), floats(50)
    a, b = Tensor(x), Tensor(y)
    same(ops.hypot(a, b), np.hypot(x, y))
    same(ops.logaddexp(a, b), np.logaddexp(x, y))
    same(ops.logaddexp2(a, b), np.logaddexp2(x, y))
    same(ops.lerp(a, b, 0.25), x + 0.25 * (y - x))
    same(ops.frac(a), x - np.trunc(x))
    same(ops.erf(ops.erfinv(a.tanh())), np.tanh(x), 1e-4)
    whole = RNG.integers(-100, 100, 20).astype(np.int32)
    shifts = RNG.integers(0, 31, 20).astype(np.int32)
    same(ops.bitwise_left_shift(Tensor(whole), Tensor(shifts)), np.left_shift(whole, shifts))
    same(ops.bitwise_right_shift(Tensor(whole), Tensor(shifts)), np.right_shift(whole, shifts))
    same(ops.invert(Tensor(whole)), np.invert(whole))
    odd = np.array([np.nan, np.inf, -np.inf, 1, 2], np.float32)
    same(ops.nan_to_num(Tensor(odd)), np.nan_to_num(odd))
    same(ops.nan_to_num(Tensor(odd), 3, posinf=4), np.nan_to_num(odd, nan=3, posinf=4))
    same(ops.isclose(Tensor(odd), Tensor(odd), equal_nan=True), np.ones(5))
    same(ops.isclose(Tensor(odd), Tensor(odd[::-1].copy())), np.isclose(odd, odd[::-1]))


def test_random_numbers_repeat_after_the_seed():
    def draw():
        nucella.set_seed(5)
        return [ops.rand(4), ops.randn(4), ops.randint(0, 9, (4,)), ops.randperm(4), ops.bernoulli(ops.ones(4)),
                ops.uniform((4,), Tensor(1.0), Tensor(2.0)), ops.normal((4,), 0.0, 1.0), ops.StandardNormal()((4,)),
                ops.multinomial(Tensor([1.0, 1.0]), 4), ops.standard_laplace((4,)), ops.shuffle(Tensor([1, 2, 3, 4]))]

    first, second = draw(), draw()
    assert all((a.asnumpy() == b.asnumpy()).all() for a, b in zip(first, second, strict=True))
    assert ops.rand(8, seed=1).tolist() != ops.rand(8, seed=1).tolist()


def test_random_numbers_have_their_moments():
    same(ops.randn(100000).asnumpy().mean(), 0, 0.02)
    same(ops.normal((100000,), Tensor(3.0), Tensor(2.0)).asnumpy().std(), 2, 0.02)
    same(ops.bernoulli(ops.zeros(100000), 0.3).asnumpy().mean(), 0.3, 0.02)
    same(np.abs(ops.standard_laplace((100000,)).asnumpy()).mean(), 1, 0.02)
    assert ops.rand(2, 3, dtype=nucella.float16).dtype == nucella.float16
    with pytest.raises(ValueError, match="bernoulli"):
        ops.bernoulli(ops.zeros(2), 1.5)


def test_numpy_module():
    from nucella import numpy as mnp

    x = floats(3, 4)
    t = mnp.array(x)
    same(mnp.sum(t, axis=0), x.sum(0))
    assert mnp.array([1, 2], "float16").dtype == mnp.array([1], np.float16).dtype == nucella.float16
    with pytest.raises(TypeError, match="no dtype"):
        mnp.array([1], "float7")
    same(mnp.concatenate([t, t], 1), np.concatenate([x, x], 1))
    same(mnp.unique(Tensor([3, 1, 3])), [1, 3])
    same(mnp.transpose(t), x.T)
    same(mnp.where(t > 0, t, mnp.zeros_like(t)), np.where(x > 0, x, 0))
    same(mnp.linspace(0, 1, 5, endpoint=False), np.linspace(0, 1, 5, endpoint=False))


def test_primitives_can_be_made_and_called():
    x = Tensor(floats(3, 4))
    assert ops.Sort(axis=0, descending=True)(x)[0].shape == (3, 4)
    assert ops.CumProd(reverse=True)(x, 1).shape == ops.Cummax(axis=1)(x)[0].shape == (3, 4)
    assert ops.Unique()(Tensor([1, 1]))[0].tolist() == ops.UniqueConsecutive()(Tensor([1, 1])).tolist() == [1]
    assert ops.IndexAdd(axis=0)(Parameter(Tensor([1.0])), Tensor([0]), Tensor([2.0])).tolist() == [3]
    assert ops.TensorScatterElements(axis=0, reduction="add")(Tensor([1.0]), Tensor([0]), Tensor([2.0])).tolist() == [3]
    assert ops.Einsum("ij->ji")([x]).shape == (4, 3)
    assert ops.KLDivLoss(reduction="sum")(x, x * 0).asnumpy() == 0
    assert ops.CeLU(alpha=2.0)(x).shape == ops.PReLU()(x, Tensor([0.5])).shape == (3, 4)
    assert ops.UnsortedSegmentSum()(x, Tensor([0, 0, 1]), 2).shape == (2, 4)
    assert ops.ScatterUpdate()(Parameter(Tensor([1.0, 2.0])), Tensor([1]), Tensor([9.0])).tolist() == [1, 9]
