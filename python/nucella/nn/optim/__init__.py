"""Optimizers."""

from nucella._core import SGD, Adam, AdamWeightDecay, Momentum, Optimizer

__all__ = ["Adam", "AdamWeightDecay", "Momentum", "Optimizer", "SGD"]
