"""Losses."""

from nucella._core import CrossEntropyLoss, MSELoss, NLLLoss, SoftmaxCrossEntropyWithLogits

__all__ = ["CrossEntropyLoss", "MSELoss", "NLLLoss", "SoftmaxCrossEntropyWithLogits"]
