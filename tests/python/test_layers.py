"""Layers under MindSpore's constructor arguments: errors, printing, results."""

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Tensor, nn, ops
from nucella.common.initializer import Normal


def ones(*shape):
    return Tensor(np.ones(shape, np.float32))


# --- Dense -------------------------------------------------------------------------------------------------------


def test_dense_prints_as_in_mindspore():
    assert repr(nn.Dense(3, 4)) == "Dense(input_channels=3, output_channels=4, has_bias=True)"
    assert repr(nn.Dense(3, 4, has_bias=False)) == "Dense(input_channels=3, output_channels=4)"
    assert repr(nn.Dense(3, 4, activation=nn.ReLU())) == (
        "Dense(\n  input_channels=3, output_channels=4, has_bias=True, activation=ReLU()\n  (activation): ReLU()\n)"
    )


def test_dense_takes_a_primitive():
    dense = nn.Dense(2, 1, weight_init=-1, bias_init=0, activation=ops.ReLU())
    assert isinstance(dense.activation, ops.ReLU)
    assert repr(dense) == "Dense(input_channels=2, output_channels=1, has_bias=True, activation=Prim[ReLU])"
    assert dense(ones(1, 2)).asnumpy().tolist() == [[0]]


def test_dense_attributes():
    dense = nn.Dense(3, 4)
    assert (dense.in_channels, dense.out_channels, dense.has_bias, dense.activation) == (3, 4, True, None)
    assert (dense.weight.shape, dense.bias.shape) == ((4, 3), (4,))
    assert [p.name for p in dense.get_parameters()] == ["weight", "bias"]
    assert not dense.activation_flag and nn.Dense(1, 1, activation="relu").activation_flag
    assert nn.Dense(3, 4, has_bias=False).bias is None


@pytest.mark.parametrize(
    "args, kwargs, error",
    [((0, 1), {}, ValueError), ((1, -1), {}, ValueError), (("3", 4), {}, TypeError), ((3.0, 4), {}, TypeError),
     ((True, 1), {}, TypeError), ((3, 4), {"has_bias": 1}, TypeError), ((3, 4), {"activation": 3}, TypeError),
     ((3, 4), {"activation": "unknown"}, KeyError), ((3, 4), {"weight_init": ones(3, 4)}, ValueError),
     ((3, 4), {"weight_init": ones(4)}, ValueError), ((3, 4), {"bias_init": ones(3)}, ValueError),
     ((3, 4), {"weight_init": "unknown"}, ValueError), ((3, 4), {"weight_init": [1]}, TypeError), ((3,), {}, TypeError),
     ((3, 4), {"unknown": 1}, TypeError)],
)
def test_dense_refuses(args, kwargs, error):
    with pytest.raises(error):
        nn.Dense(*args, **kwargs)


def test_dense_computes():
    dense = nn.Dense(3, 2, weight_init="ones", bias_init=2)
    assert dense(f32([1, 2, 3])).asnumpy().tolist() == [[8, 8]]
    assert dense(f32(1, 2, 3)).asnumpy().tolist() == [8, 8]
    assert dense(ones(2, 5, 3)).shape == (2, 5, 2) and dense(ones(0, 3)).shape == (0, 2)
    assert nn.Dense(3, 2, weight_init=-1, activation="relu", has_bias=False)(ones(1, 3)).asnumpy().tolist() == [[0, 0]]
    for wrong, error in ((ones(1, 4), ValueError), (Tensor(np.ones((1, 3))), TypeError), (Tensor(1.0), IndexError)):
        with pytest.raises(error):
            dense(wrong)


def test_default_bounds():
    dense = nn.Dense(100, 2000)
    assert 0.099 < np.abs(dense.weight.asnumpy()).max() <= 0.1 and np.abs(dense.bias.asnumpy()).max() <= 0.1
    conv = nn.Conv2d(16, 8, 3, group=4, has_bias=True)
    assert np.abs(conv.weight.asnumpy()).max() <= 1 / 6 + 1e-6


# --- Conv2d ------------------------------------------------------------------------------------------------------


def test_conv_prints_as_in_mindspore():
    assert repr(nn.Conv2d(3, 4, 3, weight_init="ones")) == (
        "Conv2d(input_channels=3, output_channels=4, kernel_size=(3, 3), stride=(1, 1), pad_mode=same, padding=0, "
        "dilation=(1, 1), group=1, has_bias=False, weight_init=ones, bias_init=None, format=NCHW)"
    )
    assert "weight_init=<" in repr(nn.Conv2d(1, 1, 1, weight_init=Normal()))


