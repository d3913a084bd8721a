"""Losses: printing, errors, LossBase, and those that MindSpore lacks on the CPU; numbers: test_golden_layers.py."""

import numpy as np
import pytest
from conftest import f32

import nucella as ms
from nucella import Tensor, nn

NAMES = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CosineEmbeddingLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HingeEmbeddingLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "LossBase",
    "MAELoss",
    "MSELoss",
    "MarginRankingLoss",
    "MultiLabelSoftMarginLoss",
    "NLLLoss",
    "PoissonNLLLoss",
    "SmoothL1Loss",
    "SoftMarginLoss",
    "TripletMarginLoss",
]


def numbers(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_they_print_their_names_and_check_the_reduction(name):
    assert repr(getattr(nn, name)()) == f"{name}()"
    with pytest.raises(ValueError):
        getattr(nn, name)(reduction="max")
    with pytest.raises(TypeError):
        getattr(nn, name)(reduction=1)


def test_root_mean_square_prints_what_it_is_made_of():
    assert repr(nn.RMSELoss()) == "RMSELoss(\n  (MSELoss): MSELoss()\n)"


@pytest.mark.parametrize(
    "make, error",
    [
        (lambda: nn.CosineEmbeddingLoss(margin=2.0), ValueError),
        (lambda: nn.HingeEmbeddingLoss(margin="a"), TypeError),
        (lambda: nn.GaussianNLLLoss(full=1), TypeError),
        (lambda: nn.GaussianNLLLoss(eps=-1.0), ValueError),
        (lambda: nn.BCELoss(weight=1), TypeError),
        (lambda: nn.PoissonNLLLoss(log_input=1), TypeError),
        (lambda: nn.TripletMarginLoss(swap=1), TypeError),
    ],
)
def test_constructors_refuse(make, error):
    with pytest.raises(error):
        make()


@pytest.mark.parametrize("name", ["L1Loss", "HuberLoss", "MSELoss"])
def test_shapes_that_do_not_broadcast_are_refused(name):
    with pytest.raises(ValueError):
        getattr(nn, name)()(Tensor(numbers(0, 2, 2)), f32(1, 2, 3))


class Cubic(nn.LossBase):
    def construct(self, logits, labels):
        return self.get_loss((logits - labels).abs() ** 3, 2.0)


def test_losses_written_in_python():
    a, b = f32(1, 2), f32(1, 4)
    assert Cubic()(a, b).asnumpy() == 8 and Cubic("sum")(a, b).asnumpy() == 16
    assert Cubic("none")(a, b).asnumpy().tolist() == [0, 16]
    assert Cubic()(a.astype(ms.float16), b.astype(ms.float16)).dtype == ms.float16
    assert Cubic().get_axis(Tensor(numbers(0, 2, 3))) == (0, 1) and Cubic().reduction == "mean"
    assert isinstance(nn.MSELoss(), nn.LossBase) and isinstance(nn.CrossEntropyLoss(), nn.LossBase)
    with pytest.raises(NotImplementedError):
        nn.LossBase()(a, b)
    gradient = ms.grad(Cubic())(a, b)
    assert gradient.asnumpy().tolist() == [0, -12]


def test_soft_margin_by_formula():
    x, y = numbers(1, 3, 4) * 5, np.sign(numbers(2, 3, 4))
    np.testing.assert_allclose(
        nn.SoftMarginLoss()(Tensor(x), Tensor(y)).asnumpy(), np.log1p(np.exp(-y * x)).mean(), rtol=1e-5
    )
    assert np.isfinite(nn.SoftMarginLoss()(f32(-1000), f32(1)).asnumpy())


@pytest.mark.parametrize("p, swap", [(2, False), (1, False), (3, True)])
def test_triplet_margin_by_formula(p, swap):
    x, near, far = (numbers(seed, 5, 3) for seed in (1, 2, 3))

    def distance(a, b):
        return (np.abs(a - b + 1e-6) ** p).sum(-1) ** (1 / p)

    away = np.minimum(distance(x, far), distance(near, far)) if swap else distance(x, far)
    want = np.maximum(distance(x, near) - away + 0.5, 0)
    loss = nn.TripletMarginLoss(p, swap, reduction="none", margin=0.5)
    np.testing.assert_allclose(loss(Tensor(x), Tensor(near), Tensor(far)).asnumpy(), want, rtol=1e-5, atol=1e-6)
