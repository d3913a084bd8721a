"""The class Adam and its relatives."""

from nucella._core import Adam, AdamWeightDecay

__all__ = ["Adam", "AdamWeightDecay"]
