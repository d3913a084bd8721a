"""Mixed precision and loss scales."""

import numpy as np
import pytest

import nucella
from nucella import Tensor, amp, nn


def small_net():
    nucella.set_seed(1)
    return nn.SequentialCell(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Dense(8, 2))


def test_static_loss_scaler():
    scaler = amp.StaticLossScaler(4)
    assert scaler.scale_value.asnumpy() == 4
    scaled = scaler.scale((Tensor([1.0]), [Tensor(np.float16(2))]))
    assert isinstance(scaled, tuple) and isinstance(scaled[1], list)
    assert scaled[0].asnumpy() == 4 and scaled[1][0].dtype == nucella.float16
    assert scaler.unscale(scaled)[1][0].asnumpy() == 2
    assert scaler.adjust(Tensor(False)) is False


def test_dynamic_loss_scaler():
    scaler = amp.DynamicLossScaler(8, 2, 2)
    seen = []
    for finite in (True, True, True, False, False, False, False, False):
        assert scaler.adjust(Tensor(finite)) is True
        seen.append((scaler.scale_value.asnumpy().item(), scaler.counter.asnumpy().item()))
    assert seen == [(8, 1), (16, 0), (16, 1), (8, 0), (4, 0), (2, 0), (1, 0), (1, 0)]
    assert scaler.scale(Tensor(3.0)).asnumpy() == 3


def test_a_scale_does_not_grow_to_infinity():
    scaler = amp.DynamicLossScaler(3e38, 2, 1)
    scaler.adjust(Tensor(True))
    assert np.isfinite(scaler.scale_value.asnumpy())


def test_all_finite():
    fine, bad = Tensor([1.0, 2.0]), Tensor(np.array([1, np.nan], np.float16))
    assert amp.all_finite((fine, Tensor([1]))).asnumpy()
    assert not amp.all_finite([fine, bad]).asnumpy()
    assert not amp.all_finite((Tensor([-np.inf]),)).asnumpy()
    assert amp.all_finite((fine,)).dtype == nucella.bool_


def test_gradients_with_a_scale_are_those_without():
    net, scaler = nn.Dense(3, 1), amp.StaticLossScaler(1024.0)
    data = Tensor(np.ones((2, 3), np.float32))

    def loss():
        return nn.MSELoss()(net(data), Tensor(np.zeros((2, 1), np.float32)))

    plain = nucella.grad(loss, None, net.trainable_params())()
    scaled = nucella.grad(lambda: scaler.scale(loss()), None, net.trainable_params())()
    for expected, actual in zip(plain, scaler.unscale(scaled)):
        np.testing.assert_allclose(actual.asnumpy(), expected.asnumpy())


@pytest.mark.parametrize("dtype", [nucella.float16, nucella.bfloat16])
def test_levels_compute_in_16_bits_and_give_float32(dtype):
    image = Tensor(np.linspace(-1, 1, 4, dtype=np.float32).reshape(1, 1, 2, 2))
    net = small_net()
    assert amp.auto_mixed_precision(net, "O0") is net
    exact = net(image).asnumpy()
    for level in ("O1", "O2", "O3"):
        mixed = amp.auto_mixed_precision(small_net(), level, dtype)
        result = mixed(image)
        assert result.dtype == nucella.float32
        assert 0 < np.abs(result.asnumpy() - exact).max() < 0.05
        assert all(parameter.dtype == nucella.float32 for parameter in mixed.get_parameters())


def test_lists_of_ones_own():
    image = Tensor(np.ones((1, 1, 2, 2), np.float32))
    outputs = {}
    white = small_net()
    white[3].register_forward_hook(lambda cell, inputs, output: outputs.update(dense=output.dtype))
    white[0].register_forward_hook(lambda cell, inputs, output: outputs.update(conv=output.dtype))
    amp.custom_mixed_precision(white, white_list=[nn.Conv2d])(image)
    assert outputs == {"dense": nucella.float32, "conv": nucella.float16}
    black = small_net()
    black[3].register_forward_hook(lambda cell, inputs, output: outputs.update(dense=output.dtype))
    black[0].register_forward_hook(lambda cell, inputs, output: outputs.update(conv=output.dtype))
    amp.custom_mixed_precision(black, black_list=[nn.Conv2d])(image)
    assert outputs == {"dense": nucella.float16, "conv": nucella.float32}
    assert nn.Dense in amp.get_white_list()


def test_loss_scale_managers():
    manager = amp.DynamicLossScaleManager(8, 2, 2)
    scales = []
    for overflow in (False, False, False, True, True, False):
        manager.update_loss_scale(overflow)
        scales.append(manager.get_loss_scale())
    assert scales == [8, 16, 16, 8, 4, 4] and manager.get_drop_overflow_update()
    fixed = amp.FixedLossScaleManager(16.0, False)
    fixed.update_loss_scale(True)
    assert (fixed.get_loss_scale(), fixed.get_drop_overflow_update(), fixed.get_update_cell()) == (16.0, False, None)


def test_a_training_cell_with_a_fixed_scale():
    net = nn.Dense(2, 1, weight_init="ones", has_bias=False)
    optimizer = nn.SGD(net.trainable_params(), 0.5, loss_scale=4.0)
    manager = amp.FixedLossScaleManager(4.0, False)
    cell = amp.build_train_network(net, optimizer, nn.MSELoss(), loss_scale_manager=manager)
    cell(Tensor(np.ones((1, 2), np.float32)), Tensor(np.zeros((1, 1), np.float32)))
    np.testing.assert_allclose(net.weight.asnumpy(), [[-1, -1]])


