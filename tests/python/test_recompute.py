"""The function recompute(): the same gradients as a plain call."""

import numpy as np

import nucella as ms
from nucella import Tensor, nn, recompute


def test_gradients_are_those_of_a_plain_call():
    block = nn.SequentialCell(nn.Dense(3, 3), nn.Tanh(), nn.Dense(3, 2))
    x = Tensor(np.arange(6, dtype=np.float32).reshape(2, 3))

    def gradients(call):
        return ms.grad(lambda v: call(v).sum(), 0, block.trainable_params())(x)

    plain, again = gradients(block), gradients(lambda v: recompute(block, v))
    np.testing.assert_allclose(again[0].asnumpy(), plain[0].asnumpy(), rtol=1e-6)
    for got, want in zip(again[1], plain[1], strict=True):
        np.testing.assert_allclose(got.asnumpy(), want.asnumpy(), rtol=1e-6)
