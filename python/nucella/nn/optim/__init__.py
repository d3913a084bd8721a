"""Optimizers."""

from nucella._core import SGD, Adam, Momentum, Optimizer

__all__ = ["Adam", "Momentum", "Optimizer", "SGD"]
