"""Writes layers.json with MindSpore 2.10: results and gradients of layers and functions on the CPU.

A case is an expression (what MindSpore and nucella evaluate alike), the shapes of its inputs ("i4: 3,2" are class
numbers below 4, "b:" bits, "s:" signs, "p:" positive, "q:" the
same without a gradient), and whether the layer is training. W(*shape) is a Tensor of values(). Inputs, weights of the loss and parameters follow from values().

usage: GLOG_v=3 python make_layers.py > layers.json
"""
import json
import sys

import numpy as np
import mindspore as ms
from mindspore import Tensor, mint, nn, ops

CASES = {
    "batch_norm_1d": ("nn.BatchNorm1d(3)", ["4,3"], True),
    "batch_norm_1d_long": ("nn.BatchNorm1d(3, momentum=0.6, eps=1e-3)", ["4,3,5"], True),
    "batch_norm_2d": ("nn.BatchNorm2d(3, gamma_init=2, beta_init=0.5, momentum=0.8)", ["2,3,4,2"], True),
    "batch_norm_2d_still": ("nn.BatchNorm2d(3, moving_mean_init=0.25, moving_var_init=2)", ["2,3,4,2"], False),
    "batch_norm_2d_batch": ("nn.BatchNorm2d(3, use_batch_statistics=True)", ["2,3,4,2"], False),
    "batch_norm_2d_moving": ("nn.BatchNorm2d(3, use_batch_statistics=False)", ["2,3,4,2"], True),
    "batch_norm_2d_fixed": ("nn.BatchNorm2d(3, affine=False)", ["2,3,4,2"], True),
    "batch_norm_3d": ("nn.BatchNorm3d(3)", ["2,3,2,2,2"], True),
    "layer_norm": ("nn.LayerNorm((5,))", ["4,5"], True),
    "layer_norm_axes": ("nn.LayerNorm((3, 4), 1, 1, gamma_init='ones', epsilon=1e-3)", ["2,3,4"], True),
    "layer_norm_uneven": ("nn.LayerNorm((4,), 1, 2)", ["2,3,4"], True),
    "group_norm": ("nn.GroupNorm(2, 4)", ["2,4,3,3"], True),
    "group_norm_one": ("nn.GroupNorm(1, 4, eps=1e-2, gamma_init=0.5)", ["2,4,3,3"], True),
    **{f"conv_{i}": (expression, [shape], True) for i, (expression, shape) in enumerate([
        ("nn.Conv1d(3, 4, 3, has_bias=True, weight_init=W(4, 3, 3), bias_init=W(4))", "2,3,7"),
        ("nn.Conv1d(2, 4, 2, 2, 'pad', 1, 2, 2, weight_init=W(4, 1, 2))", "1,2,8"),
        ("nn.Conv2d(2, 4, (3, 2), (2, 1), 'pad', (1, 0, 2, 1), 1, 2, weight_init=W(4, 1, 3, 2))", "1,2,6,7"),
        ("nn.Conv3d(2, 3, 2, has_bias=True, weight_init=W(3, 2, 2, 2, 2), bias_init=W(3))", "1,2,3,4,3"),
        ("nn.Conv3d(2, 3, (1, 3, 2), (1, 2, 1), 'pad', (0, 0, 1, 1, 1, 0), weight_init=W(3, 2, 1, 3, 2))", "1,2,2,5,4"),
        ("nn.Conv1dTranspose(3, 2, 3, 2, 'pad', 1, has_bias=True, weight_init=W(3, 2, 3), bias_init=W(2))", "1,3,5"),
        ("nn.Conv1dTranspose(2, 2, 2, 2, weight_init=W(2, 2, 2))", "1,2,5"),
        # Not output_padding of Conv2dTranspose: MindSpore, unlike its Conv3dTranspose, fills it with zeros.
        ("nn.Conv2dTranspose(4, 2, 3, 2, group=2, weight_init=W(4, 1, 3, 3))", "1,4,3,4"),
        ("nn.Conv2dTranspose(2, 3, (2, 3), 2, has_bias=True, weight_init=W(2, 3, 2, 3), bias_init=W(3))", "1,2,3,4"),
        ("nn.Conv2dTranspose(2, 3, 2, 3, 'valid', weight_init=W(2, 3, 2, 2))", "1,2,3,3"),
        ("nn.Conv3dTranspose(2, 2, 2, 2, weight_init=W(2, 2, 2, 2, 2))", "1,2,2,2,3"),
        ("nn.Conv3dTranspose(2, 2, 3, 2, 'pad', 1, output_padding=1, weight_init=W(2, 2, 3, 3, 3))", "1,2,2,2,3"),
        ("lambda x: ops.conv1d(x, W(4, 3, 2), W(4), 2, 'pad', 1)", "2,3,5"),
        ("lambda x: ops.conv2d(x, W(4, 3, 2, 2), W(4), 2, 'pad', (1, 0))", "1,3,5,4"),
        ("lambda x: ops.conv3d(x, W(2, 2, 2, 2, 2), W(2), pad_mode='same')", "1,2,3,4,2")])},
    **{f"pool_{i}": (expression, [shape], True) for i, (expression, shape) in enumerate([
        ("nn.MaxPool1d(3, 2)", "2,3,9"), ("nn.MaxPool1d(2, 2, 'pad', 1, 2, ceil_mode=True)", "3,8"),
        ("nn.MaxPool2d((3, 2), 2, 'pad', (1, 0), ceil_mode=True)", "2,5,6"), ("nn.MaxPool2d(3, 2, 'same')", "1,2,5,6"),
        ("nn.MaxPool3d(2, 2)", "1,2,2,4,5"), ("nn.MaxPool3d((2, 3, 2), 1, 'pad', (1, 1, 0), (1, 1, 2))", "1,1,3,5,6"),
        ("nn.AvgPool1d(3, 2)", "2,3,9"), ("nn.AvgPool1d(3, 2, 'pad', 1, True)", "2,3,8"),
        ("nn.AvgPool1d(3, 2, 'same')", "3,8"), ("nn.AvgPool2d(3, 2, 'same')", "1,2,6,6"),
        ("nn.AvgPool2d((3, 2), 2, 'pad', 1, True, False)", "1,2,6,5"),
        ("nn.AvgPool2d(3, 2, 'pad', 1, divisor_override=2)", "2,6,5"), ("nn.AvgPool3d(2, 1)", "1,2,3,4,4"),
        ("nn.AvgPool3d((2, 3, 3), 2, 'same')", "1,2,3,4,4"), ("nn.AvgPool3d(3, 2, 'pad', 1, True)", "1,2,3,4,6"),
        ("nn.LPPool1d(2, 3, 2)", "p: 2,3,9"), ("nn.LPPool2d(3, (2, 3), ceil_mode=True)", "p: 1,2,5,7"),
        ("nn.AdaptiveAvgPool1d(3)", "2,3,6"), ("nn.AdaptiveAvgPool2d((3, 2))", "1,2,5,6"),
        ("nn.AdaptiveAvgPool2d((None, 3))", "2,5,7"), ("nn.AdaptiveAvgPool3d((2, 3, 1))", "1,2,3,4,4"),
        ("nn.AdaptiveMaxPool1d(2)", "2,3,6"), ("nn.AdaptiveMaxPool2d((3, 2))", "1,2,5,6"),
        ("nn.AdaptiveMaxPool3d((2, 3, 1))", "1,2,3,4,4"),
        ("nn.FractionalMaxPool3d(2, (2, 3, 2), _random_samples=Tensor([[[0.3, 0.9, 0.6]]], ms.float32))", "1,1,4,5,5"),
        ("lambda x: nn.MaxUnpool1d(2)(x, Tensor([[[1, 2, 5]]]))", "1,1,3"),
        ("lambda x: ops.max_unpool2d(x, Tensor([[[[1, 3, 10]]]]), 2, output_size=(3, 6))", "1,1,1,3"),
        ("lambda x: ops.max_pool2d(x, 2, return_indices=True)[0]", "1,2,5,6")])},
    **{f"border_{i}": (expression, [shape], True) for i, (expression, shape) in enumerate([
        ("nn.Pad(((1, 0), (2, 1)))", "2,4"), ("nn.Pad(((0, 1), (2, 1)), 'REFLECT')", "2,4"),
        ("nn.Pad(((2, 1), (2, 4)), 'SYMMETRIC')", "2,4"), ("nn.ConstantPad1d((2, -1), 0.5)", "2,4"),
        ("nn.ConstantPad2d((1, 2, 0, 1), -1)", "2,3,4"), ("nn.ConstantPad3d(1, 0.25)", "1,2,2,3"),
        ("nn.ZeroPad2d((1, -1, 0, 2))", "1,2,3,4"), ("nn.ReflectionPad1d((3, 1))", "2,4"),
        ("nn.ReflectionPad2d((1, 2, 2, 0))", "2,3,4"), ("nn.ReflectionPad3d((1, 0, 2, 1, 1, 1))", "1,2,3,3"),
        ("nn.ReplicationPad1d((1, 2))", "1,2,4"), ("nn.ReplicationPad2d((1, 2, 0, 3))", "1,3,4"),
        ("nn.ReplicationPad3d(1)", "1,2,2,3"), ("lambda x: ops.pad(x, (3, 1), 'circular')", "1,2,4")])},
    **{f"image_{i}": (expression, [shape], True) for i, (expression, shape) in enumerate([
        ("nn.Upsample(size=(5, 4), mode='bilinear')", "1,2,3,3"),
        ("nn.Upsample(size=(5, 4), mode='bilinear', align_corners=True)", "1,2,3,3"),
        ("lambda x: ops.interpolate(x, size=7)", "1,2,4"), ("lambda x: ops.interpolate(x, (5, 2))", "1,2,3,4"),
        ("lambda x: ops.interpolate(x, (3, 2, 4))", "1,1,2,3,3"), ("lambda x: ops.interpolate(x, 7, mode='linear')", "1,2,4"),
        ("lambda x: ops.interpolate(x, (3, 4, 3), mode='trilinear')", "1,1,2,3,2"),
        ("lambda x: ops.interpolate(x, (3, 3), mode='area')", "1,2,5,4"),
        ("nn.PixelShuffle(2)", "2,8,2,3"), ("nn.PixelUnshuffle(3)", "2,3,6"), ("nn.ChannelShuffle(3)", "2,6,2"),
        ("nn.CentralCrop(0.5)", "2,5,7"), ("lambda x: ops.unfold(x, (2, 3), 1, (1, 0), 2)", "1,2,4,5"),
        ("lambda x: ops.fold(x, Tensor([4, 5], ms.int32), (2, 3), 1, (1, 0), 2)", "1,12,6"),
        ("lambda x: nn.ImageGradients()(x)[0]", "1,2,3,4")])},
    "bidense": ("nn.BiDense(2, 3, 4, weight_init=W(4, 2, 3), bias_init=W(4))", ["5,2", "5,3"], True),
    "norm": ("nn.Norm(1, True)", ["3,4"], True),
    "clip_by_norm_layer": ("lambda x: nn.ClipByNorm()(x, Tensor(0.5))", ["3,4"], True),
    "l1_regularizer": ("nn.L1Regularizer(0.5)", ["3,4"], True),
    "unflatten": ("nn.Unflatten(1, (2, -1))", ["2,6,2"], True),
    "cross_entropy": ("nn.CrossEntropyLoss()", ["4,3", "i3: 4"], True),
    "cross_entropy_smooth": ("nn.CrossEntropyLoss(reduction='sum', label_smoothing=0.2)", ["4,3", "i3: 4"], True),
    "cross_entropy_ignore": ("nn.CrossEntropyLoss(ignore_index=1, reduction='none')", ["4,3", "i3: 4"], True),
    "cross_entropy_weight": (
        "nn.CrossEntropyLoss(weight=Tensor([0.5, 1.0, 2.0]))", ["4,3", "i3: 4"], True),
    "cross_entropy_probabilities": ("nn.CrossEntropyLoss(label_smoothing=0.1)", ["4,3", "p: 4,3"], True),
    "cross_entropy_places": ("nn.CrossEntropyLoss()", ["2,3,2,2", "i3: 2,2,2"], True),
    "nll": ("nn.NLLLoss()", ["4,3", "i3: 4"], True),
    "nll_weight": ("nn.NLLLoss(weight=Tensor([0.5, 1.0, 2.0]), ignore_index=2)", ["4,3", "i3: 4"], True),
    "ops_cross_entropy": (
        "lambda x, t: ops.cross_entropy(x, t, ignore_index=0, reduction='sum')", ["4,3", "i3: 4"], True),
    "ops_nll_loss": ("lambda x, t: ops.nll_loss(x, t, label_smoothing=0.1)", ["4,3", "i3: 4"], True),
    "ops_group_norm": ("lambda x: ops.group_norm(x, 2)", ["2,4,3,3"], True),
    "ops_layer_norm": ("lambda x, g, b: ops.LayerNorm(1, 1)(x, g, b)[0]", ["4,5", "5", "5"], True),
    "ops_batch_norm": (
        "lambda x, m, v, w, b: ops.batch_norm(x, m, v + 3, w, b, training=False, eps=1e-3)",
        ["2,3,4", "3", "3", "3", "3"], True),
    **{f"activation_{name.partition('(')[0]}_{i}": (f"nn.{name}", ["3,4,5"], True) for i, name in enumerate([
        "ReLU6()", "SiLU()", "Mish()", "HSwish()", "HSigmoid()", "LogSigmoid()", "Softsign()", "Tanhshrink()",
        "FastGelu()", "Softmax2d()", "ELU()", "CELU(0.7)", "HShrink()",
        "HShrink(0.3)", "SoftShrink()", "SoftShrink(0.3)", "LogSoftmax()", "LogSoftmax(1)", "Softmin()", "GELU()",
        "GELU(False)", "Hardtanh()", "Hardtanh(-0.3, 0.7)", "Threshold(0.1, -2.0)", "PReLU()", "PReLU(4, 0.1)"])},
    # Without an element 0, where the gradient of MindSpore's is 1 + alpha.
    "leaky_relu": ("nn.LeakyReLU()", ["3,5"], True),
    "leaky_relu_flat": ("nn.LeakyReLU(0.05)", ["3,5"], True),
    "glu": ("nn.GLU(1)", ["3,4,5"], True),
    "embedding": ("nn.Embedding(4, 3, embedding_table=Tensor(np.arange(12).reshape(4, 3).astype(np.float32)))",
                  ["i4: 2,3"], True),
    "embedding_one_hot": ("nn.Embedding(4, 3, True, embedding_table='ones', padding_idx=1)", ["i4: 5"], True),
    **{f"loss_{name.partition('(')[0]}_{i}": (f"nn.{name}", shapes, True) for i, (name, shapes) in enumerate([
        ("L1Loss()", ["3,5", "3,5"]), ("L1Loss('sum')", ["3,5", "5"]), ("MAELoss('none')", ["3,5", "3,5"]),
        ("RMSELoss()", ["3,5", "3,5"]), ("SmoothL1Loss()", ["3,5", "3,5"]),
        ("SmoothL1Loss(0.3, 'mean')", ["3,5", "3,5"]), ("HuberLoss()", ["3,5", "3,5"]),
        ("HuberLoss('sum', 0.4)", ["3,5", "3,5"]), ("BCELoss()", ["p: 3,4", "b: 3,4"]),
        ("BCELoss(Tensor(np.full((3, 4), 0.5, np.float32)), 'sum')", ["p: 3,4", "b: 3,4"]),
        ("BCEWithLogitsLoss()", ["3,5", "b: 3,5"]),
        ("BCEWithLogitsLoss('none', Tensor([0.5, 1.0, 2.0]), Tensor([2.0, 1.0, 3.0]))", ["5,3", "b: 5,3"]),
        ("KLDivLoss()", ["3,5", "q: 3,5"]), ("KLDivLoss('batchmean')", ["3,5", "q: 3,5"]),
        ("HingeEmbeddingLoss()", ["3,5", "s: 3,5"]),
        ("HingeEmbeddingLoss(0.5, 'none')", ["3,5", "s: 3,5"]), ("MultiLabelSoftMarginLoss()", ["3,5", "b: 3,5"]),
        ("MultiLabelSoftMarginLoss(Tensor([0.5, 1.0, 2.0]), 'none')", ["5,3", "b: 5,3"]),
        ("PoissonNLLLoss()", ["3,5", "p: 3,5"]), ("PoissonNLLLoss(full=True, reduction='sum')", ["3,5", "i4: 3,5"]),
        ("PoissonNLLLoss(False, eps=0.1)", ["p: 3,5", "p: 3,5"]),
        ("GaussianNLLLoss()", ["3,5", "3,5", "p: 3,5"]), ("GaussianNLLLoss(full=True, eps=0.3)", ["3,5", "3,5", "p: 3,5"]),
        ("MarginRankingLoss(0.2)", ["7", "7", "s: 7"]), ("CosineEmbeddingLoss()", ["4,3", "4,3", "s: 4"]),
        ("CosineEmbeddingLoss(0.2, 'none')", ["4,3", "4,3", "s: 4"]),])},
    "clip_by_global_norm": ("lambda x, y: ops.clip_by_global_norm((x, y), 0.5)[1]", ["2,3", "4"], True),
    "clip_by_norm": ("lambda x: ops.clip_by_norm(x, 0.5)", ["2,3"], True),
    "clip_by_norm_3": ("lambda x: ops.clip_by_norm(x.abs(), 0.5, 3.0)", ["2,3"], True),
    "clip_by_value": ("lambda x: ops.clip_by_value(x, -0.4, 0.3)", ["2,3"], True),
}


