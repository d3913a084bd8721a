"""Borders, other sizes, shuffled pixels, patches, likeness of images, and small layers."""

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, nn, ops


def numbers(*shape):
    count = int(np.prod(shape))
    return Tensor((np.arange(count) * 37 % 101 / 32 - 1.5).astype(np.float32).reshape(shape))


def equal(got, want):
    np.testing.assert_array_equal(got.asnumpy(), want)


def close(got, want, tolerance=2e-5):
    np.testing.assert_allclose(got.asnumpy(), want, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    "mode, numpys", [("reflect", "reflect"), ("replicate", "edge"), ("circular", "wrap"), ("constant", "constant")])
def test_borders_are_numpys(mode, numpys):
    x = numbers(2, 4, 5)
    equal(ops.pad(x, (3, 1, 2, 3), mode), np.pad(x.asnumpy(), ((0, 0), (2, 3), (3, 1)), numpys))


def test_border_layers():
    x = numbers(2, 3, 4)
    equal(nn.Pad(((1, 0), (0, 2), (3, 1)), "SYMMETRIC")(x), np.pad(x.asnumpy(), ((1, 0), (0, 2), (3, 1)), "symmetric"))
    equal(nn.ReflectionPad2d(2)(x), np.pad(x.asnumpy(), ((0, 0), (2, 2), (2, 2)), "reflect"))
    equal(nn.ReplicationPad3d((1, 0, 2, 1, 0, 3))(x), np.pad(x.asnumpy(), ((0, 3), (2, 1), (1, 0)), "edge"))
    equal(nn.ConstantPad2d((1, -1), 0.5)(x),
          np.pad(x.asnumpy(), ((0, 0), (0, 0), (1, 0)), constant_values=0.5)[..., :-1])
    equal(ops.PadV3("edge")(x, Tensor([1, 2])), np.pad(x.asnumpy(), ((0, 0), (0, 0), (1, 2)), "edge"))
    equal(ops.PadV3("constant", False)(x, (1, 0, 2, 3), 7),
          np.pad(x.asnumpy(), ((0, 0), (0, 3), (1, 2)), constant_values=7))
    equal(ops.MirrorPad()(x, ((0, 0), (1, 1), (2, 0))), np.pad(x.asnumpy(), ((0, 0), (1, 1), (2, 0)), "reflect"))
    equal(ops.Pad(((0, 0), (1, 1), (2, 0)))(x), np.pad(x.asnumpy(), ((0, 0), (1, 1), (2, 0))))


@pytest.mark.parametrize(
    "make, error",
    [(lambda: nn.Pad([(1, 1)]), TypeError), (lambda: nn.Pad(((1, 1),), mode="X"), ValueError),
     (lambda: nn.Pad(((1, 1),))(numbers(2, 2)), ValueError),
     (lambda: nn.Pad(((3, 0),), "REFLECT")(numbers(3)), ValueError),
     (lambda: nn.ConstantPad1d((1, 2, 3), 0.5), ValueError), (lambda: nn.ConstantPad1d("1", 0.5), TypeError),
     (lambda: nn.ConstantPad1d((1, 1, 1, 1), 0.5), ValueError), (lambda: nn.ConstantPad2d((1, 2), "0.5"), TypeError),
     (lambda: nn.ReflectionPad1d((-1, 2)), ValueError), (lambda: nn.ReflectionPad1d(3)(numbers(1, 1, 3)), ValueError),
     (lambda: ops.pad(numbers(2, 3), (1, 2), "x"), ValueError),
     (lambda: ops.pad(numbers(2, 3), (1, 2), "reflect", 2), ValueError),
     (lambda: ops.interpolate(numbers(1, 1, 3)), ValueError), (lambda: ops.interpolate(numbers(1, 3), 2), ValueError),
     (lambda: ops.interpolate(numbers(1, 1, 3), 2, 2.0), ValueError),
     (lambda: ops.interpolate(numbers(1, 1, 3), 2, mode="cubic"), ValueError),
     (lambda: ops.interpolate(numbers(1, 1, 3, 3), 2, mode="linear"), ValueError),
     (lambda: ops.interpolate(numbers(1, 1, 3), 2, align_corners=True), ValueError),
     (lambda: nn.PixelShuffle("a"), TypeError), (lambda: nn.PixelShuffle(0), ValueError),
     (lambda: nn.PixelShuffle(2)(numbers(3, 1, 1)), ValueError), (lambda: nn.ChannelShuffle(0), ValueError),
     (lambda: nn.ChannelShuffle("1"), TypeError), (lambda: nn.Unfold([2, 2], [1] * 4, [1] * 4), ValueError),
     (lambda: nn.Unfold([1, 2, 2, 1], [1] * 4, [1] * 4, "pad"), ValueError), (lambda: nn.PSNR(True), TypeError),
     (lambda: nn.PSNR(-1), ValueError), (lambda: nn.CentralCrop(1), TypeError),
     (lambda: nn.CentralCrop(1.5), ValueError),
     (lambda: nn.BiDense(0, 3, 4), ValueError), (lambda: nn.BiDense("a", 3, 4), TypeError),
     (lambda: nn.RReLU(0.5, 0.1), ValueError), (lambda: nn.RReLU("a"), TypeError),
     (lambda: nn.Dropout1d(2.0), ValueError),
     (lambda: nn.Dropout2d("a"), TypeError), (lambda: nn.L1Regularizer(0), ValueError)],
)
def test_they_refuse(make, error):
    with pytest.raises(error):
        make()


