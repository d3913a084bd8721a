"""nucella.ops as functions: arguments, results, errors; and the methods of Tensor that are ops."""

import inspect

import numpy as np
import pytest

import nucella as ms
from nucella import Parameter, Tensor, ops

M = np.array([[3.0, 1.0, 2.0], [4.0, 6.0, 5.0]], np.float32)


@pytest.fixture
def m():
    return Tensor(M)


def close(got, expected):
    np.testing.assert_allclose(got.asnumpy() if isinstance(got, Tensor) else got, expected, rtol=2e-6, atol=1e-6)


UNARY = {
    "abs": np.abs, "exp": np.exp, "log": np.log, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "asinh": np.arcsinh,
    "atanh": np.arctanh, "tanh": np.tanh, "square": np.square, "neg": np.negative, "reciprocal": np.reciprocal,
    "sign": np.sign, "floor": np.floor, "ceil": np.ceil, "round": np.round, "trunc": np.trunc, "expm1": np.expm1,
    "log1p": np.log1p, "log2": np.log2, "log10": np.log10, "isnan": np.isnan, "isinf": np.isinf,
    "isfinite": np.isfinite, "logical_not": np.logical_not,
}


@pytest.mark.parametrize("name", UNARY)
def test_unary_functions_and_methods_agree_with_numpy(name):
    x = np.array([0.1, 0.5, 0.75, 0.9], np.float32)
    close(getattr(ops, name)(Tensor(x)), UNARY[name](x))
    close(getattr(Tensor(x), name)(), UNARY[name](x))


BINARY = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "div": np.divide, "pow": np.power, "maximum": np.maximum,
    "minimum": np.minimum, "equal": np.equal, "ne": np.not_equal, "less": np.less, "ge": np.greater_equal,
    "floor_divide": np.floor_divide, "remainder": np.remainder, "fmod": np.fmod, "atan2": np.arctan2,
    "logical_and": np.logical_and, "logical_or": np.logical_or, "logical_xor": np.logical_xor,
}


@pytest.mark.parametrize("name", BINARY)
def test_binary_functions_and_methods_agree_with_numpy(name):
    x, y = np.array([[1.5], [2.5]], np.float32), np.array([0.5, 2.5, 1.0], np.float32)
    close(getattr(ops, name)(Tensor(x), Tensor(y)), BINARY[name](x, y))
    close(getattr(Tensor(x), name)(Tensor(y)), BINARY[name](x, y))
    close(getattr(ops, name)(Tensor(x), 2), BINARY[name](x, 2))


REDUCE = {"sum": np.sum, "mean": np.mean, "prod": np.prod, "std": np.std, "var": np.var, "amax": np.max, "amin": np.min,
          "all": np.all, "any": np.any}


@pytest.mark.parametrize("name", REDUCE)
@pytest.mark.parametrize("axis", [None, 0, 1, -1, (0, 1), [1]])
def test_reductions_agree_with_numpy(m, name, axis):
    expected = REDUCE[name](M, axis=tuple(axis) if isinstance(axis, list) else axis)
    close(getattr(ops, name)(m, axis), expected)
    close(getattr(m, name)(axis), expected)


def test_reductions_in_other_dtypes(m):
    assert ops.sum(Tensor([True, True])).item() == 2 and ops.sum(Tensor([1, 2], ms.int8)).dtype == ms.int64
    assert ops.sum(m, 0, True, dtype=ms.float16).dtype == ms.float16 and m.sum(1, ms.float64).dtype == ms.float64
    assert m.sum(initial=5).item() == 26 and m.sum(1, True).shape == (2, 1) and m.sum(0, keepdim=True).shape == (1, 3)
    assert m.mean(axis=0, keep_dims=True).shape == (1, 3) and m.mean(dtype=ms.float64).dtype == ms.float64
    assert ops.mean(Tensor([1, 2])).dtype == ms.int64
    assert ops.prod(Tensor([2, 3], ms.int32)).dtype == ms.int64
    close(m.std(axis=0, ddof=1, keepdims=True), M.std(0, ddof=1, keepdims=True))
    close(ops.var(m, 1, 1), M.var(1, ddof=1))
    close(ops.logsumexp(m, 1), np.log(np.exp(M).sum(1)))
    close(ops.cumsum(m, 1), M.cumsum(1))
    with pytest.raises(RuntimeError):
        ops.mean(Tensor([True]))