def test_auto_chooses_op_by_op():
    image = Tensor(np.ones((1, 1, 2, 2), np.float32))
    net = small_net()
    exact = net(image).asnumpy()
    mixed = amp.auto_mixed_precision(net, "auto")
    assert mixed is net and mixed(image).dtype == nucella.float16
    np.testing.assert_allclose(mixed(image).asnumpy(), exact, atol=0.02)
    net[3].to_float(nucella.float32)
    assert mixed(image).dtype == nucella.float32


def test_auto_takes_functions():
    x = Tensor(np.ones((2, 2), np.float32))

    def product(x, y):
        """The product of two matrices."""
        return nucella.ops.matmul(x, y)

    lowered = amp.auto_mixed_precision(product, "auto", nucella.bfloat16)
    assert lowered.__doc__ == product.__doc__
    assert lowered(x, y=x).dtype == nucella.bfloat16 and product(x, x).dtype == nucella.float32
    with pytest.raises(TypeError, match="'network' must be Cell, got function"):
        amp.auto_mixed_precision(product, "O1")


def test_a_function_that_fails_ends_its_precision():
    def fails(x):
        raise KeyError(x)

    with pytest.raises(KeyError):
        amp.auto_mixed_precision(fails, "auto")(1)
    assert (
        nucella.ops.matmul(Tensor(np.ones((1, 1), np.float32)), Tensor(np.ones((1, 1), np.float32))).dtype
        == nucella.float32
    )


@pytest.mark.parametrize("manager", [amp.DynamicLossScaleManager(8, 2, 1), amp.FixedLossScaleManager(8.0)])
def test_a_training_cell_that_leaves_out_overflows(manager):
    net = nn.Dense(2, 1, weight_init="ones", has_bias=False)
    optimizer = nn.SGD(net.trainable_params(), 0.5)
    cell = amp.build_train_network(net, optimizer, nn.MSELoss(), loss_scale_manager=manager)
    label = Tensor(np.zeros((1, 1), np.float32))
    assert cell(Tensor(np.full((1, 2), np.nan, np.float32)), label)[1].asnumpy()
    np.testing.assert_allclose(net.weight.asnumpy(), [[1, 1]])
    assert not cell(Tensor(np.ones((1, 2), np.float32)), label)[1].asnumpy()
    np.testing.assert_allclose(net.weight.asnumpy(), [[-1, -1]])


def test_level_o2_scales_by_itself():
    net = small_net()
    cell = amp.build_train_network(net, nn.SGD(net.trainable_params(), 0.1), nn.MSELoss(), "O2")
    loss, overflow, scale = cell(Tensor(np.ones((1, 1, 2, 2), np.float32)), Tensor(np.zeros((1, 2), np.float32)))
    assert np.isfinite(loss.asnumpy()) and scale.asnumpy() in (2**23, 2**24)
    assert overflow.asnumpy() == (scale.asnumpy() == 2**23)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: amp.StaticLossScaler(0), ValueError, "'scale_value' must be at least 1, got 0"),
        (lambda: amp.StaticLossScaler("a"), TypeError, "'scale_value' must be a number, got str"),
        (lambda: amp.DynamicLossScaler(8, 2, 0), ValueError, "'scale_window' must be at least 1"),
        (lambda: amp.DynamicLossScaler(8, 2, 1.5), TypeError, "'scale_window' must be int"),
        (lambda: amp.DynamicLossScaler(8, 2, 2).adjust(True), TypeError, "'grads_finite' must be Tensor, got bool"),
        (lambda: amp.all_finite(Tensor(1.0)), TypeError, "tuple or list of Tensors, got Tensor"),
        (lambda: amp.all_finite((1,)), TypeError, "all_finite"),
        (lambda: amp.all_finite(()), ValueError, "at least one tensor"),
        (lambda: amp.auto_mixed_precision(1, "O1"), TypeError, "'network' must be Cell, got int"),
        (lambda: amp.auto_mixed_precision(small_net(), "O9"), ValueError, "'amp_level' must be one of"),
        (lambda: amp.auto_mixed_precision(small_net(), "O2", nucella.float32), ValueError, "float16 or bfloat16"),
        (lambda: amp.auto_mixed_precision(1, "auto"), TypeError, "'network' must be Cell or a function, got int"),
        (lambda: amp.custom_mixed_precision(small_net()), ValueError, "either 'white_list' or 'black_list'"),
        (lambda: amp.custom_mixed_precision(small_net(), white_list=[1]), TypeError, "must be type, got int"),
        (lambda: amp.FixedLossScaleManager(0), ValueError, "'loss_scale' must be at least 1"),
        (lambda: amp.DynamicLossScaleManager(2, 0), ValueError, "'scale_factor' must be greater than 0"),
        (lambda: amp.DynamicLossScaleManager(2, 2, 0), ValueError, "'scale_window' must be at least 1"),
        (lambda: amp.build_train_network(small_net(), 1), TypeError, "'optimizer' must be Optimizer, got int"),
    ],
)
def test_errors(make, error, text):
    with pytest.raises(error, match=text):
        make()
