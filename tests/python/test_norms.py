"""Layers that normalise: constructors, printing, errors, running statistics, losses of precision."""

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Parameter, Tensor, mint, nn, ops


def numbers(*shape):
    return np.random.default_rng(3).normal(size=shape).astype(np.float32)


def test_batch_norm_prints_as_in_mindspore():
    assert repr(nn.BatchNorm1d(3)) == (
        "BatchNorm1d(num_features=3, eps=1e-05, momentum=0.9, "
        "gamma=Parameter (name=gamma, shape=(3,), dtype=Float32, requires_grad=True), "
        "beta=Parameter (name=beta, shape=(3,), dtype=Float32, requires_grad=True), "
        "moving_mean=Parameter (name=mean, shape=(3,), dtype=Float32, requires_grad=False), "
        "moving_variance=Parameter (name=variance, shape=(3,), dtype=Float32, requires_grad=False))"
    )
    assert repr(nn.BatchNorm3d(3)).startswith("BatchNorm3d(\n  (bn2d): BatchNorm2d(num_features=3, eps=1e-05")


def test_other_norms_print_as_in_mindspore():
    assert repr(nn.LayerNorm((2,))) == (
        "LayerNorm(normalized_shape=(2,), begin_norm_axis=-1, begin_params_axis=-1, "
        "gammaParameter (name=gamma, shape=(2,), dtype=Float32, requires_grad=True), "
        "beta=Parameter (name=beta, shape=(2,), dtype=Float32, requires_grad=True))"
    )
    assert repr(nn.GroupNorm(1, 3)) == "GroupNorm(num_groups=1, num_channels=3)"
    assert repr(nn.InstanceNorm2d(3)).startswith("InstanceNorm2d(num_features=3, eps=1e-05, momentum=0.1, gamma=")
    assert repr(mint.nn.LayerNorm((2,))) == "LayerNormExt(normalized_shape=(2,), eps=1e-05, elementwise_affine=True)"
    assert repr(mint.nn.GroupNorm(3, 3)) == "GroupNorm(num_groups=3, num_channels=3, eps=1e-05, affine=True)"
    assert repr(nn.CrossEntropyLoss()) == "CrossEntropyLoss()"


def test_names_of_parameters():
    def names(net):
        return [p.name for p in net.get_parameters()]

    assert names(nn.BatchNorm1d(1)) == names(nn.InstanceNorm1d(1)) == ["mean", "variance", "gamma", "beta"]
    assert names(nn.SequentialCell(nn.BatchNorm2d(1))) == ["0.moving_mean", "0.moving_variance", "0.gamma", "0.beta"]
    assert names(nn.BatchNorm3d(1)) == ["bn2d.moving_mean", "bn2d.moving_variance", "bn2d.gamma", "bn2d.beta"]
    assert list(nn.BatchNorm1d(1).state_dict()) == ["moving_mean", "moving_variance", "gamma", "beta"]
    assert [p.requires_grad for p in nn.BatchNorm1d(1, affine=False).get_parameters()] == [False] * 4
    assert names(mint.nn.LayerNorm(4)) == names(mint.nn.GroupNorm(1, 1)) == ["weight", "bias"]
    assert mint.nn.LayerNorm(4, bias=False).bias is None and mint.nn.GroupNorm(1, 1, affine=False).weight is None


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: nn.BatchNorm2d(0), ValueError),
        (lambda: nn.BatchNorm2d(3, momentum=2), ValueError),
        (lambda: nn.BatchNorm2d(3.0), TypeError),
        (lambda: nn.BatchNorm2d(3, affine=1), TypeError),
        (lambda: nn.BatchNorm2d(3, use_batch_statistics=1), ValueError),
        (lambda: nn.BatchNorm2d(3, gamma_init="f"), ValueError),
        (lambda: nn.BatchNorm1d(3, data_format="NHWC"), ValueError),
        (lambda: nn.LayerNorm(2), TypeError),
        (lambda: nn.LayerNorm(()), ValueError),
        (lambda: nn.GroupNorm(2, 3), ValueError),
        (lambda: nn.GroupNorm(0, 3), ValueError),
        (lambda: nn.GroupNorm(1.0, 3), TypeError),
        (lambda: nn.InstanceNorm1d(3, momentum=-1.0), ValueError),
        (lambda: nn.CrossEntropyLoss(reduction="max"), ValueError),
        (lambda: nn.CrossEntropyLoss(weight=1), TypeError),
        (lambda: nn.CrossEntropyLoss(label_smoothing=2.0), ValueError),
        (lambda: nn.NLLLoss(ignore_index="a"), TypeError),
    ],
)
def test_constructors_refuse(make, error):
    with pytest.raises(error):
        make()


