"""The class AdaFactor."""

from nucella._core import AdaFactor

__all__ = ["AdaFactor"]