def test_extremes_and_their_positions(m):
    assert m.max().item() == 6 and m.min().item() == 1
    values, positions = m.max(0)
    assert values.tolist() == [4, 6, 5] and positions.tolist() == [1, 1, 1] and positions.dtype == ms.int64
    assert m.max(axis=0).tolist() == [4, 6, 5] and m.min(axis=(0, 1)).item() == 1
    assert [x.shape for x in m.max(axis=0, keepdims=True, return_indices=True)] == [(1, 3), (1, 3)]
    assert m.max(axis=1, initial=5).tolist() == [5, 6] and m.max(0, True, initial=None).tolist() == [[4, 6, 5]]
    with pytest.raises(TypeError, match="unexpected keyword argument 'foo'"):
        m.max(foo=1)
    assert m.max(axis=1, initial=0, where=m < 3).tolist() == [2, 0]
    with pytest.raises(ValueError, match="needs 'initial'"):
        m.max(where=m < 3)
    assert [x.tolist() for x in ops.max(m)] == [6, 0] and [x.tolist() for x in ops.min(m, 1)] == [[1, 4], [1, 0]]
    assert ops.argmax(m).item() == 4 and ops.argmax(m, 0, True).tolist() == [[1, 1, 1]]
    assert ops.argmin(m, 1).dtype == ms.int32 and m.argmax(dim=0, keepdim=True).shape == (1, 3)
    assert m.argmax().dtype == ms.int64


def test_sorting(m):
    values, order = ops.sort(m)
    assert values.tolist() == np.sort(M).tolist() and order.tolist() == [[1, 2, 0], [0, 2, 1]]
    assert order.dtype == ms.int32
    assert m.sort(axis=0, descending=True)[0].tolist() == [[4, 6, 5], [3, 1, 2]]
    assert ops.argsort(m, 0).tolist() == [[0, 0, 0], [1, 1, 1]]
    assert ops.sort(Tensor([1.0, float("nan"), 0.0]))[1].tolist() == [2, 0, 1]
    values, order = ops.topk(m, 2)
    assert values.tolist() == [[3, 2], [6, 5]] and order.tolist() == [[0, 2], [1, 2]]
    assert m.topk(1, 0, largest=False)[0].tolist() == [[3, 1, 2]]
    assert ops.topk(m, 2, sorted=False)[1].tolist() == [[0, 2], [1, 2]]
    assert ops.TopK(False)(m, 3)[0].tolist() == M.tolist()
    with pytest.raises(ValueError, match="'k' must be in \\[0, 3\\]"):
        ops.topk(m, 4)


@pytest.mark.parametrize("keep", [False, True])
def test_norms(m, keep):
    inf = float("inf")
    for order in (None, 1, 2, 3, 0.5, 0, inf, -inf):
        close(m.norm(order, 1, keep), np.linalg.norm(M, order, 1, keep))
        close(ops.norm(m[0], order, keepdim=keep), np.linalg.norm(M[0], order, keepdims=keep))
    for order in (None, "fro", 1, -1, inf, -inf):
        close(m.norm(order, (0, 1), keep), np.linalg.norm(M, order, (0, 1), keep))
        close(m.norm(order, (1, 0), keep), np.linalg.norm(M, order, (1, 0), keep))
    close(m.norm(inf), np.linalg.norm(M, inf))
    assert m.norm(dtype=ms.float64).dtype == ms.float64
    for order in ("nuc", 2):
        with pytest.raises(NotImplementedError):
            m.norm(order, (0, 1))
    for arguments in (("max",), (3, (0, 1)), (2, (0, 0)), (2, 5)):
        with pytest.raises((ValueError, IndexError)):
            m.norm(*arguments)
    with pytest.raises(TypeError):
        Tensor([1]).norm()


