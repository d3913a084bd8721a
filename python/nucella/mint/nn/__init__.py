"""Layers with the arguments of mindspore.mint.nn, and the functional namespace."""

from nucella._core import CrossEntropyLoss, NLLLoss
from nucella._core import LayerNormExt as LayerNorm
from nucella._core.mint_layers import GroupNorm
from nucella.mint.nn import functional

__all__ = ["CrossEntropyLoss", "GroupNorm", "LayerNorm", "NLLLoss", "functional"]
