"""Losses."""

from nucella._core import MSELoss, SoftmaxCrossEntropyWithLogits

__all__ = ["MSELoss", "SoftmaxCrossEntropyWithLogits"]