def test_vmap(m):
    assert ops.vmap(lambda x: x.sum())(m).tolist() == [6, 15]
    assert ops.vmap(lambda x, y: x * y, (0, None), 1)(m, m[0]).tolist() == (M * M[0]).T.tolist()
    total, row = ops.vmap(lambda x: (x.sum(), x), in_axes=1, out_axes=(0, 1))(m)
    assert total.tolist() == [7, 7, 7] and row.tolist() == M.tolist()
    assert ops.vmap(lambda pair: pair[0] + pair[1], ((0, 0),))((m, m)).tolist() == (2 * M).tolist()
    assert ops.vmap(ops.vmap(lambda x: x + 1))(m).tolist() == (M + 1).tolist()
    assert ms.grad(lambda x: ops.vmap(lambda row: (row * row).sum())(x).sum())(m).tolist() == (2 * M).tolist()
    with pytest.raises(ValueError, match="2 and 3"):
        ops.vmap(lambda x, y: x, (0, 1))(m, m)
    with pytest.raises(ValueError, match="must have 1 entries"):
        ops.vmap(lambda x: x, (0, 0))(m)
    with pytest.raises(ValueError, match="must name an axis"):
        ops.vmap(lambda x: x, None)(m)
    with pytest.raises(RuntimeError):
        ops.vmap(lambda x: x)(3)
    with pytest.raises(TypeError):
        ops.vmap(3)


def test_shapes(m):
    for shape in ((3, 2), [3, 2], Tensor([3, 2]), (-1, 2)):
        assert ops.reshape(m, shape).shape == (3, 2)
    assert m.reshape(3, 2).shape == m.reshape((3, 2)).shape == m.view(3, -1).shape == (3, 2)
    assert m.reshape(-1).shape == m.ravel().shape == m.flatten().shape == (6,)
    assert ops.flatten(Tensor(np.zeros((2, 3, 4)))).shape == (2, 12) and m.flatten(start_dim=1).shape == (2, 3)
    assert m.flatten(order="F").tolist() == M.flatten("F").tolist()
    assert ops.transpose(m, (1, 0)).shape == m.transpose().shape == m.transpose(1, 0).shape == (3, 2)
    assert m.permute(1, 0).shape == m.swapaxes(0, 1).shape == m.T.shape == (3, 2)
    x = Tensor(np.zeros((2, 3, 4, 5)))
    for source, destination in ((0, 2), ((0, 1), (-1, 0)), (3, 0)):
        assert x.moveaxis(source, destination).shape == np.moveaxis(x.asnumpy(), source, destination).shape
    assert ops.expand_dims(m, 0).shape == ops.unsqueeze(m, 0).shape == m.unsqueeze(0).shape == (1, 2, 3)
    assert ops.squeeze(m.unsqueeze(0)).shape == m.unsqueeze(0).squeeze(0).shape == (2, 3)
    assert ops.broadcast_to(m, (4, 2, 3)).shape == m.expand(4, -1, 3).shape == (4, 2, 3)
    assert m.expand_as(Tensor(np.zeros((2, 2, 3)))).shape == (2, 2, 3)
    assert m.view_as(Tensor(np.zeros(6))).shape == (6,)
    assert ops.tile(m, (2, 1)).shape == (4, 3)
    assert ops.repeat_interleave(m, 2).shape == (12,) and ops.repeat_interleave(m, 2, 0).shape == (4, 3)
    assert (ops.shape(m), ops.rank(m), ops.size(m), ops.dtype(m)) == ((2, 3), 2, 6, ms.float32)
    with pytest.raises(ValueError):
        m.reshape(4, 2)
    with pytest.raises(TypeError):
        m.reshape("a")
    with pytest.raises(ValueError):
        m.moveaxis((0, 1), 0)


