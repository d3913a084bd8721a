"""Activations and embeddings as layers: printing, errors, kinks; numbers are in test_golden_layers.py."""

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Tensor, nn

PLAIN = [
    "CELU",
    "ELU",
    "FastGelu",
    "GELU",
    "GLU",
    "HShrink",
    "HSigmoid",
    "HSwish",
    "Hardtanh",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "Mish",
    "PReLU",
    "ReLU6",
    "SiLU",
    "SoftShrink",
    "Softmax2d",
    "Softmin",
    "Softsign",
    "Tanhshrink",
]


@pytest.mark.parametrize("name", PLAIN)
def test_they_print_their_names(name):
    assert repr(getattr(nn, name)()) == f"{name}()"


@pytest.mark.parametrize(
    "name",
    [
        "celu",
        "elu",
        "fast_gelu",
        "gelu",
        "glu",
        "hardtanh",
        "hshrink",
        "hsigmoid",
        "hswish",
        "leakyrelu",
        "logsigmoid",
        "logsoftmax",
        "mish",
        "prelu",
        "relu",
        "relu6",
        "sigmoid",
        "silu",
        "softmax",
        "softmax2d",
        "softmin",
        "softshrink",
        "softsign",
        "tanh",
        "tanhshrink",
    ],
)
def test_get_activation_knows_them(name):
    layer = nn.get_activation(name)
    assert type(layer).__name__.lower() == name.replace("_", "")
    assert repr(nn.Dense(2, 2, activation=name)).count(type(layer).__name__) == 2


def test_get_activation_refuses():
    assert nn.get_activation(None) is None
    with pytest.raises(KeyError):
        nn.get_activation("ReLU")
    with pytest.raises(TypeError):
        nn.get_activation(1)


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: nn.GELU(1), TypeError),
        (lambda: nn.LeakyReLU("a"), TypeError),
        (lambda: nn.Hardtanh(2, 1), ValueError),
        (lambda: nn.PReLU(0), ValueError),
        (lambda: nn.PReLU(1.0), TypeError),
        (lambda: nn.PReLU(2, "a"), TypeError),
        (lambda: nn.PReLU(3, [0.1]), ValueError),
        (lambda: nn.Threshold(), TypeError),
        (lambda: nn.LogSoftmax(1.0), TypeError),
        (lambda: nn.Embedding(4.0, 3), TypeError),
        (lambda: nn.Embedding(0, 3), ValueError),
        (lambda: nn.Embedding(4, 3, padding_idx=4), ValueError),
        (lambda: nn.Embedding(4, 3, use_one_hot=1), TypeError),
        (lambda: nn.Embedding(4, 3, embedding_table=Tensor(np.ones((3, 3), np.float32))), ValueError),
    ],
)
def test_constructors_refuse(make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize(
    "net, x, error",
    [
        (nn.CELU(0.0), f32(1), ValueError),
        (nn.Softmax2d(), f32(1), ValueError),
        (nn.GLU(), f32(1), ValueError),
        (nn.PReLU(3), f32(1, 2), ValueError),
        (nn.LogSoftmax(2), f32(1), ValueError),
        (nn.Embedding(4, 3), f32(1), TypeError),
        (nn.Embedding(4, 3), Tensor([5]), IndexError),
        (nn.GELU(), Tensor([1]), TypeError),
    ],
)
def test_inputs_are_refused(net, x, error):
    with pytest.raises(error):
        net(x)


def test_prelu_trains_its_slopes():
    layer = nn.PReLU(2, [0.5, 0.25])
    assert [p.name for p in layer.get_parameters()] == ["a"] and layer.w.shape == (2,)
    x = Tensor(np.array([[-2, -4], [3, 5]], np.float32))
    assert layer(x).asnumpy().tolist() == [[-1, -1], [3, 5]]
    gradient = ms.grad(lambda v: layer(v).sum(), None, layer.trainable_params())(x)
    assert gradient[0].asnumpy().tolist() == [-2, -4]


def test_embedding_prints_and_pads():
    layer = nn.Embedding(4, 3, padding_idx=1)
    assert repr(layer) == (
        "Embedding(vocab_size=4, embedding_size=3, use_one_hot=False, embedding_table=Parameter "
        "(name=embedding_table, shape=(4, 3), dtype=Float32, requires_grad=True), dtype=Float32, padding_idx=1)"
    )
    table = layer.embedding_table.asnumpy()
    assert (table[1] == 0).all() and (table[[0, 2, 3]] != 0).all()
    assert layer(Tensor([[1, 2]])).shape == (1, 2, 3) and layer(Tensor([], ms.int32)).shape == (0, 3)
    assert layer(Tensor(2, ms.int32)).asnumpy().tolist() == table[2].tolist()
    one_hot = nn.Embedding(4, 3, True, Tensor(table))
    assert (one_hot(Tensor([[3, 1]])).asnumpy() == table[[[3, 1]]]).all()
    assert nn.Embedding(4, 3, dtype=ms.float16)(Tensor([0])).dtype == ms.float16