def test_sizes_and_factors():
    x = numbers(1, 2, 4, 6)
    equal(ops.interpolate(x, scale_factor=0.5), x.asnumpy()[:, :, ::2, ::2])
    equal(ops.upsample(x, scale_factor=(2.0, 1.0)), x.asnumpy().repeat(2, 2))
    close(ops.interpolate(x, scale_factor=0.5, mode="area"), nn.AvgPool2d(2, 2)(x).asnumpy())
    close(ops.interpolate(x, size=(4, 6), mode="bicubic"), x.asnumpy())
    given = ops.interpolate(x, scale_factor=1.3, mode="bilinear").asnumpy()
    computed = ops.interpolate(x, scale_factor=1.3, mode="bilinear", recompute_scale_factor=True).asnumpy()
    assert given.shape == computed.shape == (1, 2, 5, 7) and abs(given - computed).max() > 1e-3
    half = ops.interpolate(x.astype(ms.float16), size=(5, 5), mode="bilinear")
    assert half.dtype == ms.float16
    close(half, ops.interpolate(x, size=(5, 5), mode="bilinear").asnumpy(), 2e-3)


def test_cubic_interpolation_as_mindspore():
    x = Tensor(np.arange(9, dtype=np.float32).reshape(1, 1, 3, 3))
    got = ops.interpolate(x, (5, 4), mode="bicubic")[0, 0]
    close(got[0], [-0.2788155, 0.33001822, 1.2168282, 1.8256621], 4e-4)  # MindSpore rounds its weights
    aligned = ops.interpolate(x, (5, 4), mode="bicubic", align_corners=True)[0, 0]
    close(aligned[1], [1.21875, 1.7931769, 2.6443233, 3.21875], 4e-4)


def test_pixels_and_patches():
    x = numbers(2, 8, 3, 4)
    equal(nn.PixelUnshuffle(2)(nn.PixelShuffle(2)(x)), x.asnumpy())
    equal(ops.SpaceToDepth(2)(ops.DepthToSpace(2)(x)), x.asnumpy())
    equal(nn.ChannelShuffle(4)(nn.ChannelShuffle(2)(x)), x.asnumpy())
    columns = ops.unfold(x, (2, 3), 1, 0, 1)
    assert columns.shape == (2, 48, 4)
    equal(columns[0, :6, 0], x.asnumpy()[0, 0, :2, :3].ravel())
    counts = ops.fold(ops.ones_like(columns), (3, 4), (2, 3))
    close(ops.fold(columns, (3, 4), (2, 3)), (x * counts).asnumpy())
    equal(ops.Im2Col((2, 3))(x).reshape(2, 48, 4), columns.asnumpy())
    patches = nn.Unfold([1, 2, 3, 1], [1] * 4, [1] * 4)(x)
    assert patches.shape == (2, 48, 2, 2)
    equal(patches[0, :8, 1, 0], x.asnumpy()[0, :, 1, 0])  # the channels of the first place of the patch
    assert nn.Unfold([1, 2, 2, 1], [1, 2, 2, 1], [1] * 4, "same")(x).shape == (2, 32, 2, 2)