def test_joining_and_cutting(m):
    assert ops.concat((m, m), 1).shape == ops.cat([m, m], axis=1).shape == (2, 6)
    assert ops.stack([m, m]).shape == (2, 2, 3)
    assert [x.shape for x in ops.split(m, 2, 1)] == [(2, 2), (2, 1)]
    assert [x.shape for x in m.split([1, 2], axis=1)] == [(2, 1), (2, 2)]
    assert [x.shape for x in ops.chunk(m, 2)] == [(1, 3), (1, 3)]
    assert [x.tolist() for x in ops.unstack(m)] == M.tolist()
    assert m.narrow(1, 1, 2).tolist() == M[:, 1:].tolist()
    with pytest.raises(TypeError, match="must be a tuple or list of Tensors"):
        ops.concat(3)
    with pytest.raises(ValueError):
        ops.split(m, [1, 1], 1)


def test_choosing(m):
    assert ops.where(m > 2, m, 0.0).tolist() == np.where(M > 2, M, 0).tolist()
    assert ops.where(m > 2, 1, 2).dtype == ms.int64 and ops.where(m > 2, m, Tensor(1)).dtype == ms.float32
    assert ops.select(m > 2, m, m).tolist() == M.tolist()
    assert ops.clamp(m, 2, 4).tolist() == m.clip(2, 4).tolist() == M.clip(2, 4).tolist()
    assert ops.clamp(m, max=4).tolist() == ops.clip_by_value(m, clip_value_max=4).tolist() == M.clip(None, 4).tolist()
    with pytest.raises(ValueError):
        ops.clamp(m)
    assert m.masked_fill(m > 3, 0.0).tolist() == [[3, 1, 2], [0, 0, 0]]
    assert m.where(m > 2, 0.0).tolist() == np.where(M > 2, M, 0).tolist()
    assert m.index_select(1, Tensor([0])).tolist() == M[:, :1].tolist()
    assert m.masked_select(m > 3).tolist() == [4, 6, 5]
    assert ops.gather(m, Tensor([1]), 1).tolist() == [[1], [6]]
    assert ops.gather_elements(m, 1, Tensor([[0], [1]])).tolist() == m.gather_elements(1, Tensor([[0], [1]])).tolist()
    assert ops.nonzero(m > 4).tolist() == [[1, 1], [1, 2]]
    assert ops.triu(m).tolist() == np.triu(M).tolist() and m.tril(-1).tolist() == np.tril(M, -1).tolist()
    assert ops.flip(m, (0,)).tolist() == M[::-1].tolist() and m.roll(1, 0).tolist() == np.roll(M, 1, 0).tolist()
    assert ops.one_hot(Tensor([1]), 2).tolist() == [[0, 1]]
    assert ops.one_hot(Tensor([1]), 2, 1.0, 0.0).dtype == ms.float32


def test_new_tensors(m):
    for size in (2, (2,), [2], Tensor([2])):
        assert ops.ones(size).tolist() == [1, 1] and ops.zeros(size, ms.int32).dtype == ms.int32
    assert ops.full((2,), 3).dtype == ms.int64 and ops.full((2, 1), 2.5).tolist() == [[2.5], [2.5]]
    assert ops.full((1,), 2**53 + 1).tolist() == [2**53 + 1]
    assert ops.ones_like(m).shape == ops.zeros_like(m, dtype=ms.int8).shape == ops.full_like(m, 3).shape == (2, 3)
    assert ops.arange(3).tolist() == [0, 1, 2] and ops.arange(3.0).dtype == ms.float32
    assert ops.arange(1, 7, 2).tolist() == ops.range(1, 7, 2).tolist() == [1, 3, 5]
    assert ops.arange(1, 3, dtype=ms.float32).dtype == ms.float32
    assert ops.linspace(0, 1, 3).tolist() == [0, 0.5, 1] and ops.eye(2, 3, ms.int32).tolist() == [[1, 0, 0], [0, 1, 0]]
    assert m.new_zeros((2,)).tolist() == [0, 0] and m.new_ones(2, ms.int8).dtype == ms.int8
    assert m.new_full((2,), 3).tolist() == [3, 3] and [x.tolist() for x in m.unbind()] == M.tolist()
    for call in (lambda: ops.ones(-1), lambda: ops.arange(0, 1, 0), lambda: ops.full((2,), m), lambda: ops.eye(-1)):
        with pytest.raises(ValueError):
            call()
    for call in (lambda: ops.ones_like(1), lambda: ops.ones("a"), lambda: ops.zeros(2, "int8"),
                 lambda: ops.arange("a")):
        with pytest.raises(TypeError):
            call()


