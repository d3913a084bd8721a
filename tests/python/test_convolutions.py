"""Convolutions of signals and volumes, and transposed ones: arguments, printing, relations between them."""

import numpy as np
import pytest

import nucella as ms
from nucella import Tensor, nn, ops


def numbers(*shape):
    count = int(np.prod(shape))
    return Tensor((np.arange(count) * 37 % 101 / 32 - 1.5).astype(np.float32).reshape(shape))


def close(got, want):
    np.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(
    "net, text",
    [(nn.Conv1d(3, 4, 3, weight_init="ones"),
      "Conv1d(input_channels=3, output_channels=4, kernel_size=(1, 3), stride=(1, 1), pad_mode=same, "
      "padding=(0, 0, 0, 0), dilation=(1, 1), group=1, has_bias=False, weight_init=ones, bias_init=None, format=NCHW)"),
     (nn.Conv1d(3, 4, 3, pad_mode="pad", padding=1, weight_init="ones"),
      "Conv1d(input_channels=3, output_channels=4, kernel_size=(1, 3), stride=(1, 1), pad_mode=pad, "
      "padding=(0, 0, 1, 1), dilation=(1, 1), group=1, has_bias=False, weight_init=ones, bias_init=None, format=NCHW)"),
     (nn.Conv3d(3, 4, 3, weight_init="ones"),
      "Conv3d(input_channels=3, output_channels=4, kernel_size=(3, 3, 3), stride=(1, 1, 1), pad_mode=same, "
      "padding=0, dilation=(1, 1, 1), group=1, has_bias=False, weight_init=ones, bias_init=None, format=NCDHW)"),
     (nn.Conv2dTranspose(3, 4, 3, stride=2, pad_mode="pad", padding=1, output_padding=1, weight_init="ones"),
      "Conv2dTranspose(input_channels=3, output_channels=4, kernel_size=(3, 3), stride=(2, 2), pad_mode=pad, "
      "padding=1, dilation=(1, 1), group=1, has_bias=False, weight_init=ones, bias_init=None, format=NCHW)")],
)
def test_they_print_as_in_mindspore(net, text):
    assert repr(net) == text


def test_attributes():
    conv = nn.Conv1d(4, 6, 3, stride=2, dilation=2, group=2)
    assert (conv.kernel_size, conv.stride, conv.dilation, conv.padding) == ((1, 3), (1, 2), (1, 2), (0, 0, 0, 0))
    assert conv.weight.shape == (6, 2, 1, 3)
    assert nn.Conv1dTranspose(4, 6, 3, group=2).weight.shape == (4, 3, 1, 3)
    assert nn.Conv2dTranspose(4, 6, (3, 2), group=2).weight.shape == (4, 3, 3, 2)
    volume = nn.Conv3dTranspose(4, 6, 3, pad_mode="pad", padding=(1, 1, 2, 2, 0, 0), output_padding=0, has_bias=True)
    assert (volume.weight.shape, volume.bias.shape) == ((4, 6, 3, 3, 3), (6,))
    assert (volume.padding, volume.output_padding, volume.data_format) == ((1, 1, 2, 2, 0, 0), 0, "NCDHW")
    assert nn.Conv2d(1, 1, 3).padding == 0 and nn.Conv3d(1, 1, 3, pad_mode="pad", padding=2).padding == 2


def test_a_weight_of_signals_has_no_height():
    weight = numbers(4, 3, 2)
    conv = nn.Conv1d(3, 4, 2, weight_init=weight)
    assert conv.weight.shape == (4, 3, 1, 2)
    close(conv(numbers(2, 3, 5)), ops.conv1d(numbers(2, 3, 5), weight, pad_mode="same"))