def test_inputs_of_other_shapes_are_refused():
    x3, x4 = Tensor(numbers(2, 3, 2)), Tensor(numbers(2, 3, 2, 2))
    for net, x in (
        (nn.BatchNorm2d(3), x3),
        (nn.BatchNorm2d(4), x4),
        (nn.BatchNorm1d(3), x4),
        (nn.LayerNorm((4,)), x3),
        (nn.LayerNorm((3, 2)), x3),
        (nn.GroupNorm(1, 4), x4),
        (nn.InstanceNorm2d(3), x3),
        (nn.RMSNorm(3), x3),
        (mint.nn.LayerNorm(3), x3),
    ):
        with pytest.raises(ValueError):
            net(x)
    with pytest.raises(RuntimeError):
        nn.LayerNorm((2,), 5, 2)(x3)
    with pytest.raises(TypeError):
        nn.BatchNorm2d(3)(x4.astype(ms.int32))


def test_a_refused_batch_leaves_the_running_statistics():
    bn = nn.BatchNorm1d(3).set_train()
    with pytest.raises(ValueError):
        bn(Tensor(np.zeros((0, 3), np.float32)))
    assert bn.moving_mean.asnumpy().tolist() == [0, 0, 0]


@pytest.mark.parametrize("shape", [(64, 5), (8, 5, 7), (4, 5, 9, 6), (2, 5, 3, 4, 3)])
def test_batch_norm_of_large_means_stays_precise(shape):
    x = numbers(*shape) + 1000
    net = nn.BatchNorm3d(5) if len(shape) == 5 else nn.BatchNorm2d(5) if len(shape) == 4 else nn.BatchNorm1d(5)
    axes = (0, *range(2, len(shape)))
    exact = x.astype(np.float64)
    want = (exact - exact.mean(axes, keepdims=True)) / np.sqrt(exact.var(axes, keepdims=True) + 1e-5)
    np.testing.assert_allclose(net.set_train()(Tensor(x)).asnumpy(), want, atol=2e-3)


def test_channels_last_images_are_normalised_alike():
    x = numbers(2, 8, 6, 5)
    conv, bn = (
        nn.Conv2d(8, 8, 1, weight_init=Tensor(np.eye(8, dtype=np.float32).reshape(8, 8, 1, 1))),
        nn.BatchNorm2d(8),
    )
    bn.set_train()
    through = bn(conv(Tensor(x)))
    np.testing.assert_allclose(through.asnumpy(), nn.BatchNorm2d(8).set_train()(Tensor(x)).asnumpy(), atol=1e-5)


def test_half_types_keep_their_dtype_and_float32_statistics():
    x = Tensor(numbers(4, 3, 2, 2)).astype(ms.float16)
    bn = nn.BatchNorm2d(3).set_train()
    assert bn(x).dtype == ms.float16 and bn.moving_mean.dtype == ms.float32
    assert nn.LayerNorm((2,))(x).dtype == nn.GroupNorm(1, 3)(x).dtype == ms.float16


def test_primitive_batch_norm_gives_the_statistics():
    x = Tensor(np.arange(24, dtype=np.float32).reshape(2, 3, 2, 2))
    one = Tensor(np.ones(3, np.float32))
    mean, variance = Parameter(one, name="m"), Parameter(one, name="v")
    out = ops.BatchNorm(is_training=True, momentum=0.1)(x, one, one, mean, variance)
    assert len(out) == 5 and out[3].asnumpy().tolist() == [7.5, 11.5, 15.5]
    np.testing.assert_allclose(mean.asnumpy(), [1.65, 2.05, 2.45], rtol=1e-6)
    np.testing.assert_allclose(variance.asnumpy(), [5.157143] * 3, rtol=1e-6)
    still = ops.BatchNorm()(x, one, one, mean * 0, one)
    np.testing.assert_allclose(still[0].asnumpy(), x.asnumpy() / np.sqrt(1 + 1e-5) + 1, rtol=1e-6)


def test_instance_norm_by_formula():
    x = numbers(2, 3, 4, 5)
    net = nn.InstanceNorm2d(3, gamma_init=2.0, beta_init=1.0).set_train()
    want = (x - x.mean((2, 3), keepdims=True)) / np.sqrt(x.var((2, 3), keepdims=True) + 1e-5) * 2 + 1
    np.testing.assert_allclose(net(Tensor(x)).asnumpy(), want, atol=1e-5)
    np.testing.assert_allclose(net.moving_mean.asnumpy(), 0.1 * x.mean((0, 2, 3)), atol=1e-6)
    unbiased = x.var((2, 3), ddof=1).mean(0)
    np.testing.assert_allclose(net.moving_variance.asnumpy(), 0.9 + 0.1 * unbiased, atol=1e-6)


