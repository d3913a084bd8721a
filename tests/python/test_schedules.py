"""Learning rates that follow the step: cells and lists, against numbers of MindSpore 2.10."""

import numpy as np
import pytest

import nucella as ms
from nucella import Parameter, Tensor, nn


@pytest.mark.parametrize(
    "schedule, want",
    [(lambda: nn.ExponentialDecayLR(0.1, 0.9, 4), [0.1, 0.09740037, 0.09486832, 0.09240211, 0.09, 0.08766034,
     0.0853815]),
     (lambda: nn.ExponentialDecayLR(0.1, 0.9, 4, True), [0.1] * 4 + [0.09] * 3),
     (lambda: nn.NaturalExpDecayLR(0.1, 0.9, 4),
      [0.1, 0.04065697, 0.01652989, 0.006720554, 0.002732373, 0.0011109, 0.0004516584]),
     (lambda: nn.NaturalExpDecayLR(0.1, 0.9, 4, True), [0.1] * 4 + [0.002732373] * 3),
     (lambda: nn.InverseDecayLR(0.1, 0.9, 4),
      [0.1, 0.08163265, 0.06896552, 0.0597015, 0.05263158, 0.04705882, 0.04255319]),
     (lambda: nn.InverseDecayLR(0.1, 0.9, 4, True), [0.1] * 4 + [0.05263158] * 3),
     (lambda: nn.CosineDecayLR(0.01, 0.1, 4), [0.1, 0.08681981, 0.055, 0.02318019, 0.01, 0.01, 0.01]),
     (lambda: nn.PolynomialDecayLR(0.1, 0.01, 4, 0.5), [0.1, 0.08794229, 0.07363961, 0.055, 0.01, 0.01, 0.01]),
     (lambda: nn.PolynomialDecayLR(0.1, 0.01, 4, 0.5, True),
      [0.1, 0.08794229, 0.07363961, 0.055, 0.01, 0.06511352, 0.055]),
     (lambda: nn.WarmUpLR(0.1, 4), [0, 0.025, 0.05, 0.075, 0.1, 0.1, 0.1])],
)
def test_schedules_as_mindspore(schedule, want):
    cell = schedule()
    got = [float(cell(Tensor(i, ms.int32)).asnumpy()) for i in range(7)]
    np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-8)
    assert cell(Tensor([2], ms.int32)).shape == (1,) and repr(cell) == type(cell).__name__ + "()"


@pytest.mark.parametrize(
    "table, want",
    [(lambda: nn.piecewise_constant_lr([2, 5], [0.1, 0.05]), [0.1, 0.1, 0.05, 0.05, 0.05]),
     (lambda: nn.piecewise_constant_lr([], []), []),
     (lambda: nn.exponential_decay_lr(0.1, 0.9, 6, 2, 1), [0.1, 0.1, 0.09, 0.09, 0.081, 0.081]),
     (lambda: nn.natural_exp_decay_lr(0.1, 0.9, 6, 2, 1, True), [0.1, 0.1, 0.04065697, 0.04065697, 0.01652989,
     0.01652989]),
     (lambda: nn.inverse_decay_lr(0.1, 0.5, 6, 1, 1, True), [0.1, 0.1 / 1.5, 0.05, 0.04, 0.1 / 3, 0.1 / 3.5]),
     (lambda: nn.inverse_decay_lr(0.1, 0.5, 6, 2, 3), [0.1, 0.1, 0.0857142857, 0.0857142857, 0.075, 0.075]),
     (lambda: nn.cosine_decay_lr(0.01, 0.1, 6, 2, 2), [0.1, 0.1, 0.055, 0.055, 0.01, 0.01]),
     (lambda: nn.polynomial_decay_lr(0.1, 0.01, 6, 2, 2, 0.5), [0.1, 0.1, 0.07363961, 0.07363961, 0.01, 0.01]),
     (lambda: nn.polynomial_decay_lr(0.1, 0.01, 6, 2, 2, 0.5, True), [0.1, 0.1, 0.07363961, 0.07363961, 0.01, 0.01]),
     (lambda: nn.warmup_lr(0.1, 6, 2, 2), [0, 0, 0.05, 0.05, 0.1, 0.1])],
)
def test_lists_as_mindspore(table, want):
    np.testing.assert_allclose(table(), want, rtol=1e-7)


@pytest.mark.parametrize(
    "make, error",
    [(lambda: nn.ExponentialDecayLR(1, 0.9, 4), TypeError), (lambda: nn.ExponentialDecayLR(-0.1, 0.9, 4), ValueError),
     (lambda: nn.ExponentialDecayLR(0.1, 9, 4), TypeError), (lambda: nn.ExponentialDecayLR(0.1, 0.9, 0), ValueError),
     (lambda: nn.ExponentialDecayLR(0.1, 0.9, 4.0), TypeError),
     (lambda: nn.ExponentialDecayLR(0.1, 0.9, 4, 1), TypeError),
     (lambda: nn.NaturalExpDecayLR(0.1, 0.0, 4), ValueError), (lambda: nn.InverseDecayLR(0.0, 0.1, 4), ValueError),
     (lambda: nn.CosineDecayLR(0.1, 0.01, 4), ValueError), (lambda: nn.CosineDecayLR(-0.1, 0.01, 4), ValueError),
     (lambda: nn.CosineDecayLR(1, 2.0, 4), TypeError), (lambda: nn.PolynomialDecayLR(0.1, 0.01, 4, 0.0), ValueError),
     (lambda: nn.PolynomialDecayLR(0.1, -0.01, 4, 1.0), ValueError), (lambda: nn.WarmUpLR(0.1, 0), ValueError),
     (lambda: nn.WarmUpLR("a", 1), TypeError), (lambda: nn.piecewise_constant_lr([2, 1], [0.1, 0.05]), ValueError),
     (lambda: nn.piecewise_constant_lr([2], [0.1, 0.05]), ValueError),
     (lambda: nn.piecewise_constant_lr([0], [0.1]), ValueError),
     (lambda: nn.piecewise_constant_lr([1.0], [0.1]), TypeError),
     (lambda: nn.piecewise_constant_lr([1], [1]), TypeError),
     (lambda: nn.piecewise_constant_lr(1, [1.0]), TypeError),
     (lambda: nn.exponential_decay_lr(0.1, 0.9, 0, 2, 1), ValueError),
     (lambda: nn.exponential_decay_lr(0.1, 0.9, 6, 2, 0), ValueError),
     (lambda: nn.cosine_decay_lr(0.1, 0.01, 6, 2, 2), ValueError),
     (lambda: nn.polynomial_decay_lr(0.1, 0.01, 6, 2, 2, 1), TypeError),
     (lambda: nn.warmup_lr(0.1, 6, 2, 0), ValueError)],
)
def test_wrong_arguments_are_refused(make, error):
    with pytest.raises(error):
        make()


def test_an_optimizer_follows_them():
    for rate in (nn.WarmUpLR(0.4, 4), nn.warmup_lr(0.4, 4, 1, 4)):
        w = Parameter(Tensor([0.0]), name="w")
        sgd = nn.SGD([w], rate)
        for _ in range(3):
            sgd((Tensor([1.0]),))
        np.testing.assert_allclose(w.asnumpy(), [-0.3], rtol=1e-6)
