"""Primitives: construction, attributes, calls, text, copies, and classes of the user's own."""

import copy
import inspect
import pickle

import numpy as np
import pytest

import nucella as ms
from nucella import Parameter, Tensor, ops
from nucella.ops import Primitive, PrimitiveWithInfer, prim_attr_register

M = np.array([[3.0, 1.0], [4.0, 6.0]], np.float32)


@pytest.fixture
def m():
    return Tensor(M)


@pytest.mark.parametrize(
    ("primitive", "text"),
    [
        (ops.MatMul(transpose_b=True), "Prim[MatMul]<transpose_a=False, transpose_b=True>"),
        (ops.Add(), "Prim[Add]"),
        (ops.ReLU(), "Prim[ReLU]"),
        (ops.Softmax(-1), "Prim[Softmax]<axis=(-1,)>"),
        (ops.ReduceSum(True), "Prim[ReduceSum]<keep_dims=True, skip_mode=False>"),
        (ops.MaxPool(2, 2), "Prim[MaxPool]<kernel_size=(1, 1, 2, 2), strides=(1, 1, 2, 2), pad_mode=VALID, "
                            "data_format=NCHW>"),
        (ops.Concat(1), "Prim[Concat]<axis=1>"),
        (ops.OneHot(), "Prim[OneHot]<axis=-1>"),
        (ops.Stack(), "Prim[Stack]<axis=0>"),
        (ops.AddN(), "Prim[AddN]"),
        (Primitive("foo"), "Prim[foo]"),
    ],
)
def test_repr(primitive, text):
    assert repr(primitive) == str(primitive) == text


def test_calls(m):
    assert ops.Add()(m, 1).tolist() == (M + 1).tolist() and ops.Add()(input=m, other=m).tolist() == (M * 2).tolist()
    assert ops.MatMul(transpose_b=True)(m, m).tolist() == (M @ M.T).tolist()
    assert ops.ReduceSum(keep_dims=True)(m, 0).tolist() == [[7, 7]] and ops.ReduceSum()(m).item() == 14
    np.testing.assert_allclose(ops.Softmax(axis=(0,))(m).asnumpy().sum(0), [1, 1], rtol=1e-6)
    assert ops.Cast()(m, ms.int32).dtype == ms.int32 and ops.Reshape()(m, (4,)).shape == (4,)
    assert ops.Transpose()(m, (1, 0)).tolist() == M.T.tolist() and ops.ExpandDims()(m, 0).shape == (1, 2, 2)
    assert ops.Concat(1)((m, m)).shape == (2, 4) and ops.Stack()([m, m]).shape == (2, 2, 2)
    assert ops.Argmax(output_type=ms.int64)(m).dtype == ms.int64 and ops.Argmax(0)(m).tolist() == [1, 1]
    assert ops.BroadcastTo((3, 2, 2))(m).shape == (3, 2, 2) and ops.Tile()(m, (1, 2)).shape == (2, 4)
    assert ops.AddN()([m, m]).tolist() == (M * 2).tolist() and ops.ReduceAll()(m > 0).item() is True
    assert [x.shape for x in ops.Split(1, 2)(m)] == [(2, 1), (2, 1)] and len(ops.Unstack()(m)) == 2
    assert ops.OneHot()(Tensor([1], ms.int32), 2, Tensor(1.0), Tensor(0.0)).tolist() == [[0, 1]]
    assert ops.Gather()(m, Tensor([1]), 0).tolist() == [[4, 6]]
    assert ops.GatherD()(m, 1, Tensor([[0], [1]])).shape == (2, 1)
    assert (ops.Shape()(m), ops.Rank()(m), ops.Size()(m), ops.DType()(m)) == ((2, 2), 2, 4, ms.float32)
    assert ops.OnesLike()(m).tolist() == [[1, 1], [1, 1]] and ops.Eye()(2, 2, ms.int32).dtype == ms.int32
    assert ops.CumSum()(m, 0).tolist() == M.cumsum(0).tolist()
    assert ops.RealDiv()(Tensor([7]), Tensor([2])).tolist() == [3]
    assert ops.Primitive("Add")(m, m).tolist() == (M * 2).tolist()


def test_layers(m):
    x = Tensor(np.arange(16.0, dtype=np.float32).reshape(1, 1, 4, 4))
    assert ops.MaxPool(2, 2)(x).tolist() == [[[[5, 7], [13, 15]]]]
    assert ops.AvgPool(2, 2, "same")(x).tolist() == [[[[2.5, 4.5], [10.5, 12.5]]]]
    weight = Tensor(np.ones((1, 1, 3, 3), np.float32))
    assert ops.Conv2D(1, 3)(x, weight).shape == (1, 1, 2, 2)
    assert ops.Conv2D(1, 3, pad_mode="same")(x, weight).shape == (1, 1, 4, 4)
    assert ops.Conv2D(1, 3, pad_mode="pad", pad=1, stride=2)(x, weight).shape == (1, 1, 2, 2)
    assert ops.BiasAdd()(m, Tensor([1.0, 2.0])).tolist() == (M + [1, 2]).tolist()
    loss, gradient = ops.SoftmaxCrossEntropyWithLogits()(m, Tensor([[1.0, 0.0], [0.0, 1.0]]))
    assert loss.shape == (2,) and gradient.shape == (2, 2)
    labels = Tensor([0, 1], ms.int32)
    np.testing.assert_allclose(ops.SparseSoftmaxCrossEntropyWithLogits()(m, labels).item(), loss.asnumpy().mean(), 1e-6)
    assert ops.SparseSoftmaxCrossEntropyWithLogits(is_grad=True)(m, labels).shape == (2, 2)
    for wrong in (lambda: ops.Conv2D(1, 3, data_format="NHWC"), lambda: ops.MaxPool(pad_mode="full"),
                  lambda: ops.BiasAdd("NHWC"), lambda: ops.Conv2D(1, 3, mode=0), lambda: ops.Split(0, 0)):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError):
        ops.MaxPool([2])
    with pytest.raises(TypeError):
        ops.Softmax("a")