def values(shape, step):
    """Numbers in [-1.5625, 1.5625] that float32 holds exactly; the test makes the same."""
    count = int(np.prod(shape))
    return np.array([((37 * i + 11 * step) % 101 - 50) / 32 for i in range(count)], np.float32).reshape(shape)


def make_input(text, step):
    kind, _, extents = text.rpartition(": ")
    shape = tuple(int(e) for e in extents.split(","))
    if kind in ("p", "q"):
        return np.abs(values(shape, step)) / 2
    if kind in ("b", "s"):  # 0 and 1, or 1 and -1
        bits = (np.arange(int(np.prod(shape))) * 5 % 3 % 2).astype(np.float32).reshape(shape)
        return bits if kind == "b" else 1 - 2 * bits
    if kind.startswith("i"):
        return (np.arange(int(np.prod(shape))) * 5 % int(kind[1:])).astype(np.int32).reshape(shape)
    return values(shape, step)


def run(expression, shapes, train):
    names = {"nn": nn, "ops": ops, "mint": mint, "Tensor": Tensor, "ms": ms, "np": np}
    call = eval(expression, {**names, "W": lambda *shape: Tensor(values(shape, 3))})
    parameters = []
    if isinstance(call, nn.Cell):
        call.set_train(train)
        parameters = list(call.trainable_params())
    inputs = [Tensor(make_input(text, step)) for step, text in enumerate(shapes)]
    places = tuple(i for i, text in enumerate(shapes) if text[0] not in "ibsq")
    weight = None

    def loss(*args):
        nonlocal weight
        out = call(*args)
        if weight is None:
            weight = Tensor(values(out.shape, 7))
        return (out * weight).sum(), out

    step = ms.value_and_grad(loss, places or None, parameters or None, has_aux=True)
    (_, out), grads = step(*inputs)
    by_input, by_parameter = grads if parameters and places else (grads, ()) if places else ((), grads)
    by_input = by_input if isinstance(by_input, tuple) else (by_input,)
    state = call.parameters_dict() if isinstance(call, nn.Cell) else {}
    flat = lambda t: t.asnumpy().astype(np.float64).ravel().tolist()
    return {"expression": expression, "inputs": shapes, "train": train, "out": flat(out), "shape": list(out.shape),
            "input_grads": [flat(g) for g in by_input], "parameter_grads": [flat(g) for g in by_parameter],
            "state": {k: flat(v) for k, v in state.items()}}


def main():
    ms.set_device("CPU")
    only = sys.argv[1:]
    json.dump({k: run(*v) for k, v in CASES.items() if not only or k in only}, sys.stdout, indent=0)
    print()


if __name__ == "__main__":
    main()