@pytest.mark.parametrize(
    "args, kwargs, error",
    [((3, 4, [3, 3]), {}, TypeError), ((3, 4, 3.0), {}, TypeError), ((3, 4, 0), {}, ValueError),
     ((3, 4, 3), {"stride": 0}, ValueError), ((3, 4, 3), {"dilation": 0}, ValueError), ((0, 4, 3), {}, ValueError),
     ((3, 4, 3), {"pad_mode": "x"}, ValueError), ((3, 4, 3), {"padding": 1}, ValueError),
     ((3, 4, 3), {"pad_mode": "pad", "padding": -1}, ValueError),
     ((3, 4, 3), {"pad_mode": "pad", "padding": (1, 1)}, ValueError), ((3, 4, 3), {"group": 2}, ValueError),
     ((3, 4, 3), {"weight_init": ones(1)}, ValueError), ((3, 4, 3), {"data_format": "NHWC"}, ValueError),
     ((3, 4, 3), {"has_bias": 1}, TypeError)],
)
def test_conv_refuses(args, kwargs, error):
    with pytest.raises(error, match="Conv2d|initializer"):
        nn.Conv2d(*args, **kwargs)


def test_conv_computes():
    same = nn.Conv2d(1, 1, 2, weight_init="ones")(ones(1, 1, 3, 3)).asnumpy()[0, 0].tolist()
    assert same == [[4, 4, 2], [4, 4, 2], [2, 2, 1]]
    strided = nn.Conv2d(1, 1, 3, stride=2, weight_init="ones")(ones(1, 1, 4, 4)).asnumpy()[0, 0].tolist()
    assert strided == [[9, 6], [6, 4]]
    assert nn.Conv2d(1, 2, 3, pad_mode="valid")(ones(1, 1, 8, 8)).shape == (1, 2, 6, 6)
    assert nn.Conv2d(1, 2, 3, pad_mode="pad", padding=(1, 2, 3, 4))(ones(1, 1, 8, 8)).shape == (1, 2, 9, 13)
    seed = nn.Conv2d(3, 64, 3, weight_init=ones(64, 3, 3, 3))(ones(1, 3, 16, 50)).asnumpy()
    assert (seed[0, 0, 0, 0], seed[0, 0, 0, 1], seed[0, 0, 1, 1]) == (12, 18, 27)
    for wrong in (ones(1, 3, 3), ones(1, 2, 3, 3), Tensor(np.ones((1, 1, 3, 3)))):
        with pytest.raises((ValueError, RuntimeError, TypeError)):
            nn.Conv2d(1, 1, 2)(wrong)


# --- the others ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell, text",
    [(nn.ReLU(), "ReLU()"), (nn.Sigmoid(), "Sigmoid()"), (nn.Tanh(), "Tanh()"), (nn.Softmax(), "Softmax()"),
     (nn.Flatten(), "Flatten()"), (nn.Identity(), "Identity()"), (nn.Dropout(), "Dropout(keep_prob=0.5)"),
     (nn.Dropout(p=0.3), "Dropout(p=0.3)"),
     (nn.MaxPool2d(2, 2), "MaxPool2d(kernel_size=2, stride=2, pad_mode=VALID)")],
)
def test_repr(cell, text):
    assert repr(cell) == text


def test_dropout():
    x = ones(1000)
    dropout = nn.Dropout(p=0.25)
    assert (dropout(x).asnumpy() == 1).all()
    kept = dropout.set_train()(x).asnumpy()
    assert set(np.unique(kept.round(5))) == {0.0, np.float32(1.33333)} and 150 < (kept == 0).sum() < 350
    for wrong in (1.0, -0.1, 2):
        with pytest.raises(ValueError):
            nn.Dropout(p=wrong)


def test_activations_and_pools():
    x = f32([-1, 2])
    assert nn.ReLU()(x).asnumpy().tolist() == [[0, 2]]
    np.testing.assert_allclose(nn.Softmax()(x).asnumpy().sum(), 1, rtol=1e-6)
    assert nn.Flatten()(ones(2, 3, 4)).shape == (2, 12) and nn.Flatten(0, 1)(ones(2, 3, 4)).shape == (6, 4)
    assert nn.MaxPool2d(2, 2)(ones(1, 1, 4, 4)).shape == (1, 1, 2, 2)
    assert nn.AvgPool2d(2, 2)(ones(1, 1, 4, 4)).asnumpy().tolist() == [[[[1, 1], [1, 1]]]]


def test_losses():
    logits, labels = f32([1, 2, 3]), Tensor([2], ms.int32)
    loss = nn.SoftmaxCrossEntropyWithLogits(sparse=True, reduction="mean")(logits, labels)
    np.testing.assert_allclose(loss.asnumpy(), np.log(np.exp([1, 2, 3]).sum()) - 3, rtol=1e-6)
    assert nn.MSELoss()(f32(1, 2), f32(1, 4)).asnumpy() == 2
    net = nn.WithLossCell(nn.Dense(1, 1, weight_init="ones", bias_init="zeros"), nn.MSELoss())
    grad = ops.GradOperation(get_by_list=True)(net, list(net.trainable_params()))(f32([3]), f32([1]))
    assert [g.asnumpy().tolist() for g in grad] == [[[12]], [4]]
    with pytest.raises(TypeError):
        nn.WithLossCell(3, nn.MSELoss())


def test_losses_have_a_module_of_their_own():
    assert nn.loss.MSELoss is nn.MSELoss
    assert nn.loss.SoftmaxCrossEntropyWithLogits is nn.SoftmaxCrossEntropyWithLogits