def test_rms_norm_by_formula():
    x, w = numbers(3, 4, 5), numbers(5)
    rstd = 1 / np.sqrt((x**2).mean(-1, keepdims=True) + 1e-6)
    y, r = ops.rms_norm(Tensor(x), Tensor(w))
    np.testing.assert_allclose(y.asnumpy(), x * rstd * w, atol=1e-6)
    np.testing.assert_allclose(r.asnumpy(), rstd, rtol=1e-6)
    np.testing.assert_allclose(nn.RMSNorm(5)(Tensor(x)).asnumpy(), x * rstd, atol=1e-6)


# --- dropout -----------------------------------------------------------------------------------------------------


def test_functional_dropout_draws_as_the_layer():
    x = Tensor(np.ones((100, 100), np.float32))
    ms.set_seed(5)
    first = ops.dropout(x, p=0.25).asnumpy()
    second = ops.dropout(x, p=0.25).asnumpy()
    ms.set_seed(5)
    assert (nn.Dropout(p=0.25).set_train()(x).asnumpy() == first).all() and (first != second).any()
    assert abs((first == 0).mean() - 0.25) < 0.02 and set(np.unique(first)) == {0, np.float32(1 / 0.75)}
    assert ops.dropout(x, training=False) is x
    for wrong, error in (({"p": 1.0}, RuntimeError), ({"p": -0.5}, RuntimeError), ({"training": 1}, TypeError)):
        with pytest.raises(error):
            ops.dropout(x, **wrong)
    with pytest.raises(TypeError):
        ops.dropout(Tensor([1, 2]))


def test_primitive_dropout_gives_its_mask():
    x = f32(*range(1, 101))
    out, mask = ops.Dropout(0.5)(x)
    assert (out.asnumpy() == 2 * x.asnumpy() * mask.asnumpy()).all() and 0 < mask.asnumpy().sum() < 100
    gradient = ms.grad(lambda v: ops.Dropout(0.5, Seed0=3)(v)[0].sum())(x)
    assert (gradient.asnumpy() == 2 * ops.Dropout(0.5, Seed0=3)(x)[1].asnumpy()).all()
    assert (ops.Dropout(0.5, 1, 2)(x)[1].asnumpy() == ops.Dropout(0.5, 1, 2)(x)[1].asnumpy()).all()
    twice = ops.Dropout(0.5, 1, 2)
    assert (twice(x)[1].asnumpy() != twice(x)[1].asnumpy()).any()
    for keep_prob in (0.0, 1.5):
        with pytest.raises(RuntimeError):
            ops.Dropout(keep_prob)(x)


# --- clipping ----------------------------------------------------------------------------------------------------


def test_clip_functions_take_one_tensor_or_many():
    y = f32(3, 4)
    assert isinstance(ops.clip_by_global_norm(y), Tensor)
    assert isinstance(ops.clip_by_norm([y], 1), tuple) and isinstance(ops.clip_by_value([y], 1), tuple)
    np.testing.assert_allclose(ops.clip_by_global_norm([y, y], 1.0)[0].asnumpy(), [0.42426407, 0.56568545])
    assert ops.clip_by_global_norm([y * 0.01])[0].asnumpy().tolist() == (y * 0.01).asnumpy().tolist()
    assert ops.clip_by_norm(y, 10.0).asnumpy().tolist() == [3, 4]
    np.testing.assert_allclose(ops.clip_by_norm(y, 1, float("inf")).asnumpy(), [0.75, 1], atol=1e-6)
    assert ops.clip_by_value(y, 4, 1).asnumpy().tolist() == [1, 1]
    assert ops.clip_by_value(Tensor([1, 2, 3]), 1.5, 2).asnumpy().tolist() == [1, 2, 2]
    assert ops.clip_by_value(y.astype(ms.float16), 3.5).dtype == ms.float16
    assert ops.clip_by_norm(y * 0, 1).asnumpy().tolist() == [0, 0]


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda y: ops.clip_by_global_norm([y], clip_norm=0.0), ValueError),
        (lambda y: ops.clip_by_global_norm([]), ValueError),
        (lambda y: ops.clip_by_global_norm([y], use_norm=2.0), ValueError),
        (lambda y: ops.clip_by_global_norm([1]), TypeError),
        (lambda y: ops.clip_by_norm(y, "a"), TypeError),
        (lambda y: ops.clip_by_norm([], 1), ValueError),
        (lambda y: ops.clip_by_norm(y * float("nan"), 1, error_if_nonfinite=True), RuntimeError),
        (lambda y: ops.clip_by_value(y), ValueError),
        (lambda y: ops.clip_by_value(1, 1), TypeError),
        (lambda y: ops.clip_by_value(y, "a"), TypeError),
    ],
)
def test_clip_functions_refuse(call, error):
    with pytest.raises(error):
        call(f32(3, 4))
