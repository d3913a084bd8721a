"""The class LARS."""

from nucella._core import LARS

__all__ = ["LARS"]