def test_dtypes_of_casts(m):
    for dtype in (ms.int32, "int32", np.int32, np.dtype("int32")):
        assert m.astype(dtype).dtype == ms.int32
    assert m.astype(int).dtype == ms.int64 and m.astype(float).dtype == ms.float64 and m.astype(bool).dtype == ms.bool_
    assert m.astype(ms.float32, copy=False) is m and m.astype(ms.float32) is not m
    assert [x().dtype for x in (m.int, m.long, m.half, m.bool, m.double, m.short, m.byte, m.bfloat16)] == [
        ms.int32, ms.int64, ms.float16, ms.bool_, ms.float64, ms.int16, ms.uint8, ms.bfloat16]
    assert m.to(ms.int8).dtype == ms.int8 and m.type() == "Float32" and m.type(ms.int8).dtype == ms.int8
    assert m.type_as(Tensor(1)).dtype == ms.int64 and ops.cast(1, ms.float32).dtype == ms.float32
    for wrong in ("float31", 3, None, list):
        with pytest.raises(TypeError, match="must be a dtype"):
            m.astype(wrong)
    with pytest.raises(TypeError):
        ops.cast(m, "int32")


def test_writing_in_place(m):
    assert m.add_(1) is m and m.mul_(2).sub_(m).tolist() == [[0] * 3] * 2
    assert m.fill_(4).div_(2).tolist() == [[2] * 3] * 2 and m.zero_().sum().item() == 0
    m.add_(Tensor([1, 2, 3]))
    assert m.clamp_(max=2).tolist() == [[1, 2, 2]] * 2
    assert m.exp_().log_().round().tolist() == [[1, 2, 2]] * 2
    for wrong in ("a", None):
        with pytest.raises(TypeError):
            m.add_(wrong)


def test_assign_writes_into_a_parameter():
    p = Parameter(Tensor([1.0, 2.0]), name="p")
    result = ops.assign(p, Tensor([3.0, 4.0]))
    assert type(result) is Tensor and result.tolist() == p.tolist() == [3, 4]
    ops.assign_add(p, Tensor([1.0, 1.0]))
    ops.assign_sub(p, 2)
    assert p.tolist() == [2, 3]
    with pytest.raises(ValueError):
        ops.assign(p, Tensor([1.0]))
    with pytest.raises(TypeError):
        ops.assign(Parameter(Tensor([1], ms.int32)), Tensor([1.5]))


def test_order_and_gradient_stops(m):
    p = Parameter(Tensor([1.0]), name="p")
    assert ops.depend(m, m + 1) is m and ops.depend(p, 3) is p and ops.depend(5, m) == 5
    assert ops.stop_gradient(m).tolist() == M.tolist() and ops.stop_gradient(3) == 3


def test_print(capsys):
    assert ops.print_(Tensor([1.0]), "a", 3) is None
    assert capsys.readouterr().out == "Tensor(shape=[1], dtype=Float32, value= [ 1.00000000e+00])\na\n3\n"


