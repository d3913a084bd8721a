"""Pools as layers, functions and primitives: arguments, printing, relations between them."""

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, nn, ops


def numbers(*shape):
    count = int(np.prod(shape))
    return Tensor((np.arange(count) * 37 % 101 / 32 - 1.5).astype(np.float32).reshape(shape))


def equal(got, want):
    np.testing.assert_array_equal(got.asnumpy(), want.asnumpy() if isinstance(want, Tensor) else want)


def close(got, want):
    np.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(
    "net, text",
    [(nn.MaxPool1d(3), "MaxPool1d(kernel_size=(1, 3), stride=(1, 1), pad_mode=VALID)"),
     (nn.MaxPool1d(3, 2, "pad", 1), "MaxPool1d(kernel_size=(1, 1, 3), stride=(1, 1, 2), pad_mode=PAD)"),
     (nn.MaxPool3d((3, 3, 3), (1, 2, 2), "pad", 1),
      "MaxPool3d(kernel_size=(3, 3, 3), stride=(1, 2, 2), pad_mode=PAD)"),
     (nn.AvgPool1d(3), "AvgPool1d(kernel_size=(1, 3), stride=(1, 1), pad_mode=VALID)"),
     (nn.AvgPool1d(3, pad_mode="pad", padding=1), "AvgPool1d(kernel_size=3, stride=1, pad_mode=PAD)"),
     (nn.AvgPool3d(3), "AvgPool3d(kernel_size=3, stride=1, pad_mode=VALID)"), (nn.LPPool1d(2, 3), "LPPool1d()"),
     (nn.AdaptiveAvgPool2d((None, 3)), "AdaptiveAvgPool2d()"), (nn.AdaptiveMaxPool3d(3, True), "AdaptiveMaxPool3d()"),
     (nn.MaxUnpool2d(2), "MaxUnpool2d()"), (nn.FractionalMaxPool2d(2, output_size=2), "FractionalMaxPool2d()")],
)
def test_they_print_as_in_mindspore(net, text):
    assert repr(net) == text