def test_likeness_of_images():
    a, b = numbers(2, 3, 16, 16) / 4, numbers(2, 3, 16, 16) / 5
    error = ((a - b) ** 2).asnumpy().mean(axis=(1, 2, 3))
    close(nn.PSNR(2.0)(a, b), 10 * np.log10(4 / error), 1e-4)
    close(nn.SSIM()(a, a), np.ones(2), 1e-5)
    high = nn.SSIM()(a, b).asnumpy()
    assert (nn.SSIM()(a, -b).asnumpy() < high).all() and (high > 0.9).all() and (high < 1).all()
    # One window that covers the whole image, by the formula of the paper.
    one, other = (t.asnumpy()[:, :1, :5, :5] for t in (a, b))
    line = np.exp(-((np.arange(5) - 2) ** 2) / (2 * 1.5**2))
    window = np.outer(line, line) / np.outer(line, line).sum()
    mean = [(window * x).sum(axis=(2, 3)) for x in (one, other)]
    spread = [(window * x * x).sum(axis=(2, 3)) - m**2 for x, m in zip((one, other), mean)]
    shared = (window * one * other).sum(axis=(2, 3)) - mean[0] * mean[1]
    bright = (2 * mean[0] * mean[1] + 1e-4) / (mean[0] ** 2 + mean[1] ** 2 + 1e-4)
    want = bright * (2 * shared + 9e-4) / (sum(spread) + 9e-4)
    close(nn.SSIM(filter_size=5)(Tensor(one), Tensor(other)), want[:, 0], 1e-4)
    whole = nn.MSSSIM(power_factors=(1.0,))(a, b)
    close(whole, high, 1e-5)
    same = ops.ones((1, 1, 4, 4), ms.float32)
    for net in (nn.PSNR(), nn.SSIM(filter_size=3)):
        with pytest.raises(ValueError):
            net(same, ops.ones((1, 1, 4, 5), ms.float32))
        with pytest.raises(TypeError):
            net(same, same.astype(ms.float16))
    with pytest.raises(ValueError):
        nn.SSIM()(same, same)
    bright = Tensor(np.full((1, 1, 2, 2), 255, np.uint8))
    close(nn.PSNR(255)(bright, Tensor(np.zeros((1, 1, 2, 2), np.uint8))), [0.0])


def test_small_layers():
    x = numbers(4, 5)
    close(nn.Norm(1)(nn.ClipByNorm(axis=1)(x, Tensor(0.5))), np.full(4, 0.5))
    equal(ms.grad(lambda t: nn.ClipByNorm()(t, Tensor(1.0)).sum())(Tensor([0.0, 0.0])), [1.0, 1.0])
    slopes = nn.RReLU(0.25, 0.5)(ops.ones((1000,), ms.float32) * -1).asnumpy()
    assert -0.5 <= slopes.min() < -0.45 and -0.3 < slopes.max() <= -0.25
    net = nn.Dropout2d(0.5).set_train()
    kept = net(ops.ones((8, 16, 3, 3), ms.float32)).asnumpy()
    assert set(np.unique(kept)) == {0.0, 2.0} and (kept == kept[:, :, :1, :1]).all()
    assert repr(nn.BiDense(2, 3, 4)) == "BiDense(in1_channels=2, in2_channels=3, output_channels=4, has_bias=True)"
    assert nn.BiDense(2, 3, 4, has_bias=False).bias is None
    assert repr(nn.Norm()) == "Norm(axis=(), keep_dims=False)"
    equal(nn.LeakyReLU(0.5)(Tensor(np.array([1, 2], np.uint32))), [1.0, 2.0])