@pytest.mark.parametrize(
    "make, error",
    [(lambda: nn.Conv1d(3, 4, (3,)), TypeError), (lambda: nn.Conv1d(3, 4, 3, stride=(1,)), TypeError),
     (lambda: nn.Conv1d(3, 4, 3, pad_mode="pad", padding=(1, 2)), TypeError), (lambda: nn.Conv1d(3, 4, 0), ValueError),
     (lambda: nn.Conv3d(3, 4, (3, 3)), TypeError), (lambda: nn.Conv3d(3, 4, 3, data_format="NCHW"), ValueError),
     (lambda: nn.Conv3d(3, 4, 3, pad_mode="pad", padding=(1, 2, 3)), ValueError),
     (lambda: nn.Conv2dTranspose(3, 4, 3, group=2), ValueError),
     (lambda: nn.Conv2dTranspose(3, 4, 3, output_padding=-1), ValueError),
     (lambda: nn.Conv1d(1, 1, 3)(numbers(1, 5)), ValueError),
     (lambda: nn.Conv3d(1, 1, 3)(numbers(1, 1, 5, 5)), ValueError),
     (lambda: nn.Conv1dTranspose(1, 1, 3)(numbers(1, 5)), ValueError),
     (lambda: nn.Conv2dTranspose(1, 1, 3, 2, "same", output_padding=1)(numbers(1, 1, 3, 3)), ValueError),
     (lambda: nn.Conv2dTranspose(1, 1, 3, 2, "pad", output_padding=2)(numbers(1, 1, 3, 3)), ValueError),
     (lambda: ops.conv2d(numbers(1, 1, 5, 5), numbers(1, 1, 2, 2), padding=1), ValueError),
     (lambda: ops.conv1d(numbers(1, 1, 5), numbers(1, 1, 2), padding=1), ValueError)],
)
def test_they_refuse(make, error):
    with pytest.raises(error):
        make()


def test_one_slice_of_a_volume_is_an_image():
    x, weight = numbers(2, 4, 6, 7), numbers(6, 2, 3, 2)
    image = ops.conv2d(x, weight, numbers(6), (2, 1), "pad", (1, 0), groups=2)
    volume = ops.conv3d(x.expand_dims(2), weight.expand_dims(2), numbers(6), (1, 2, 1), "pad", (0, 1, 0), groups=2)
    close(volume.squeeze(2), image)


@pytest.mark.parametrize("pad_mode, padding", [("same", 0), ("valid", 0), ("pad", 1)])
@pytest.mark.parametrize("axes", [1, 2, 3])
def test_a_transposed_convolution_is_a_derivative(axes, pad_mode, padding):
    forward = getattr(nn, f"Conv{axes}d")(2, 3, 3, 2, pad_mode, padding, weight_init=0.5)
    backward = getattr(nn, f"Conv{axes}dTranspose")(3, 2, 3, 2, pad_mode, padding, weight_init=0.5)
    dy = numbers(1, 3, *[3] * axes)
    dx = backward(dy)
    x = numbers(*dx.shape)
    assert forward(x).shape == dy.shape
    close(ms.grad(lambda t: (forward(t) * dy).sum())(x), dx)


def test_output_padding_adds_places():
    x = numbers(1, 2, 3, 3)
    nets = [nn.Conv2dTranspose(2, 1, 3, 2, "pad", 1, more, weight_init="ones") for more in (0, 1)]
    small, large = (net(x) for net in nets)
    assert (small.shape, large.shape) == ((1, 1, 5, 5), (1, 1, 6, 6))
    close(large[:, :, :5, :5], small)
    spread = ops.conv_transpose2d(x, numbers(2, 1, 3, 3), None, 2, 0, 2, dilation=3)
    assert spread.shape == (1, 1, 13, 13) and not spread[:, :, 12:].asnumpy().any()


def test_primitives():
    x, weight = numbers(1, 2, 4, 5, 5), numbers(3, 2, 2, 2, 2)
    conv = ops.Conv3D(3, 2, pad_mode="pad", pad=1, stride=2)
    assert conv.stride == (1, 1, 2, 2, 2) and conv.pad == (1,) * 6
    close(conv(x, weight), ops.conv3d(x, weight, None, 2, "pad", 1))
    dout = numbers(1, 3, 2, 2)
    w = numbers(3, 2, 2, 2)
    close(ops.Conv2DTranspose(3, 2, stride=2)(dout, w, (1, 2, 4, 4)), ops.conv_transpose2d(dout, w, None, 2))
    assert ops.Conv3DTranspose(2, 3, 2, stride=2)(numbers(1, 2, 2, 2, 2), numbers(2, 3, 2, 2,
        2)).shape == (1, 3, 4, 4, 4)
    for wrong, error in ((lambda: ops.Conv3D(1, [2]), TypeError), (lambda: ops.Conv3D(1, 2, mode=3), ValueError),
                         (lambda: ops.Conv3D(1, 2, pad=(1, 2)), ValueError)):
        with pytest.raises(error):
            wrong()