def test_float_status():
    status = ops.NPUAllocFloatStatus()()
    assert status.tolist() == [0] * 8
    assert ops.NPUGetFloatStatus()(status).shape == (8,) and ops.NPUClearFloatStatus()(status).tolist() == [0] * 8


def test_effects(m, capsys):
    p = Parameter(Tensor([1.0]), name="p")
    assert ops.Assign()(p, Tensor([2.0])).tolist() == p.tolist() == [2]
    ops.AssignAdd()(p, Tensor([1.0]))
    ops.AssignSub()(p, Tensor([4.0]))
    assert p.tolist() == [-1]
    assert ops.Depend()(m, p) is m and ops.StopGradient()(m).tolist() == M.tolist() and ops.Load()(p).tolist() == [-1]
    assert ops.Print()("a", 3) is None and capsys.readouterr().out == "a\n3\n"
    assert ops.Partial()(max, 3)(2) == 3


def test_attributes():
    p = ops.MatMul(transpose_b=True)
    assert p.name == "MatMul" and p.transpose_b is True and p.attrs == {"transpose_a": False, "transpose_b": True}
    assert p.init_attrs == p.attrs and p.get_attr_dict() is p.attrs
    assert p.add_prim_attr("x", 3) is p and p.x == 3 and "x=3" in repr(p)
    assert p.del_prim_attr("x") is p and not hasattr(p, "x")
    assert p.set_stage(1).set_device("CPU") is p and p.attrs["stage"] == 1 and p.attrs["primitive_target"] == "CPU"
    assert p.shard(((1, 1), (1, 1))).attrs["in_strategy"] == ((1, 1), (1, 1))
    assert p.recompute().attrs["recompute"] is True and p.set_prim_instance_name("n").instance_name == "n"
    assert p.check_elim(1) == (False, None)
    with pytest.raises(RuntimeError):
        p.set_device("TPU")
    with pytest.raises(TypeError):
        p.recompute(1)
    with pytest.raises(ValueError):
        p.place("MASTER", 0)


def test_copies(m):
    p = ops.MatMul(transpose_b=True)
    for other in (copy.copy(p), copy.deepcopy(p), pickle.loads(pickle.dumps(p))):
        assert other is not p and repr(other) == repr(p) and other(m, m).tolist() == p(m, m).tolist()
    assert copy.deepcopy(ops.relu)(m).tolist() == M.tolist()
    assert pickle.loads(pickle.dumps(ops.relu)) is ops.relu


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: ops.Add()(Tensor(1.0)), r"Add\(\) missing a required argument: 'other'"),
        (lambda: ops.Add()(1, 2, 3), r"Add\(\) takes 2 positional arguments but 3 were given"),
        (lambda: ops.Add(1), r"Add\(\) takes 0 positional arguments but 1 were given"),
        (lambda: ops.BroadcastTo(), r"BroadcastTo\(\) missing a required argument: 'shape'"),
        (lambda: ops.MatMul(a=1), r"MatMul\(\) got an unexpected keyword argument 'a'"),
        (lambda: ops.Concat(1.5), r"Concat: 'axis' must be an int, got float"),
        (lambda: Primitive(3), "'name' must be a str, got int"),
    ],
)
def test_wrong_arguments(call, text):
    with pytest.raises(TypeError, match=text):
        call()


def test_unknown_primitives_cannot_be_called():
    with pytest.raises(RuntimeError, match="no op called 'foo'"):
        Primitive("foo")(1)


def test_own_primitives(m):
    class Scale(Primitive):
        @prim_attr_register
        def __init__(self, factor, *, offset=2):
            self.note = factor

        def __call__(self, x):
            return x * self.factor + self.offset

    p = Scale(3)
    assert repr(p) == "Prim[Scale]<factor=3, offset=2>" and (p.factor, p.offset, p.note) == (3, 2, 3)
    assert p.init_attrs == p.attrs == {"factor": 3, "offset": 2} and p(m).tolist() == (M * 3 + 2).tolist()
    with pytest.raises(TypeError):
        Scale()
    with pytest.raises(TypeError):
        Scale(1, 2)

    class Shaped(PrimitiveWithInfer):
        @prim_attr_register
        def __init__(self):
            self.init_prim_io_names(inputs=["x"], outputs=["y"])

    assert repr(Shaped()) == "Prim[Shaped]" and Shaped().attrs["input_names"] == ["x"]
    with pytest.raises(RuntimeError):
        Shaped()(m)


def test_primitives_document_themselves():
    assert str(inspect.signature(ops.Argmax)) == "(axis=-1, output_type=None)"
    for name in dir(ops.operations):
        value = getattr(ops.operations, name)
        if inspect.isclass(value):
            assert value.__doc__, name