@pytest.mark.parametrize(
    "make, error",
    [(lambda: nn.MaxPool1d((3,)), TypeError), (lambda: nn.MaxPool1d(3, dilation=2), ValueError),
     (lambda: nn.MaxPool1d(3, return_indices=True), ValueError), (lambda: nn.MaxPool3d(3, ceil_mode=True), ValueError),
     (lambda: nn.MaxPool3d(0), ValueError), (lambda: nn.AvgPool3d(3, padding=1), ValueError),
     (lambda: nn.AvgPool2d(3, divisor_override=0), ValueError), (lambda: nn.AvgPool2d(2.0), TypeError),
     (lambda: nn.AvgPool2d(3, pad_mode="same", ceil_mode=True), ValueError),
     (lambda: nn.AvgPool1d(3, pad_mode="pad", padding=2)(numbers(1, 1, 6)), ValueError),
     (lambda: nn.LPPool1d("2", 3), TypeError), (lambda: nn.AdaptiveAvgPool1d("a"), TypeError),
     (lambda: nn.AdaptiveAvgPool1d(0), ValueError), (lambda: nn.AdaptiveAvgPool2d((1, 2, 3)), ValueError),
     (lambda: nn.AdaptiveMaxPool2d((2, 2))(numbers(4, 4)), ValueError), (lambda: nn.FractionalMaxPool2d(2), ValueError),
     (lambda: nn.FractionalMaxPool2d(2, 2, 0.5), ValueError),
     (lambda: nn.FractionalMaxPool2d(2, output_ratio=1.5), ValueError),
     (lambda: nn.FractionalMaxPool3d(4, 3)(numbers(1, 1, 4, 6, 6)), ValueError),
     (lambda: nn.MaxUnpool1d(2)(numbers(1, 1, 2), Tensor([[[1, 9]]])), IndexError),
     (lambda: nn.MaxUnpool2d(2)(numbers(1, 1, 2), Tensor([[[1, 9]]]), (1,)), ValueError),
     (lambda: nn.MaxUnpool2d(2)(numbers(1, 1, 2), Tensor([[1, 9]])), ValueError)],
)
def test_they_refuse(make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_indices_tell_where_the_largest_lie(axes):
    x = numbers(2, 3, *[5, 6, 7][:axes])
    net = getattr(nn, f"MaxPool{axes}d")(3, 2, "pad", 1, return_indices=True)
    values, places = net(x)
    assert places.dtype == ms.int64 and values.shape == places.shape
    flat, at = x.asnumpy().reshape(2, 3, -1), places.asnumpy().reshape(2, 3, -1)
    equal(values.reshape(2, 3, -1), np.take_along_axis(flat, at, 2))
    one = net(x[0])
    equal(one[0], values[0])
    equal(one[1], places[0])


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_unpooling_puts_them_back(axes):
    x = numbers(1, 2, *[4, 6, 4][:axes])
    values, places = getattr(nn, f"MaxPool{axes}d")(2, 2, "pad", return_indices=True)(x)
    back = getattr(nn, f"MaxUnpool{axes}d")(2)(values, places)
    assert back.shape == x.shape
    kept = back.asnumpy() != 0
    np.testing.assert_array_equal(back.asnumpy()[kept], x.asnumpy()[kept])
    assert kept.sum() == values.size
    larger = getattr(ops, f"max_unpool{axes}d")(values, places, 2, output_size=(*x.shape[:-1], x.shape[-1] + 1))
    assert larger.shape == (*x.shape[:-1], x.shape[-1] + 1)


def test_of_several_elements_for_one_place_the_last_stays():
    equal(ops.max_unpool2d(Tensor([[[[4.0, 6.0]]]]), Tensor([[[[1, 1]]]]), 2), [[[[0, 6, 0, 0], [0, 0, 0, 0]]]])


@pytest.mark.parametrize("kind", ["Avg", "Max"])
def test_adaptive_pools_take_every_element(kind):
    x = numbers(1, 2, 5, 7)
    pool = getattr(nn, f"Adaptive{kind}Pool2d")
    reduce = np.mean if kind == "Avg" else np.max
    got = pool((2, 3))(x).asnumpy()
    rows, columns = [(0, 3), (2, 5)], [(0, 3), (2, 5), (4, 7)]
    for i, (top, bottom) in enumerate(rows):
        for j, (left, right) in enumerate(columns):
            want = reduce(x.asnumpy()[:, :, top:bottom, left:right], axis=(2, 3))
            np.testing.assert_allclose(got[:, :, i, j], want, rtol=1e-6)
    close(pool((None, 1))(x), pool((5, 1))(x))
    close(pool(1)(x[0]), pool(1)(x)[0])
    assert pool((7, 9))(x).shape == (1, 2, 7, 9)


def test_adaptive_maxima_know_their_places():
    x = numbers(2, 3, 4, 5, 6)
    values, places = nn.AdaptiveMaxPool3d((2, 3, 4), return_indices=True)(x)
    assert places.dtype == ms.int32 and nn.AdaptiveMaxPool2d(1, True)(numbers(1, 2, 3))[1].dtype == ms.int64
    at = places.asnumpy().reshape(2, 3, -1).astype(np.int64)
    equal(values.reshape(2, 3, -1), np.take_along_axis(x.asnumpy().reshape(2, 3, -1), at, 2))
    gradient = ms.grad(lambda t: ops.adaptive_max_pool2d(t, 1).sum())(ops.ones((1, 1, 2, 2), ms.float32))
    equal(gradient, [[[[1, 0], [0, 0]]]])  # of equal elements the first


def test_fractional_windows_follow_the_samples():
    x = Tensor(np.arange(56, dtype=np.float32).reshape(1, 1, 7, 8))
    net = nn.FractionalMaxPool2d(2, 3, return_indices=True, _random_samples=Tensor([[[0.3, 0.7]]], ms.float32))
    values, places = net(x)
    equal(places, [[[[9, 12, 15], [33, 36, 39], [49, 52, 55]]]])  # MindSpore's
    equal(values, places.asnumpy().astype(np.float32))
    volume = nn.FractionalMaxPool3d(2, 2, return_indices=True, _random_samples=Tensor([[[0.3, 0.9, 0.1]]], ms.float32))
    places = volume(Tensor(np.arange(210, dtype=np.float32).reshape(1, 1, 5, 6, 7)))[1]
    equal(places, [[[[[50, 55], [78, 83]], [[176, 181], [204, 209]]]]])  # MindSpore's
    ms.set_seed(3)
    random = nn.FractionalMaxPool2d(2, output_ratio=(0.5, 0.3))
    first, second = random(numbers(2, 3, 9, 10)), random(numbers(2, 3, 9, 10))
    assert first.shape == (2, 3, 4, 3) and (first.asnumpy() != second.asnumpy()).any()
    ms.set_seed(3)
    equal(random(numbers(2, 3, 9, 10)), first)


def test_layers_are_functions():
    x = numbers(1, 2, 6, 6)
    close(ops.avg_pool2d(x, 3, 2, 1, True, False), nn.AvgPool2d(3, 2, "pad", 1, True, False)(x))
    close(ops.max_pool2d(x, 3, 2, 1, 1, ceil_mode=True), nn.MaxPool2d(3, 2, "pad", 1, ceil_mode=True)(x))
    close(ops.lp_pool2d(x.abs(), 3.0, 2), nn.LPPool2d(3.0, 2)(x.abs()))
    close(ops.avg_pool2d(x, 2, 2, divisor_override=3), nn.AvgPool2d(2, 2)(x) * (4 / 3))
    volume = numbers(1, 2, 4, 4, 4)
    close(ops.avg_pool3d(volume, 2, 2), nn.AvgPool3d(2, 2)(volume))
    close(ops.max_pool3d(volume, 2, return_indices=True)[0], nn.MaxPool3d(2, 2)(volume))


def test_primitives():
    x = numbers(1, 2, 4, 6)
    values, places = ops.MaxPoolWithArgmax(2, 2)(x)
    assert places.dtype == ms.int32
    equal(values, ops.max_pool2d(x, 2))
    equal(ops.MaxPoolWithArgmaxV2(2)(x)[1], places.asnumpy().astype(np.int64))
    equal(ops.AdaptiveMaxPool2D((2, 3))(x)[0], values)
    close(ops.AdaptiveAvgPool2D((None, 3))(x), nn.AdaptiveAvgPool2d((4, 3))(x))
    volume = numbers(1, 2, 4, 4, 6)
    close(ops.AvgPool3D(2, 2)(volume), nn.AvgPool3d(2, 2)(volume))
    equal(ops.MaxPool3D(2, 2)(volume), nn.MaxPool3d(2, 2)(volume))
    assert ops.MaxUnpool2D(2)(values, places).shape == x.shape
    for wrong, error in ((lambda: ops.AdaptiveAvgPool2D((1, 2, 3)), ValueError),
     (lambda: ops.MaxPool3D([1]), TypeError)):
        with pytest.raises(error):
            wrong()