def test_activations_and_losses(m):
    close(ops.softmax(m, 1).sum(1), [1, 1])
    close(ops.log_softmax(m).exp().sum(1), [1, 1])
    x = np.array([-2.0, -0.5, 0.5, 2.0], np.float32)
    t = Tensor(x)
    close(ops.relu(t), np.maximum(x, 0))
    close(ops.silu(t), x / (1 + np.exp(-x)))
    close(ops.softplus(t), np.log1p(np.exp(x)))
    close(ops.elu(t), np.where(x > 0, x, np.expm1(x)))
    close(ops.leaky_relu(t, 0.1), np.where(x > 0, x, 0.1 * x))
    close(ops.gelu(t), [-0.04550027, -0.15426877, 0.34573123, 1.9544997])
    close(ops.gelu(t, "tanh"), [-0.04540229, -0.15428598, 0.34571403, 1.9545977])
    close(ops.cross_entropy(m, Tensor([0, 1], ms.int32)), 0.40760595)
    close(ops.mse_loss(m, m + 2), 4)
    close(ops.l1_loss(m, m + 1, "sum"), 6)
    assert ops.smooth_l1_loss(m, m + 1).shape == (2, 3)
    close(ops.binary_cross_entropy_with_logits(t, ops.ones_like(t)), np.log1p(np.exp(-x)).mean())


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: ops.add(x), r"add\(\) missing a required argument: 'other'"),
        (lambda x: ops.add(x, x, x), r"add\(\) takes 2 positional arguments but 3 were given"),
        (lambda x: ops.add(x, othr=1), r"add\(\) got an unexpected keyword argument 'othr'"),
        (lambda x: ops.add(x, x, other=x), r"add\(\) got multiple values for argument 'other'"),
        (lambda x: ops.add(x, "a"), r"add: 'other' must be a Tensor or a number, got str"),
        (lambda x: ops.add(x, None), r"add: 'other' must be a Tensor or a number, got NoneType"),
        (lambda x: ops.add(x, [1.0]), r"add: 'other' must be a Tensor or a number, got list"),
        (lambda x: ops.relu(np.ones(1)), r"relu: 'input' must be a Tensor or a number, got numpy.ndarray"),
        (lambda x: ops.amax(x, "a"), r"amax: 'axis' must be an int or a tuple of ints, got str"),
        (lambda x: ops.amax(x, 0, 1), r"amax: 'keepdims' must be a bool, got int"),
        (lambda x: ops.expand_dims(x, 1.5), r"expand_dims: 'axis' must be an int, got float"),
        (lambda x: ops.cast(x, 3), r"cast: 'dtype' must be a dtype, got int"),
        (lambda x: ops.gelu(x, 3), r"gelu: 'approximate' must be a str, got int"),
        (lambda x: ops.mse_loss(x), r"missing a required argument: 'target'"),
    ],
)
def test_wrong_arguments(m, call, text):
    with pytest.raises(TypeError, match=text):
        call(m)


def test_numbers_stand_for_tensors():
    assert ops.add(1, 2).item() == 3 and ops.add(1, 2).dtype == ms.int64 and ops.exp(0.0).item() == 1
    assert ops.maximum(Tensor([1.0], ms.float16), 2.5).dtype == ms.float16
    assert ops.maximum(Tensor([1.0]), np.float64(2.5)).dtype == ms.float32


def test_functions_document_themselves():
    assert str(inspect.signature(ops.softmax)) == "(input, axis=-1)" and ops.softmax.__name__ == "softmax"
    assert "axis" in ops.softmax.__doc__
    assert str(inspect.signature(Tensor.clamp)) == "(self, min=None, max=None)"
    for name in ops.__dict__:
        if not name.startswith("_") and callable(getattr(ops, name)):
            assert getattr(ops, name).__doc__, name
    for name in dir(Tensor):
        if not name.startswith("_"):
            assert getattr(Tensor, name).__doc__, name


def test_names_that_nucella_lacks():
    with pytest.raises(AttributeError, match="nucella.ops has no 'NoSuchThing'"):
        ops.NoSuchThing  # noqa: B018
    with pytest.raises(ImportError, match="NoSuchThing"):
        from nucella.ops import NoSuchThing  # noqa: F401
