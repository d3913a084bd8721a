"""The class Optimizer."""

from nucella._core import Optimizer

__all__ = ["Optimizer"]
